"""A label in, a sound out: folders of sounds, the built-in bank, the tag hierarchy, the credits."""
