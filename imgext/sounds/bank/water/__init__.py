"""Water: rain, running water, the sea, drips, and the bubbles that all of it is made of."""
