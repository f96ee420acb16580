"""The signal maths: arrays and numbers in, arrays and numbers out."""
