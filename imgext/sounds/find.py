"""The find stage: every track gets a sound, or a word about why it stays silent.

A written `sound` is kept; a blank one is answered from the lock while that is still right, else by climbing
(`imgext.sounds.search.climb`). What was taken is pinned in the new lock. Nothing is random but the draws from
(seed, track id), so neither the order of tracks nor another track changes what one is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgext.errors import (
    DriftError,
    MissingInputError,
    SceneError,
    UnavailableError,
    shown,
)
from imgext.ontology.hierarchy import hierarchy
from imgext.scene.decision import Decision
from imgext.scene.lock import Lock, LockedSound, differences
from imgext.scene.part import SCHEMES
from imgext.sounds.bank import BANK
from imgext.sounds.library.index import INDEX
from imgext.sounds.reference import SoundFile, facts_of, note_place, resolve_sound, scheme_of
from imgext.sounds.search.searching import Log, Searching
from imgext.sounds.sentences import counts, credit, explanation, how_locked, passed_over, refused
from imgext.sounds.sources import SOURCES, Services
from imgext.sounds.sources.builtin import filling
from imgext.sounds.tracks import jobs_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from imgext.ontology.hierarchy import Tag
    from imgext.scene.model import Object, Scene
    from imgext.sounds.candidate import Candidate
    from imgext.sounds.library.library import Library
    from imgext.sounds.search.climb import Found, Outcome
    from imgext.sounds.tracks import Job


#: So many warnings of one library at most.
MOST_DOUBTS = 6


def find(
    scene: Scene,
    lock: Lock,
    *,
    libraries: Sequence[Library],
    services: Services | None = None,
    update: Collection[str] = (),
    locked: bool = False,
    allow_outside: bool = False,
) -> tuple[Scene, Lock, list[Decision]]:
    """Give every track a sound.

    Parameters
    ----------
    scene : Scene
        Objects without a track are given one.
    lock : Lock
        The pins of earlier runs, empty at first.
    libraries : sequence of Library
        The folders that are set up, in order.
    services : Services, optional
        What may be asked over a network; blank: nothing.
    update : collection of str
        Tracks that are searched again whatever the lock says.
    locked : bool
        Refuse when the lock would change, and ask nothing over a network.
    allow_outside : bool
        Let written paths leave the scene's folder.

    Returns
    -------
    scene : Scene
        With `sound` answered everywhere, and `mute` where there is nothing to hear.
    lock : Lock
        The new pins, of the tracks there are.
    decisions : list of Decision
        An answer for every track that was blank; a note for a thing that makes no sound; a warning for a
        sounding thing without a sound, a label that is not understood, a content that changed and a source
        that is not set up.

    Raises
    ------
    SceneError
        For a track that cannot be understood, a path that may not stand there, a file that is no sound.
    MissingInputError
        When `update` names a track that does not exist; with `locked`, when a pinned sound is not on this
        machine.
    DriftError
        With `locked`, when the new lock is not the old one.
    UnavailableError
        When a pinned sound has to be fetched and its service does not answer, or when no source answers at
        all.
    ThrottledError, CredentialError
        When Freesound's limit for the day is used up; when it refuses the key. What was found so far is in
        the cache.
    """
    jobs = jobs_of(scene)
    for name in sorted(update):
        if all(job.id != name for job in jobs):
            raise MissingInputError(f"there is no track {shown(name)} to search again")
    services = services or Services()
    hierarchy(BANK)  # a table of your own may name what the bank does not have
    stage = Stage(
        scene,
        lock,
        libraries,
        services.silenced() if locked else services,
        allow_outside=allow_outside,
        locked=locked,
    )
    by_job: dict[str, list[Decision]] = {}
    blank = [job for job in jobs if not stage.noted(job, by_job, again=job.id in update)]
    for job in sorted(blank, key=lambda job: job.id):  # what is taken depends on no order in the scene
        by_job[job.id] += stage.searched(job, again=job.id in update)
    stage.log.decisions = [each for job in jobs for each in by_job[job.id]] + stage.log.decisions
    new = Lock.of(stage.described())
    if locked and (said := differences(lock, new)):
        raise DriftError(
            f"the scene and its lock disagree: {'; '.join(said)}; `imgext find` brings the lock up to date"
        )
    if stage.placeholders:
        why = (
            f"{stage.placeholders} of the sounds that the lock pins are built-in ones; `imgext find "
            "--update ID` searches a track again"
        )
        stage.say("find.sources", None, why, kind="note")
    decisions = [*about_libraries(libraries), *stage.searching.about_settings(), *stage.log.decisions]
    return scene.answered(decisions), new, decisions


def about_libraries(libraries: Sequence[Library]) -> list[Decision]:
    """Warn of sounds not used because their licence is uncertain, and of unread files."""
    said = []
    for library in libraries:
        for reason, count, first in library.doubts()[:MOST_DOUBTS]:
            which = first if count == 1 else f"{first} and {count - 1} more"
            said.append(
                f"{library.root.name}/{reason}; {which} {'is' if count == 1 else 'are'} not used: "
                f"state the licence in {INDEX}, `own` where the sound is yours"
            )
        if (more := len(library.doubts()) - MOST_DOUBTS) > 0:
            said.append(f"{library.root.name}: {more} more such warnings; `imgext sounds index` has all")
        said += [f"{library.root.name}: {reason}" for reason in library.report.unread]
    return [Decision("find.sources", None, why, {}, "find", "warning") for why in said]


class Stage:
    """One run: what was decided and pinned so far."""

    def __init__(
        self,
        scene: Scene,
        lock: Lock,
        libraries: Sequence[Library],
        services: Services,
        *,
        allow_outside: bool,
        locked: bool,
    ) -> None:
        self.scene, self.lock, self.libraries, self.services = scene, lock, libraries, services
        self.allow_outside, self.locked = allow_outside, locked
        self.pins: dict[str, LockedSound] = {}
        self.contents: dict[str, SoundFile] = {}
        self.labels: dict[str, str] = {}
        self.placeholders = 0
        self.log = Log()
        self.say = self.log.say
        self.searching = Searching(scene, libraries, services, self.log)

    def described(self) -> dict[str, LockedSound]:
        """Return the pins with what is known of their sounds' own reverberation."""
        from imgext.sounds.acoustics import with_acoustics

        found = {
            key: self.about(pin.sound, self.contents[key].path)
            for key, pin in self.pins.items()
            if key in self.contents and not SOURCES[pin.source].fetched
        }
        return with_acoustics(
            self.pins,
            self.lock,
            self.contents,
            self.labels,
            found,
            analysing=self.scene.room_detected,
        )

    def noted(self, job: Job, said: dict[str, list[Decision]], *, again: bool) -> bool:
        """Answer a track without a search if possible; decisions go into `said`."""
        done = self.take(job, again=again)
        said[job.id] = self.log.taken()
        return done

    def searched(self, job: Job, *, again: bool) -> list[Decision]:
        """Search for a track, used recordings last; `again` asks for another sound."""
        assert job.thing is not None
        pin = self.lock.sounds.get(job.id) if again else None
        avoid = {(pin.source, pin.id)} if pin is not None and pin.query == job.thing.label else set()
        self.search(job, job.thing, avoid)
        return self.log.taken()

    def take(self, job: Job, *, again: bool) -> bool:
        """Answer a track from what is written or locked; False if it needs a search."""
        self.labels[job.id] = (
            job.thing.label if job.thing is not None else job.id.replace("_", " ").replace("-", " ")
        )
        if job.object_id is not None:
            self.say(
                f"tracks.{job.id}.object",
                job.object_id,
                f"no track plays {job.object_id}, and the track of that id plays something else",
            )
        if job.track.sound is not None:
            self.written(job, job.track.sound)
            return True
        if not again and self.from_lock(job):
            return True
        if job.thing is None:
            where = self.scene.where(f"tracks.{job.id}")
            why = "a track needs a `sound`, or an object to find one for"
            raise SceneError(faults=[where.fault("nothing_to_play", why)])
        return False

    def written(self, job: Job, reference: str) -> None:
        """Keep and pin what the scene says."""
        place = f"tracks.{job.id}.sound"
        own = self.lock.sounds.get(job.id)
        pin = own if own is not None and own.sound == reference else None
        try:
            sound = self.resolved(job.id, reference)
        except (MissingInputError, UnavailableError) as error:
            if self.locked:
                raise
            self.say(
                place,
                reference,
                f"its content is not at hand: {error.reason}",
                kind="warning",
            )
            if pin is not None:
                self.pins[job.id] = pin
            return
        self.contents[job.id] = sound
        if pin is not None and pin.sha256 == sound.sha256:
            self.pins[job.id] = self.as_stated(place, reference, pin, sound)
            if sound.path is not None:
                note_place(sound.sha256, sound.path)
            return
        if pin is not None and not SOURCES[pin.source].ours:
            self.changed(place, reference, pin, sound.sha256)
        self.pin(
            job.id,
            reference,
            sound,
            self.about(reference, sound.path),
            {"rung": "written", "fallback": "written"},
        )
        known = self.about(reference, sound.path)
        if known is not None and known.doubt:
            self.say(place, reference, f"its licence is not certain: {known.doubt}", kind="warning")

    def as_stated(self, place: str, value: str, pin: LockedSound, sound: SoundFile) -> LockedSound:
        """Return the pin with the licence that its source states now; report a change."""
        if SOURCES[pin.source].fetched or SOURCES[pin.source].ours:
            return pin
        known = self.about(value, sound.path)
        if known is None or known.licence in {"unknown", pin.licence}:
            return pin
        why = known.doubt or f"its licence is stated as {known.licence}"
        self.say(place, value, f"{why}; the lock said {pin.licence}", {"licence": known.licence}, "warning")
        facts = {
            "licence": known.licence,
            "licence_url": known.licence_url or None,
            "author": known.author or pin.author,
            "title": known.title or pin.title,
            "url": known.url or pin.url,
        }
        return pin.model_copy(update=facts)

    def changed(self, place: str, value: str, pin: LockedSound, digest: str) -> None:
        """Warn that a content is not the pinned one."""
        why = (
            f"{pin.sound} is not the content that the lock pins (sha256 {pin.sha256[:12]}..., now "
            f"{digest[:12]}...); the mix changes"
        )
        self.say(place, value, why, {"locked": pin.sha256, "now": digest}, "warning")

    def about(self, reference: str, path: Path | None) -> Candidate | None:
        """What its source knows of a reference."""
        source, name = scheme_of(reference)
        return SOURCES[source](self.libraries, self.services).describe(name, path)

    def resolved(self, track_id: str, reference: str) -> SoundFile:
        """The content of a reference."""
        return resolve_sound(
            self.scene,
            track_id,
            reference,
            self.lock,
            self.libraries,
            allow_outside=self.allow_outside,
            freesound=self.services.freesound,
        )

    def from_lock(self, job: Job) -> bool:
        """Answer from the lock, if label, licence and content still match."""
        pin = self.lock.sounds.get(job.id)
        if pin is None or (job.thing is not None and pin.query != job.thing.label):
            return False
        named = self.scene.find.sources
        if named and pin.source in SCHEMES and pin.source not in named and not self.locked:
            return False
        if not SOURCES[pin.source].ours and pin.licence not in self.searching.rules.licences | {"unknown"}:
            return False
        place = f"tracks.{job.id}.sound"
        try:
            sound = self.resolved(job.id, pin.sound)
        except (MissingInputError, SceneError) as error:
            if self.locked:
                raise
            why = f"the lock's {pin.sound} cannot be had, so it is searched again: {error.reason}"
            self.say(place, None, why, {"locked": pin.sha256}, "warning")
            return False
        except (
            UnavailableError
        ) as error:  # a service that is down for a while must not cost a choice that was made
            raise UnavailableError(f"{error}; `imgext find --update {job.id}` searches again") from error
        if sound.sha256 != pin.sha256:
            if not SOURCES[pin.source].ours:  # another seed of the scene is another take of a built-in sound
                self.changed(place, pin.sound, pin, sound.sha256)
            return False
        if sound.path is not None:
            note_place(sound.sha256, sound.path)
        stated = self.as_stated(place, pin.sound, pin, sound)
        if (
            not self.locked
            and stated.licence != pin.licence
            and stated.licence not in self.searching.rules.licences
        ):
            return False
        pin = stated
        self.pins[job.id], self.contents[job.id] = pin, sound
        self.placeholders += SOURCES[pin.source].ours and len(self.searching.sources) > 1
        numbers: dict[str, object] = {
            "rung": pin.rung,
            "fallback": pin.fallback,
            **({"tag": pin.tag} if pin.tag else {}),
            "licence": pin.licence,
        }
        self.say(
            place,
            pin.sound,
            f"as locked{how_locked(pin)}: {pin.sound}{credit(pin.licence, pin.author)}",
            numbers,
        )
        return True

    def may_use(self, candidate: Candidate) -> bool:
        """Whether the scene allows a sound's licence."""
        allowed = self.searching.rules.licences | {"unknown"}
        return SOURCES[candidate.source].ours or candidate.licence in allowed

    def silence(self, job: Job, because: str) -> None:
        """Mute a track, unless the scene says something of it itself."""
        if job.track.blank("mute"):
            self.say(f"tracks.{job.id}.mute", value=True, because=because)

    def search(self, job: Job, thing: Object, avoid: Collection[tuple[str, str]]) -> None:
        """Search for a track, and answer it."""
        tag = hierarchy().understand(thing.label)
        if (
            tag is not None and not tag.sounds and (job.track.mute or job.track.blank("mute"))
        ):  # a written `mute: false` asks for a sound
            self.silence(job, f"{shown(thing.label)} makes no sound of its own")
            how = (
                f"{shown(thing.label)} is a {tag.name}, which"
                if tag.name != thing.label
                else f"{shown(thing.label)}"
            )
            why = f"{how} makes no sound in the tag hierarchy; write a `sound` to hear something"
            self.say(f"tracks.{job.id}.sound", None, why, {"tag": tag.name}, "note")
            return
        used = {(pin.source, pin.id) for pin in self.pins.values()}
        outcome = self.searching.search(job.id, thing, tag, used=used, avoid=avoid)
        placeholder = outcome.found is not None and SOURCES[outcome.found.candidate.source].ours
        if (
            avoid
            and (outcome.found is None or placeholder)
            and not any(SOURCES[name].ours for name, _ in avoid)
        ):
            self.say(f"tracks.{job.id}.sound", None, "there is no other recording of it", kind="note")
            outcome = self.searching.search(job.id, thing, tag, used=used)
        elif avoid and outcome.found is None:
            outcome = self.searching.search(job.id, thing, tag, used=used)
        if outcome.found is None:
            where = " or ".join(self.searching.rules.sources)
            why = (
                f"nothing was found for {shown(thing.label)} in {where}{passed_over(outcome)}; the track "
                "stays silent"
            )
            self.silence(job, why)
            self.say(f"tracks.{job.id}.sound", None, why, counts(outcome), "warning")
            return
        self.answer(job, thing, tag, outcome.found, outcome)

    def answer(self, job: Job, thing: Object, tag: Tag | None, found: Found, outcome: Outcome) -> None:
        """Answer a track with what was found, and pin it."""
        chosen, step = found.candidate, found.step
        if tag is None and step.rung == "builtin":
            close = hierarchy().suggestion(thing.label)
            because = (
                f"{shown(thing.label)} is not in the tag hierarchy and no sound has such a name; "
                f"built-in {step.words} stands in for it{close}"
            )
            self.say(f"tracks.{job.id}.sound", chosen.reference, because, kind="warning")
        reference = chosen.reference
        if found.path is not None:
            sound = SoundFile(found.path, None, "")
        else:
            reference = filling(chosen.id, self.scene.duration)
            sound = self.resolved(job.id, reference)
        self.contents[job.id] = sound
        how: dict[str, object] = {
            "query": thing.label,
            "words": step.words,
            "rung": found.rung,
            "fallback": step.rung,
            "tag": step.tag or None,
        }
        self.pin(job.id, reference, sound, chosen, how)
        numbers: dict[str, object] = {
            "rung": found.rung,
            "fallback": step.rung,
            "words": step.words,
            "rank": chosen.rank,
        }
        numbers |= {
            "choices": found.choices,
            "tried": found.tried,
            "duration": self.pins[job.id].duration,
            "licence": chosen.licence,
        }
        numbers |= {"rating": chosen.rating} if chosen.rating is not None else {}
        numbers |= {"downloads": chosen.downloads} if chosen.downloads is not None else {}
        numbers |= {"tag": step.tag} if step.tag else {}
        self.say(
            f"tracks.{job.id}.sound",
            reference,
            explanation(thing.label, found) + refused(outcome),
            numbers | counts(outcome),
        )

    def pin(
        self, track_id: str, reference: str, sound: SoundFile, known: Candidate | None, how: dict[str, object]
    ) -> None:
        """Pin a sound with its facts."""
        source, name = scheme_of(reference)
        facts = facts_of(sound, self.scene.where(f"tracks.{track_id}.sound"))
        if sound.path is not None:
            note_place(facts.sha256, sound.path)
        data = {
            "sound": reference,
            "source": source,
            "id": name,
            "sha256": facts.sha256,
            "bytes": facts.bytes,
            "duration": facts.duration,
        }
        data |= {
            "title": (known.title or None) if known else None,
            "url": (known.url or None) if known else None,
        }
        data |= {
            "licence": known.licence if known else "unknown",
            "author": (known.author or None) if known else None,
        }
        data |= {
            "licence_url": (known.licence_url or None) if known else None,
            "remix": (known.remix or None) if known else None,
            **how,
        }
        own = self.lock.sounds.get(track_id)
        data |= {"file": own.file} if own is not None and own.sha256 == facts.sha256 else {}
        self.pins[track_id] = LockedSound.model_validate(data)
