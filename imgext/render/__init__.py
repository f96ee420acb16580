"""A resolved scene becomes a plan, a plan becomes sound."""

from imgext.render.engine import ROOM
from imgext.render.performance import COLUMN, Performance, perform
from imgext.render.plan import Plan, TrackPlan
from imgext.render.planner import make_plan

__all__ = ["COLUMN", "ROOM", "Performance", "Plan", "TrackPlan", "make_plan", "perform"]
