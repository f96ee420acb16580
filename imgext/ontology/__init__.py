"""What labels mean: the tag hierarchy and the words that people use."""
