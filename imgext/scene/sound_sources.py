"""The sources of sounds, by the name that a scene, a lock and a reference give them: one row each.

What a source does stands in the module of its name in `imgext.sounds.sources`.
"""

from __future__ import annotations

from typing import Literal, get_args

#: What a search may ask, in the order in which a blank `find.sources` asks them.
SearchedSource = Literal[
    "library",  # folders of your own
    "freesound",  # https://freesound.org
    "builtin",  # what imgext computes
]
#: Where a pinned sound comes from: what was searched, or a file that the scene names.
SoundSource = Literal[SearchedSource, "file"]

#: What may stand before the colon of a reference.
SCHEMES: tuple[str, ...] = get_args(SearchedSource)
