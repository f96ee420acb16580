"""The verbs, one file each; the stages meet here and nowhere else."""
