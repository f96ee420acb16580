"""Water: rain, running water, the sea, drips, and bubbles."""
