"""The forms in which `check` reports faults to other programs: GitHub's annotations and SARIF.

Sources: GitHub, "Workflow commands"; OASIS, SARIF 2.1.0 (2020), 3.27 (results) and 3.30 (regions).
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from imgext.errors import Fault

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def github_line(fault: Fault, level: str) -> str:
    """One fault as GitHub's workflow command; `level` is ``error`` or ``warning``.

    >>> from imgext.errors import Fault, Place
    >>> github_line(Fault(Place("a,b.yaml", 3, 5, "seed"), "wrong_type", "100 % wrong"), "error")
    '::error file=a%2Cb.yaml,line=3,col=5,title=wrong_type::seed: 100 %25 wrong'
    """
    places = [("file", _path(fault.file)), ("line", fault.line), ("col", fault.column), ("title", fault.code)]
    named = ",".join(f"{key}={_escaped(str(value), inside=True)}" for key, value in places if value)
    said = f"{fault.path}: {fault.words}" if fault.path else fault.words
    return f"::{level} {named}::{_escaped(said)}"


def _escaped(text: str, *, inside: bool = False) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if inside else text


def sarif(faults: Sequence[Fault], warnings: Sequence[Fault], version: str) -> dict[str, Any]:
    """All faults as one SARIF log with one run."""
    rules = sorted({fault.code for fault in (*faults, *warnings)})
    driver = {"name": "imgext", "version": version, "rules": [{"id": code} for code in rules]}
    results = [*_results(faults, "error", rules), *_results(warnings, "warning", rules)]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}


def _results(faults: Iterable[Fault], level: str, rules: Sequence[str]) -> list[dict[str, Any]]:
    found = []
    for fault in faults:
        place: dict[str, Any] = {"artifactLocation": {"uri": _uri(fault.file)}}
        if fault.line:
            place["region"] = {"startLine": fault.line, "startColumn": max(1, fault.column)}
        location: dict[str, Any] = {"physicalLocation": place} if fault.file else {}
        if fault.path:
            location["logicalLocations"] = [{"fullyQualifiedName": fault.path}]
        found.append(
            {
                "ruleId": fault.code,
                "ruleIndex": rules.index(fault.code),
                "level": level,
                "message": {"text": fault.words},
                "locations": [location] if location else [],
            }
        )
    return found


def _path(name: str) -> str:
    return PurePath(name).as_posix() if name else ""


def _uri(name: str) -> str:
    """A path as a relative reference, or as a file URI where it is absolute."""
    from urllib.parse import quote

    path = PurePath(name)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
