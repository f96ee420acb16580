"""Measures clarity by models that the mixer never sees.

Proof, or the lack of it, that the cuts of a mode help.
"""

from imgext.evaluation.clarity.compare import evaluate_scene
from imgext.evaluation.clarity.stem import Cut, Stem
from imgext.evaluation.clarity.table import as_json, summarise, table_text

__all__ = ["Cut", "Stem", "as_json", "evaluate_scene", "summarise", "table_text"]
