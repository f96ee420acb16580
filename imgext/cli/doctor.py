"""`imgext doctor`: say what this installation has and what it lacks."""

from __future__ import annotations

from typing import Annotated

import typer

from imgext.cli import console, options


def doctor(
    model: Annotated[
        str | None,
        typer.Option(
            "--model", metavar="NAME", help="Ask the model server about this model.", show_default=False
        ),
    ] = None,
    offline: options.Offline = False,
    as_json: options.Json = False,
) -> int:
    """Check the installation, the cache and the settings.

    It ends with 1 where something needed is missing.

    A model server that is set up (OPENAI_BASE_URL, OPENAI_API_KEY) is asked for its models and for the colour
    of one pixel.

    Example: imgext doctor
    """
    from imgext.pipeline.doctor import doctor as run

    checks = run(model, offline=offline)
    fine = all(check.state != "missing" for check in checks)
    if as_json:
        console.data({"checks": [check.as_data() for check in checks], "fine": fine})
    else:
        for check in checks:
            mark = {"fine": "ok", "missing": "MISSING", "note": "-"}[check.state]
            origin = f"  ({check.origin})" if check.origin else ""
            console.text(f"{mark:8} {check.what:28} {check.value}{origin}\n")
    return 0 if fine else 1
