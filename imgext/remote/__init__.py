"""Talk to servers, bounded in time and size; keys reach nobody else."""
