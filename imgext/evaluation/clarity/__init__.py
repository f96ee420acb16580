"""How clearly each sound is heard, by models that the mixer never sees."""
