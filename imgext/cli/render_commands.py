"""`make`, `analyze`, `render`: from a picture to a scene to a mix."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from imgext.cli import options, sources, talk

if TYPE_CHECKING:
    from imgext.results import Rendered

Photo = Annotated[Path, typer.Argument(metavar="PHOTO", help="A photo.", show_default=False)]
Pictures = Annotated[bool, typer.Option("--pictures/--no-pictures", help="Draw timeline.png, spectrogram.png and masking.png.")]
Stems = Annotated[bool, typer.Option("--stems", help="Write each track and the room's return as stems/ID.wav.")]
Delta = Annotated[bool, typer.Option("--delta", help="Write what cuts and compression removed as delta.wav.")]
Bits = Annotated[int, typer.Option("--bits", help="Word length of the mix: 24, or 16 with dither.")]


def make(
    photo: Photo,
    out: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="Folder for everything. Blank: the photo's name.", show_default=False),
    ] = None,
    model: options.Model = None,
    detector: options.Detector = None,
    library: options.Libraries = None,
    offline: options.Offline = False,
    seed: options.Seed = None,
    duration: Annotated[
        float | None,
        typer.Option("--duration", min=0.001, max=86400, help="Seconds of the mix. Blank: its longest sound.", show_default=False),
    ] = None,
    pictures: Pictures = True,
    stems: Stems = False,
    delta: Delta = False,
    bits: Bits = 24,
    force: options.Force = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """From a photo to a scene, a mix and pictures of it.

    Example: imgext make harbour.jpg -o out --library ~/sounds
    """
    from imgext import pipeline

    _check_bits(bits)
    folder = out or Path(photo.stem)
    with talk.progress(f"making {folder}", quiet=quiet or as_json) as told:
        made = pipeline.make(
            photo,
            folder,
            **sources.opened(library, offline=offline, quiet=quiet or as_json, model=model),
            seed=seed,
            model=model,
            detector=detector,
            duration=duration,
            pictures=pictures,
            stems=stems,
            delta=delta,
            bits=bits,
            force=force,
            progress=told,
        )
    _tell(made, as_json=as_json, quiet=quiet, verbose=verbose, scene=made.mix.parent / "scene.yaml")


def analyze(
    photo: Photo,
    out: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="SCENE", help="Write the scene here, the photo beside it. Blank: stdout.", show_default=False
        ),
    ] = None,
    model: options.Model = None,
    detector: options.Detector = None,
    offline: options.Offline = False,
    seed: options.Seed = None,
    force: options.Force = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """See what is in a photo and write it down as a scene.

    Example: imgext analyze harbour.jpg -o scenes/harbour.yaml
    """
    from imgext import pipeline
    from imgext.results import decision_data
    from imgext.scene.writer import scene_text
    from imgext.seeing import wants_model

    told = (lambda _line: None) if quiet or as_json else talk.say
    services = pipeline.open_services(offline=offline, model=model, told=told) if wants_model(model) else None
    scene, decisions = pipeline.analyze(photo, seed=seed, model=model, detector=detector, services=services)
    if out is not None:
        pipeline.write_new_scene(scene, decisions, photo, out.parent, name=out.name, force=force, manifest=False)
    if as_json:
        talk.data(
            {
                "scene": str(out) if out else None,
                "data": scene.as_data(),
                "decisions": [decision_data(decision) for decision in decisions],
            }
        )
    elif out is None:
        talk.text(scene_text(scene, decisions))
    elif not quiet:
        talk.say(f"{out}: {len(scene.objects)} things seen: {', '.join(thing.label for thing in scene.objects.values())}")
    if not quiet:
        talk.warn(decisions)


def render(
    scene: options.SceneFile,
    out: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="DIR", help="Folder for the outputs, or a .wav or .flac file in it.", show_default=False),
    ],
    library: options.Libraries = None,
    offline: options.Offline = False,
    pictures: Pictures = True,
    stems: Stems = False,
    delta: Delta = False,
    bits: Bits = 24,
    locked: options.Locked = False,
    allow_outside: options.Outside = False,
    force: options.Force = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Play a scene into a mix; the same scene always gives the same bytes.

    Example: imgext render scene.yaml -o out --stems
    """
    from imgext import pipeline

    _check_bits(bits)
    with talk.progress(f"rendering {scene.name}", quiet=quiet or as_json) as told:
        made = pipeline.render(
            scene,
            out,
            **sources.opened(library, offline=offline, quiet=quiet or as_json),
            pictures=pictures,
            stems=stems,
            delta=delta,
            bits=bits,
            locked=locked,
            allow_outside=allow_outside,
            force=force,
            progress=told,
        )
    _pin(scene, made, quiet=quiet or as_json)
    _tell(made, as_json=as_json, quiet=quiet, verbose=verbose)


def _pin(scene: Path, made: Rendered, *, quiet: bool) -> None:
    """Write the lock beside a scene that has none and plays what was found over a network: the next search may find something else."""
    from imgext.scene.lock import lock_path, write_lock

    path = lock_path(scene)
    if not path.exists() and any(sound.source == "freesound" for sound in made.lock.sounds.values()):
        write_lock(path, made.lock)
        if not quiet:
            talk.say(f"{path}  the lock: it pins the sounds that were found")


def _check_bits(bits: int) -> None:
    if bits not in {16, 24}:
        raise typer.BadParameter(f"{bits} is not a word length; allowed: 16, 24", param_hint="--bits")


def _tell(made: Rendered, *, as_json: bool, quiet: bool, verbose: bool, scene: Path | None = None) -> None:
    folder = made.mix.parent
    if as_json:
        result: dict[str, Any] = {"schema": "imgext.render/1", **made.summary, "mix": str(made.mix), "folder": str(folder)}
        if scene is not None:
            result["scene"] = str(scene)
        talk.data(result)
        return
    if quiet:
        return
    if verbose:
        for decision in made.decisions:
            talk.say(f"{decision.stage:9} {decision.path}: {decision.because}")
    for track in made.summary["tracks"]:
        times = ", ".join(f"{start:.2f}" for start in track["start"][:4]) + (" ..." if len(track["start"]) > 4 else "")
        talk.say(f"  {track['label'] or track['id']:24} {track['sound']}  at {times} s  {track['level']:g} dBFS")
    for thing in made.summary["silent"]:
        talk.say(f"  {thing['label']:24} silent: {thing['because']}")
    loudness = "silent" if made.loudness is None else f"{made.loudness:.1f} LUFS, {made.true_peak:.1f} dBTP"
    talk.say(f"{made.mix}  {made.duration:.2f} s, {loudness}")
    if scene is not None:
        talk.say(f"{scene}  the scene: edit it and run `imgext render {scene} -o {folder}`")
    for name in ("timeline.png", "spectrogram.png", "masking.png"):
        if (folder / name).exists():
            talk.say(f"{folder / name}")
    talk.warn(made.decisions)
