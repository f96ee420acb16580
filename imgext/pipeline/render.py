"""`render`: plays a scene into a folder."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imgext.errors import SceneError, UsageError
from imgext.pipeline.resolve import located, resolve
from imgext.pipeline.setup import Setup
from imgext.report.pictures import FILES, draw
from imgext.report.words.captions import audible, captions, description
from imgext.report.words.summary import summary_of
from imgext.scene.decision import Decision, warnings_in
from imgext.scene.lock import Lock, lock_path, lock_text, write_lock
from imgext.store.outputs import Outputs, is_render_output, size_fault, target_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from imgext.rendering import Plan
    from imgext.scene.model import Scene


@dataclass(frozen=True)
class Rendered:
    """The result of `render`: path, sha256, seconds, LUFS, dBTP, and the decisions."""

    mix: Path
    sha256: str
    duration: float
    loudness: float | None
    true_peak: float | None
    tracks: list[dict[str, Any]]
    decisions: list[Decision]
    scene: Scene
    lock: Lock
    plan: Plan
    summary: dict[str, Any]
    #: The lock written next to a scene without one; None if nothing had to be pinned.
    pinned: Path | None = None

    @property
    def warnings(self) -> list[Decision]:
        """The decisions that a run must repeat at its end."""
        return warnings_in(self.decisions)


def render(
    scene: Scene | Path | str,
    out: Path | str,
    *,
    setup: Setup | None = None,
    lock: Lock | None = None,
    pictures: bool = True,
    masking: bool | None = None,
    stems: bool = False,
    delta: bool = False,
    bits: int = 24,
    force: bool = False,
    before: Sequence[Decision] = (),
    progress: Callable[[float], None] = lambda _done: None,
) -> Rendered:
    """Render a scene into a folder.

    A scene without a lock that plays sounds found over a network gets one, because the next search may find
    something else.

    Parameters
    ----------
    scene : Scene or path
    out : path
        A folder, or a ``.wav`` or ``.flac`` file in the folder that takes the outputs.
    setup : Setup, optional
        Libraries, services and permissions; blank: no library, services as the environment sets them up.
    lock : Lock, optional
        Which sounds were chosen before; blank: the lock next to the scene.
    pictures : bool
        Draw the pictures of `imgext.report.pictures.PICTURES`.
    masking : bool, optional
        Write ``masking.json``, who masks whom; blank: as `pictures`. The time grows with the square of the
        tracks.
    stems : bool
        Write ``stems/ID.wav`` of every track and ``stems/_room.wav``, 32-bit float, before the master gain.
    delta : bool
        Write ``delta.wav``, what cuts and compression removed, 32-bit float, before the master gain.
    bits : {16, 24}
        Word length of the mix; 16 is dithered from the scene's seed.
    force : bool
        Overwrite files that imgext did not make.
    before : sequence of Decision
        Earlier decisions about this scene, for the log.
    progress : callable
        Receives the share that is done, 0 to 1.

    Returns
    -------
    Rendered

    Raises
    ------
    ImgextError
        Nothing is written then.
    """
    from imgext.rendering import make_plan, perform, write_delta
    from imgext.sounds.credits import licence_warnings

    if bits not in {16, 24}:
        raise UsageError(f"{bits} is not a word length; allowed: 16, 24")
    setup = Setup() if setup is None else setup
    folder, name, container = target_of(Path(out))
    scene, lock = located(scene, lock, setup)
    # a written length is known before anything is played
    _refuse_too_big(
        scene, round((scene.duration or 0.0) * scene.sample_rate), container, bits, stems or delta
    )
    resolved = resolve(scene, setup=setup, lock=lock)
    opened = resolved.opened
    planned, notes = make_plan(resolved.scene, opened)
    if not planned.tracks:
        why = "; ".join(note.because for note in notes)
        where = resolved.scene.where("tracks")
        raise SceneError(faults=[where.fault("nothing_to_play", f"nothing is heard: {why}")])
    decisions = [*before, *resolved.decisions, *notes]
    _refuse_too_big(scene, planned.frames, container, bits, stems or delta)
    own = {*opened.digests.values(), *(sound.sha256 for sound in resolved.lock.sounds.values())}
    with Outputs(folder, force=force, own=own) as outputs:
        stem_paths = {}
        if stems:
            names = [*(track.id for track in planned.tracks), *(["_room"] if planned.room else [])]
            stem_paths = {key: outputs.path(f"stems/{key}.wav") for key in names}
        mix = outputs.path(name)
        heard = perform(
            planned,
            opened.samples,
            mix,
            container=container,
            bits=bits,
            stems=stem_paths,
            waveforms=pictures,
            progress=progress,
        )
        decisions += heard.decisions
        final = resolved.scene.answered(heard.decisions)
        credited = Lock.of({key: sound for key, sound in resolved.lock.sounds.items() if key in opened})
        decisions += [
            Decision(f"tracks.{key}.sound", None, why, {}, "render", "warning")
            for key, why in licence_warnings(credited)
        ]
        write_texts(outputs, final, resolved.lock, credited, decisions)
        sounds = audible(final, planned)
        outputs.text("captions.vtt", captions(sounds))
        outputs.text("description.txt", description(final, planned, sounds))
        if delta:
            write_delta(planned, opened.samples, outputs.path("delta.wav"))
        if pictures or masking:
            from imgext.mix.unmask.masking_report import masking_report

            report = masking_report(resolved.scene, planned, opened)
            if masking is not False:
                outputs.text("masking.json", json.dumps(report) + "\n")
            if pictures:
                draw(final, planned, heard, decisions, report, mix, resolved.room, outputs.path)
        outputs.retire(_belongs_to_a_mix)
        digest = outputs.digest(name)
        outputs.summary = summary_of(name, digest, final, planned, heard, decisions, resolved.room)
    summary = outputs.summary
    return Rendered(
        folder / name,
        digest,
        summary["duration"],
        summary["loudness"],
        summary["true_peak"],
        summary["tracks"],
        decisions,
        final,
        resolved.lock,
        planned,
        summary,
        _pin(scene, resolved.lock),
    )


def _belongs_to_a_mix(name: str) -> bool:
    """Say whether an output may not lie next to those of another mix."""
    return is_render_output(name) or name in FILES


def _refuse_too_big(scene: Scene, frames: int, container: str, bits: int, stems: bool) -> None:
    if too_big := size_fault(frames, container, bits, stems=stems):
        raise SceneError(faults=[scene.where("duration").fault("too_big", *too_big)])


def _pin(scene: Scene, lock: Lock) -> Path | None:
    """Write a lock for a scene without one if it plays sounds found over a network."""
    if not scene.file:
        return None
    path = lock_path(Path(scene.file))
    if path.exists() or all(sound.source != "freesound" for sound in lock.sounds.values()):
        return None
    write_lock(path, lock)
    return path


def write_texts(
    outputs: Outputs, scene: Scene, lock: Lock, credited: Lock, decisions: Sequence[Decision]
) -> None:
    """Write an output folder's texts: resolved scene, lock, log and credits."""
    from imgext.scene.writer import scene_text
    from imgext.sounds.credits import credits_html, credits_json, credits_text

    header = (
        "Written by imgext: every blank is answered here. Renders the same bytes as the scene it came from."
    )
    outputs.text("scene.resolved.yaml", scene_text(scene, decisions, header=[header]))
    # copies that `imgext collect` made lie next to the scene, not here
    elsewhere = Lock.of(
        {track: sound.model_copy(update={"file": None}) for track, sound in lock.sounds.items()}
    )
    outputs.text("scene.resolved.lock.yaml", lock_text(elsewhere))
    outputs.text("decisions.jsonl", "".join(decision.as_json() + "\n" for decision in decisions))
    outputs.text("credits.txt", credits_text(credited))
    outputs.text("credits.html", credits_html(credited))
    outputs.text("credits.json", credits_json(credited))
