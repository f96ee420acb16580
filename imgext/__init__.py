"""imgext: a picture becomes an editable scene, a scene becomes a soundscape."""

__version__ = "0.1.0"
