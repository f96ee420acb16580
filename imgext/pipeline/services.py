"""Sets up what may be asked over a network: Freesound and a language model.

One language model serves a whole run: it judges sounds and proposes labels if a scene says so, and looks at
photos if asked (`imgext.picture.seeing`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgext.store.environment import variable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from imgext.sounds.sources import Services


def open_services(
    environment: Mapping[str, str] | None = None,
    *,
    offline: bool = False,
    model: str | None = None,
    report: Callable[[str], None] = lambda _line: None,
) -> Services:
    """Open the services that may be asked over a network, as the environment says.

    Parameters
    ----------
    environment : mapping, optional
        Blank: this process's. ``FREESOUND_API_KEY`` and ``IMGEXT_FREESOUND_URL`` set Freesound up,
        ``OPENAI_API_KEY``, ``OPENAI_BASE_URL``, ``IMGEXT_MODEL`` and ``IMGEXT_MODEL_TIMEOUT`` a language
        model; ``IMGEXT_OFFLINE`` switches both off.
    offline : bool
        Ask nothing over a network.
    model : str, optional
        The language model; it wins over ``IMGEXT_MODEL``.
    report : callable
        Receives a line when a service makes you wait.

    Raises
    ------
    ConfigError
        An address is not valid.
    """
    from imgext.remote.http import is_offline
    from imgext.sounds.sources import Services

    if offline or is_offline(environment):
        return Services(offline=True, report=report)
    freesound = chat = None
    if variable("FREESOUND_API_KEY", environment):
        from imgext.sounds.freesound import Freesound

        freesound = Freesound.from_environment(environment, report=report)
    if variable("OPENAI_API_KEY", environment) or variable("OPENAI_BASE_URL", environment):
        from imgext.remote.chat import Chat

        chat = Chat.from_environment(environment, model=model)
    return Services(freesound, chat, report=report)
