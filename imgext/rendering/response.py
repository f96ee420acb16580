"""Plays a click through the room of a plan, as the mix is played.

Conventions: frames at the mix's rate from the click on; float64 of shape ``(frames, 2)``, full scale 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.dsp.quantise import GRID, from_grid
from imgext.dsp.reverb import tail_seconds
from imgext.rendering.engine import ROOM_FADE, Return
from imgext.rendering.plan import BLOCK

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imgext.rendering.plan import RoomPlan


def played_response(room: RoomPlan, rate: int) -> NDArray[np.float64]:
    """Play the room's return for a click of full scale until it has died away.

    Parameters
    ----------
    room : RoomPlan
    rate : int
        Hz.

    Returns
    -------
    ndarray of float64, shape (frames, 2)
        At `wet_level`; the click itself, in the middle, has the energy 1 over both channels.
    """
    frames = round(tail_seconds(room.room) * rate)
    returned = Return(room, rate, frames + round(ROOM_FADE * rate) + BLOCK)
    pieces = []
    for start in range(0, frames, BLOCK):
        bus = np.zeros(BLOCK, np.int64)
        bus[0] = GRID if start == 0 else 0
        pieces.append(from_grid(returned.feed(bus, start, BLOCK)).T)
    return np.concatenate(pieces)[:frames]
