"""What a render says in words: reasons, the summary, captions, a description."""
