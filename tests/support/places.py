"""Where the project, its scenes and the recordings are."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCENES = ROOT / "scenes"
FIXTURES = ROOT / "tests" / "fixtures"
#: Real recordings and photos, which are no part of the project; tests that use them skip where they are
#: absent.
SHARED = Path(os.environ.get("IMGEXT_SHARED") or ROOT.parent / "shared")
