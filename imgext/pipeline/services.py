"""What may be asked over a network: Freesound and a language model, as the environment sets them up.

One language model serves a whole run: it judges sounds and proposes labels where a scene says so, and looks
at photos where it is asked to (`imgext.picture.seeing`).
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
    told: Callable[[str], None] = lambda _line: None,
) -> Services:
    """What may be asked over a network, as the environment sets it up.

    Parameters
    ----------
    environment : mapping, optional
        Blank: this process's. ``FREESOUND_API_KEY`` and ``IMGEXT_FREESOUND_URL`` set Freesound up,
        ``OPENAI_API_KEY``, ``OPENAI_BASE_URL``, ``IMGEXT_MODEL`` and ``IMGEXT_MODEL_TIMEOUT`` a language
        model; ``IMGEXT_OFFLINE`` switches both off.
    offline : bool
        Ask nothing over a network.
    model : str, optional
        The language model, before ``IMGEXT_MODEL``.
    told : callable
        Told a line when a service makes us wait.

    Raises
    ------
    ConfigError
        For an address that is none.
    """
    from imgext.remote.http import is_offline
    from imgext.sounds.sources import Services

    if offline or is_offline(environment):
        return Services(offline=True, told=told)
    freesound = chat = None
    if variable("FREESOUND_API_KEY", environment):
        from imgext.sounds.freesound import Freesound

        freesound = Freesound.from_environment(environment, told=told)
    if variable("OPENAI_API_KEY", environment) or variable("OPENAI_BASE_URL", environment):
        from imgext.remote.chat import Chat

        chat = Chat.from_environment(environment, model=model)
    return Services(freesound, chat, told=told)
