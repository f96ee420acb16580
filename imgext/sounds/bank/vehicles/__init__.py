"""What drives, rolls, rows, sails and flies."""
