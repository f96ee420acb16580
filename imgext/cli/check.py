"""`imgext check`: report every fault of scenes and tag hierarchies."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from imgext.cli import console, options
from imgext.errors import Fault


class Form(StrEnum):
    """How faults are reported."""

    text = "text"
    json = "json"
    github = "github"
    sarif = "sarif"


def check(
    scenes: Annotated[
        list[Path],
        typer.Argument(metavar="SCENE...", help="Scenes, and tag hierarchies (.csv).", show_default=False),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="OUT", help="Check for this output of render.", show_default=False
        ),
    ] = None,
    form: Annotated[
        Form,
        typer.Option("--format", help="github: annotations of a workflow; sarif: for code scanning."),
    ] = Form.text,
    library: options.Libraries = None,
    allow_outside: options.Outside = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> int:
    """Report every fault with its line, column and code.

    A fault is file:line:col: path: message [code]. Ends with 65, or 66 where only files are missing. A file
    that ends in .csv is checked as a tag hierarchy.

    Example: imgext check scenes/*.yaml ontology/tag_hierarchy.csv
    """
    from imgext.pipeline.check import check as faults_of
    from imgext.pipeline.check import library_doubts, odd_sounds, odd_values_of
    from imgext.pipeline.config import library_folders
    from imgext.pipeline.setup import open_libraries
    from imgext.store.outputs import target_of

    container = "WAV" if out is None else target_of(out)[2]
    libraries = open_libraries(library_folders(library))
    faults: list[Fault] = []
    odd: list[Fault] = []
    for path in scenes:
        found = faults_of(path, libraries=libraries, allow_outside=allow_outside, container=container)
        faults += found
        if not found:
            odd += odd_values_of(path, allow_outside=allow_outside)
            odd += odd_sounds(path, libraries, allow_outside=allow_outside)
    odd += library_doubts(libraries)
    if form is Form.sarif:
        from imgext._version import __version__
        from imgext.cli.forms import sarif

        console.data(sarif(faults, odd, __version__))
    elif form is Form.github and not as_json:
        from imgext.cli.forms import github_line

        for fault in faults:
            console.text(f"{github_line(fault, 'error')}\n")
        for fault in odd:
            console.text(f"{github_line(fault, 'warning')}\n")
    elif as_json or form is Form.json:
        console.data(
            {
                "scenes": [str(path) for path in scenes],
                "faults": [fault.as_data() for fault in faults],
                "warnings": [fault.as_data() for fault in odd],
            }
        )
    else:
        for fault in faults:
            console.text(f"{fault}\n")
            console.mark(fault, sys.stdout)
        for fault in () if quiet else odd:
            console.say(f"warning: {fault}")
            console.mark(fault, sys.stderr)
        if not faults and not quiet:
            console.say(f"{len(scenes)} {'file is' if len(scenes) == 1 else 'files are'} fine")
    return 0 if not faults else 66 if all(fault.code == "not_found" for fault in faults) else 65
