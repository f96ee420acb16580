"""Asks https://freesound.org for sounds, by its API v2."""

from imgext.sounds.freesound.client import Freesound
from imgext.sounds.freesound.pace import Pace

__all__ = ["Freesound", "Pace"]
