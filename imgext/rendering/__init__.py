"""Turns a resolved scene into a plan, and a plan into sound."""

from imgext.rendering.delta import write_delta
from imgext.rendering.engine import ROOM
from imgext.rendering.master import Performance
from imgext.rendering.opened import Measured, Opened
from imgext.rendering.performance import COLUMN, perform
from imgext.rendering.plan import Plan, TrackPlan
from imgext.rendering.planner import compression_notes, cut_plan, make_plan
from imgext.rendering.rehearsal import Rehearsal

__all__ = [
    "COLUMN",
    "ROOM",
    "Measured",
    "Opened",
    "Performance",
    "Plan",
    "Rehearsal",
    "TrackPlan",
    "compression_notes",
    "cut_plan",
    "make_plan",
    "perform",
    "write_delta",
]
