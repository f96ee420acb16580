"""The planners of cuts, one file a mode."""
