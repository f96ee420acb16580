"""What `make demo` runs: a photo that comes with scikit-learn becomes a scene, a mix and three pictures."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Run `imgext make` on china.jpg into the folder that is named, and say where everything is."""
    out = Path(sys.argv[1] if len(sys.argv) > 1 else "out")
    found = importlib.util.find_spec("sklearn")
    if found is None or not found.submodule_search_locations:
        print("scikit-learn is not installed; it comes with imgext[demo]", file=sys.stderr)
        return 1
    photo = Path(found.submodule_search_locations[0]) / "datasets" / "images" / "china.jpg"
    print(
        f"A photo of a temple: {photo.name}, from scikit-learn (by danielbuechele, CC BY 2.0).",
        file=sys.stderr,
    )
    status = subprocess.run(
        [str(Path(sys.executable).with_name("imgext")), "make", str(photo), "-o", str(out)], check=False
    ).returncode
    if status == 0:
        program = Path(sys.executable).with_name("imgext")
        shown = program.relative_to(Path.cwd()) if program.is_relative_to(Path.cwd()) else program
        print(
            f"\nListen to {out / 'mix.wav'}, look at {out / 'timeline.png'}, "
            f"change {out / 'scene.yaml'}, and render it again:",
            file=sys.stderr,
        )
        print(f"  {shown} render {out / 'scene.yaml'} -o {out}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
