"""Lists every environment variable of imgext and its meaning; reads them all.

A blank variable counts as not set. White space around a value does not count. `docs/commands.md` shows the
same table, and a test compares them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

#: A mapping of names to values; None is this process's own environment.
Environment = Mapping[str, str] | None

#: The variables and what each means, in the order in which the documentation shows them.
ENVIRONMENT: dict[str, str] = {
    "IMGEXT_LIBRARY": "folders of sounds, separated as in `PATH`",
    "IMGEXT_CACHE": "folder for everything that can be made again; blank: the cache folder of your system",
    "IMGEXT_HIERARCHY": "a tag hierarchy of your own (CSV)",
    "IMGEXT_DETECTOR": "what `--detector` says, where it says nothing",
    "IMGEXT_VISION": "`1`: the language model looks at photos, as if `--model` were given; blank: photos "
    "stay here",
    "IMGEXT_MODEL": "the language model, for photos, judge and labels; `--model` comes before it",
    "IMGEXT_MODEL_TIMEOUT": "seconds that a language model may take for one answer; blank: 60",
    "OPENAI_API_KEY": "a key for a language model; at OpenAI where no address is set",
    "OPENAI_BASE_URL": "the address of a server that speaks OpenAI's chat completions, up to `/v1`",
    "FREESOUND_API_KEY": "a key for Freesound, which makes it a source of sounds",
    "IMGEXT_FREESOUND_URL": "another address that answers as Freesound does",
    "IMGEXT_OFFLINE": "`1`: ask nothing over a network",
    "IMGEXT_DEBUG": "`1`: show tracebacks of internal errors",
    "NO_COLOR": "anything: no colour",
}

_OFF = frozenset(("", "0", "no", "false", "off"))


def variable(name: str, environment: Environment = None) -> str:
    """Return a variable's value without white space around it; "" if it is not set.

    >>> variable("IMGEXT_MODEL", {"IMGEXT_MODEL": " gemma3 "}), variable("IMGEXT_MODEL", {})
    ('gemma3', '')

    Raises
    ------
    KeyError
        The name is not in `ENVIRONMENT`.
    """
    if name not in ENVIRONMENT:
        raise KeyError(name)
    return (os.environ if environment is None else environment).get(name, "").strip()


def variables(lead: str, environment: Environment = None) -> list[str]:
    """List names that another program set for its children, by their beginning.

    >>> variables("GITHEAD_", {"GITHEAD_12ab": "main", "HOME": "/"})
    ['GITHEAD_12ab']
    """
    return sorted(
        name for name in (os.environ if environment is None else environment) if name.startswith(lead)
    )


def switched_on(name: str, environment: Environment = None) -> bool:
    """Say whether a variable is on: set, and not to 0, no, false or off.

    >>> [switched_on("IMGEXT_OFFLINE", {"IMGEXT_OFFLINE": value}) for value in ("1", "yes", "0", "Off", "")]
    [True, True, False, False, False]
    """
    return variable(name, environment).lower() not in _OFF
