"""Sounds from https://freesound.org, by its API v2: what is asked, how often, what is believed of the answers."""

from imgext.sounds.freesound.client import Freesound
from imgext.sounds.freesound.pace import Pace

__all__ = ["Freesound", "Pace"]
