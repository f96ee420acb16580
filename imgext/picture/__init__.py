"""Seeing, offline: a photo in, a scene and its decisions out.

The way through the room: `photo` opens the picture, `network` (with `weights`) turns it into features,
`evidence` asks the classifier everywhere, `heads` judges, `objects`, `places` and `room` say what that means
to an ear, `analyse` writes it down. `concepts` is the table of what there is to hear. Neither Pillow nor
scipy is imported until a photo is opened.
"""

from __future__ import annotations

from imgext.picture.offline.look import analyze, labels

__all__ = ["analyze", "labels"]
