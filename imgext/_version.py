"""The version of imgext, in one place."""

__version__ = "0.1.0"
