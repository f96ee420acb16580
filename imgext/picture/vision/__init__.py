"""See, online: a photo in, a scene and its decisions out.

Any vision model that speaks OpenAI's chat completions will do.

The way through: `sending` makes the picture small and bare, `prompt` says what is wanted, `reply` is the form
that the model fills in, `plain`, `boxes` and `merging` make of what came what can stand in a scene, `writing`
writes it down; `recorded` reads replies of earlier days. Nothing here decides whether a model is asked at
all: `imgext.picture.seeing` does.
"""

from __future__ import annotations

from imgext.picture.vision.look import analyze
from imgext.picture.vision.prompt import PROMPT_VERSION
from imgext.picture.vision.recorded import analyze_recorded
from imgext.picture.vision.writing import scene_of_reply

__all__ = ["PROMPT_VERSION", "analyze", "analyze_recorded", "scene_of_reply"]
