"""A resolved scene becomes a plan, a plan becomes sound."""

from imgext.render.engine import ROOM
from imgext.render.perform import COLUMN, Performance, perform
from imgext.render.plan import Plan, TrackPlan, plan

__all__ = ["COLUMN", "ROOM", "Performance", "Plan", "TrackPlan", "perform", "plan"]
