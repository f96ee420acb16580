"""What a person looks at: a timeline, a spectrogram."""
