"""The scene, version 1: what a picture shows, its room, what is heard and when.

This model is the only implementation of the format; `schemas/scene.schema.json` is generated from it.
Conventions: seconds, Hz, dB; `pan` is -1 (left) to 1 (right); perceptual values run 0 to 1; a field that is
None is a blank, which a stage answers. Every object is frozen: a stage returns a new scene.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Discriminator,
    Field,
    PrivateAttr,
    StringConstraints,
    Tag,
    ValidationError,
)

from imgext.errors import Fault, Place, SceneError
from imgext.scene.messages import translated
from imgext.scene.part import (
    Decibels,
    Id,
    Length,
    Licence,
    Pan,
    Part,
    SearchedSource,  # pydantic reads it at run time
    Seconds,
    Share,
    Span,
    Time,
    UnmaskMode,  # pydantic reads it at run time
    plain,
    rising,
    row,
)
from imgext.scene.yaml.nodes import path_text
from imgext.scene.yaml.where import Where

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imgext.scene.decision import Decision

VERSION = "imgext.scene/1"
KNOWN_VERSIONS = (VERSION,)

#: The five room parameters, flat at the scene's top level.
ROOM = ("room_detected", "room_size", "damping", "wet_level", "width")


def _empty_for_none(value: Any) -> Any:
    return {} if value is None else value


class Object(Part):
    """One thing that is seen."""

    label: Annotated[str, StringConstraints(min_length=1, max_length=200)] = row(
        "What it is, in plain words; sounds are searched for by it.",
        default=...,
        examples=["seagull", "motorboat"],
    )
    kind: Literal["object", "atmo"] = row(
        "object: placed and panned, level by importance. atmo: a bed at a fixed level, no position.",
        default="object",
        because="the default: a thing with a place",
        examples=["object", "atmo"],
    )
    importance: Share = row(
        "How important it is in the picture, 0 to 1; sets its level.",
        default=0.5,
        because="the default: in the middle",
        examples=[0.72],
    )
    pan: Pan | None = row("-1 left to 1 right.", blank="from the box, else 0", examples=[0.35])
    box: Annotated[list[Share], Field(min_length=4, max_length=4)] | None = row(
        "x, y, width, height as fractions of the picture.",
        unit="fraction",
        examples=[[0.61, 0.10, 0.08, 0.05]],
    )
    confidence: Share | None = row("How sure the analysis was, 0 to 1.", examples=[0.9])
    depth: Share | None = row(
        "How far away it is, 0 near to 1 far: more of the room, less top.",
        blank="no distance",
        examples=[0.3],
    )


class Cut(Part):
    """One bell of equalisation: constant depth in its spans, 20 ms ramps around them."""

    freq: Annotated[float, Field(ge=20, le=20000)] = row(
        "Centre in Hz.", default=..., unit="Hz", examples=[570]
    )
    gain: Annotated[float, Field(ge=-24, le=24)] = row(
        "dB at the centre; negative cuts.", default=..., unit="dB", examples=[-4.7]
    )
    q: Annotated[float, Field(ge=0.1, le=10)] = row("Width of the bell.", default=1.0, examples=[1.0])
    spans: Annotated[list[Span], Field(max_length=10000)] | None = row(
        "[from, to] seconds of the mix in which it is active.",
        unit="s",
        blank="always",
        examples=[[[3.25, 5.9]]],
    )
    against: Id | None = row("The track that is to be heard through this cut.", examples=["gull"])


class Compressor(Part):
    """Turns down the loud parts of a sound, which stays at its level."""

    threshold: Annotated[float, Field(ge=-120, le=0)] | None = row(
        "dBFS of its peaks, with the sound at its level, above which it is turned down.",
        unit="dBFS",
        blank="9 dB above the level, at most 0",
        examples=[-15],
    )
    ratio: Annotated[float, Field(ge=1, le=20)] = row(
        "How many dB above the threshold become one; 1 does nothing.",
        default=3.0,
        because="the default",
        examples=[3],
    )
    knee: Annotated[float, Field(ge=0, le=24)] = row(
        "dB around the threshold over which it sets in.",
        default=6.0,
        unit="dB",
        because="the default, dB",
        examples=[6],
    )
    attack: Annotated[float, Field(ge=0, le=10)] = row(
        "Time constant in seconds with which it takes hold.",
        default=0.005,
        unit="s",
        because="the default, seconds",
        examples=[0.005],
    )
    release: Annotated[float, Field(ge=0, le=10)] = row(
        "Time constant in seconds with which it lets go.",
        default=0.1,
        unit="s",
        because="the default, seconds",
        examples=[0.1],
    )


class Take(Part):
    """Another piece of a track's sound."""

    offset: Seconds = row(
        "Seconds into the sound at which it begins.", default=..., unit="s", examples=[4.12]
    )
    duration: Length = row("Seconds of it that are heard.", default=..., unit="s", examples=[0.6])
    sound: Annotated[str, StringConstraints(min_length=1, max_length=1024)] | None = row(
        "Another sound, named as a track names its own; it is brought to the loudness of the first.",
        blank="the track's own sound",
        examples=["builtin:dog?seed=5"],
    )


class Vary(Part):
    """How much the repeats of a sound differ, at most and to either side."""

    gain: Annotated[float, Field(ge=0, le=12)] | None = row(
        "dB louder or softer.", unit="dB", blank="up to 0.7, by its kind", examples=[2]
    )
    pitch: Annotated[float, Field(ge=0, le=12)] | None = row(
        "Semitones higher or lower, and so much shorter or longer.",
        unit="semitones",
        blank="up to 1, by its kind; 0 for what is tuned",
        examples=[1],
    )
    pan: Share | None = row("Further left or right.", blank="up to 0.2, by its kind", examples=[0.1])


def _vary_form(value: Any) -> str:
    return "=each" if isinstance(value, dict | Vary) else "=off"


VaryForm = Annotated[
    Annotated[Annotated[float, Field(ge=0, le=0)], Tag("=off")] | Annotated[Vary, Tag("=each")],
    Discriminator(_vary_form),
]


class After(Part):
    """A start that follows another track's."""

    after: Id = row(
        "The track, or the object of the track, that it follows.", default=..., examples=["thunder"]
    )
    by: Annotated[list[Seconds], Field(min_length=2, max_length=2), AfterValidator(rising)] = row(
        "[shortest, longest] seconds from the start of that track to its own.",
        default=[1.0, 3.0],
        unit="s",
        examples=[[1, 3]],
    )


def _start_form(value: Any) -> str:
    if isinstance(value, dict | After):
        return "=after"
    return "=several" if isinstance(value, list) else "=one"


Start = Annotated[
    Annotated[Seconds, Tag("=one")]
    | Annotated[Annotated[list[Seconds], Field(min_length=1, max_length=10000)], Tag("=several")]
    | Annotated[After, Tag("=after")],
    Discriminator(_start_form),
]


def _density_form(value: Any) -> str:
    return "=word" if isinstance(value, str) else "=factor"


Density = Annotated[
    Annotated[Literal["sparse", "normal", "dense"], Tag("=word")]
    | Annotated[Annotated[float, Field(gt=0, le=20)], Tag("=factor")],
    Discriminator(_density_form),
]


class Track(Part):
    """One sound that is heard, once or several times."""

    object: Id | None = row(
        "The object that is heard.", blank="the object of the same id, else none", examples=["gull"]
    )
    sound: Annotated[str, StringConstraints(min_length=1, max_length=1024)] | None = row(
        "A path relative to this file, freesound:ID, library:ID or builtin:NAME.",
        blank="chosen by label",
        examples=["sounds/gull.flac", "builtin:rain", "freesound:412068", "library:dog/bark.wav"],
    )
    start: Start | None = row(
        "Seconds, or a list of them, or what it follows.",
        unit="s",
        blank="placed by the arrange stage",
        examples=[3.25, [3.25, 17.8], {"after": "thunder", "by": [1, 3]}],
    )
    every: Annotated[list[Length], Field(min_length=2, max_length=2), AfterValidator(rising)] | None = row(
        "[shortest, longest] seconds between starts; the sound is repeated over the mix.",
        unit="s",
        blank="as often as such things sound, where the mix is longer than the sound",
        examples=[[4, 9]],
    )
    pause: Seconds | None = row(
        "Seconds from its end until it may sound again.",
        unit="s",
        blank="a quarter of its length",
        examples=[2],
    )
    not_with: Annotated[list[Id], Field(max_length=1000)] | None = row(
        "Tracks, or objects, that never sound together with it.",
        blank="it may sound with any other",
        examples=[["gull"]],
    )
    offset: Seconds = row(
        "Seconds into the sound at which it begins.",
        default=0.0,
        unit="s",
        blank="where its clearest event or its steadiest stretch begins",
        examples=[0.5],
    )
    duration: Length | None = row(
        "Seconds of the sound that are heard.",
        unit="s",
        blank="until it has died away; of a loop to the end of the mix",
        examples=[2.0],
    )
    takes: Annotated[list[Take], Field(max_length=1000)] | None = row(
        "Further pieces of the sound, or other sounds, which take turns where it is heard several times.",
        blank="other events of the recording that are like it, other individuals of a built-in sound",
        examples=[[{"offset": 4.12, "duration": 0.6}]],
    )
    vary: VaryForm | None = row(
        "How much its repeats differ from each other; 0: not at all.",
        blank="gently, by kind of thing; nothing without an object, for a bed, and for what is heard once",
        examples=[{"gain": 2, "pitch": 1, "pan": 0.1}],
    )
    loop: bool | None = row(
        "Repeat it.", blank="true for an atmo that is shorter than the mix", examples=[True]
    )
    turn: Length | None = row(
        "Seconds of a loop from one beginning to the next.",
        unit="s",
        blank="between two points at which it sounds alike, or all of it",
        examples=[4.0],
    )
    crossfade: Seconds | None = row(
        "Seconds over which a loop fades into itself.",
        unit="s",
        blank="0 where its end already meets its beginning, else 0.5 or 1, at most a quarter of it",
        examples=[0.5],
    )
    fade_in: Seconds | None = row(
        "Seconds over which it fades in.",
        unit="s",
        blank="0.01 for an event, 1.5 for what goes on, 2 for an atmo, at most a quarter of it",
        examples=[0.02],
    )
    fade_out: Seconds | None = row(
        "Seconds over which it fades out.",
        unit="s",
        blank="0.05 for an event, 0.5 where the recording cuts it off, else as for fade_in",
        examples=[0.4],
    )
    level: Annotated[float, Field(ge=-120, le=0)] | None = row(
        "dBFS of the sound as placed, by `levels.measure`.",
        unit="dBFS",
        blank="-30 + 10 x importance for an object, -30 for an atmo",
        examples=[-24.0],
    )
    gain: Decibels = row(
        "The editor's own trim in dB, on top of the level.",
        default=0.0,
        unit="dB",
        because="no trim by hand",
        examples=[2.0],
    )
    pan: Pan | None = row("-1 left to 1 right.", blank="the object's", examples=[-0.5])
    send: Share | None = row(
        "Linear share of the room's reverb.",
        blank="1, or less where the sound brings a room of its own",
        examples=[0.8],
    )
    eq: list[Cut] | None = row(
        "Bells.",
        blank="chosen by the unmask stage; []: none",
        examples=[[{"freq": 570, "gain": -4.7, "q": 1.0, "spans": [[3.25, 5.9]], "against": "gull"}]],
    )
    compressor: Compressor | None = row(
        "Turns down what is loud, after the cuts; the level is put back, so importance keeps its promise.",
        blank="none",
        examples=[{"threshold": -15, "ratio": 3, "knee": 6, "attack": 0.005, "release": 0.1}],
    )
    mute: bool = row("Leave it out of the mix.", default=False, because="it is heard", examples=[False])


class Find(Part):
    """How sounds are chosen."""

    sources: Annotated[list[SearchedSource], Field(min_length=1)] | None = row(
        "Where to look, in this order.",
        blank="every source that is set up",
        examples=[["library", "builtin"]],
    )
    mode: Literal["best", "random"] = row(
        "best: by quality. random: the first valid one in a seeded order.",
        default="best",
        because="the default",
        examples=["best"],
    )
    prefer: Literal["rating", "downloads"] = row(
        "What ranks first in mode best.", default="rating", because="the default", examples=["rating"]
    )
    fallback: Literal["csv", "ai", "off"] = row(
        "Where to go when a label has no sound.",
        default="csv",
        blank="csv, the tag hierarchy",
        because="the default: climb the tag hierarchy",
        examples=["csv"],
    )
    judge: Literal["offline", "ai", "off"] = row(
        "Who checks a found sound against label and context.",
        default="offline",
        blank="offline, by its words",
        because="the default: by the words of a sound's name, tags and description",
        examples=["offline"],
    )
    licences: Annotated[list[Licence], Field(min_length=1)] = row(
        "Licences that may be used.",
        default=["cc0", "by"],
        blank="cc0 and by",
        because="the default: free to use, at most with credit",
        examples=[["cc0", "by"]],
    )


class Levels(Part):
    """How importance becomes level."""

    object: Annotated[list[Annotated[float, Field(ge=-120, le=0)]], Field(min_length=2, max_length=2)] = row(
        "dBFS at importance 0 and at importance 1.",
        default=[-30.0, -20.0],
        unit="dBFS",
        because="the default: dBFS at importance 0 and 1",
        examples=[[-30, -20]],
    )
    atmo: Annotated[float, Field(ge=-120, le=0)] = row(
        "dBFS of every bed.",
        default=-30.0,
        unit="dBFS",
        because="the default: dBFS of every bed",
        examples=[-30],
    )
    measure: Literal["rms", "lufs"] = row(
        "How levels are measured: lufs, as loud as they are heard (K-weighted), or rms; the same at 1 kHz.",
        default="lufs",
        because="the default: as loud as it is heard",
        examples=["lufs"],
    )


class Arrange(Part):
    """How blank starts are placed."""

    mode: Literal["random", "spread", "masking"] = row(
        "random: anywhere. spread: as little overlap as possible. masking: where the least is hidden.",
        default="random",
        because="the default",
        examples=["spread"],
    )
    min_gap: Seconds = row(
        "Seconds between two starts, where there is room.",
        default=0.25,
        unit="s",
        because="the default, seconds between two starts",
        examples=[0.25],
    )
    silence: Seconds = row(
        "Seconds at the start in which nothing is heard but what has a start of its own.",
        default=0.0,
        unit="s",
        because="the default: the mix begins at once",
        examples=[2],
    )
    max_overlap: Annotated[int, Field(ge=1, le=1000)] | None = row(
        "How many object tracks may sound at once.", blank="no limit", examples=[3]
    )
    density: Density = row(
        "How often blank `every` lets things sound: sparse, normal, dense, or a factor.",
        default="normal",
        because="the default: as often as such things sound",
        examples=["normal", 1.5],
    )


class Unmask(Part):
    """How masking is resolved."""

    mode: Literal["off", UnmaskMode] = row(
        "How cuts are chosen; off: none.", default="audible", because="the default", examples=["audible"]
    )
    max_cut: Annotated[float, Field(ge=0, le=6)] = row(
        "Deepest cut in dB, all bells of a track together.",
        default=6.0,
        unit="dB",
        because="the default, dB in sum",
        examples=[6],
    )
    q: Annotated[float, Field(ge=0.1, le=10)] = row(
        "Q of the bells.", default=1.0, because="the default", examples=[1.0]
    )
    bells: Annotated[int, Field(ge=1, le=25)] | None = row(
        "Bells per track.", blank="as the mode has them", examples=[3]
    )
    search: Literal["pattern", "harmony"] = row(
        "How mode optimise searches: step by step, or by harmony search from the seed.",
        default="pattern",
        examples=["harmony"],
    )
    objective: Literal["loudness", "masking"] = row(
        "What mode optimise makes small: the loudness lost, or the masking in sum and its imbalance.",
        default="loudness",
        examples=["masking"],
    )
    dynamics: Literal["auto", "off"] = row(
        "auto: mode optimise may compress tracks whose eq and compressor are blank, where that helps.",
        default="off",
        because="the default: nothing is compressed that is not written so",
        examples=["off"],
    )


class Reverb(Part):
    """The engine behind the five room parameters."""

    engine: Literal["ir", "freeverb"] = row(
        "ir: a noise impulse response, 0.25 to 3 s. freeverb: comb and all-pass filters, 0.6 to 11 s.",
        default="ir",
        because="the default: a noise impulse response",
        examples=["ir"],
    )


class Master(Part):
    """What happens to the sum."""

    loudness: Annotated[float, Field(ge=-70, le=0)] | None = row(
        "Target in LUFS.", unit="LUFS", blank="none", examples=[-23]
    )
    gain: Annotated[float, Field(ge=-60, le=60)] | None = row(
        "Static gain of the sum in dB.", unit="dB", blank="0, or what reaches the loudness", examples=[0]
    )
    true_peak: Annotated[float, Field(ge=-20, le=0)] = row(
        "Ceiling in dBTP.", default=-1.0, unit="dBTP", because="the default, dBTP", examples=[-1]
    )
    limiter: Literal["auto", "off"] = row(
        "auto: holds the ceiling.",
        default="auto",
        because="the default: holds the ceiling",
        examples=["auto"],
    )
    loop: bool = row(
        "The mix is a circle: what reaches beyond its end sounds at its beginning, and it repeats unheard.",
        default=False,
        examples=[True],
    )
    fade_in: Seconds = row(
        "Seconds over which the mix fades in.",
        default=0.0,
        unit="s",
        examples=[2],
    )
    fade_out: Seconds = row(
        "Seconds over which the mix fades out.",
        default=0.0,
        unit="s",
        examples=[5],
    )


class Scene(Part):
    """A whole scene.

    `folder` is where relative paths start, `name` what the lock and outputs are called after; both come from
    the file a scene was read from and are not part of its data.
    """

    schema_: Literal["imgext.scene/1"] = Field(
        alias="schema", description="The version of this format, first key.", examples=[VERSION]
    )
    title: Annotated[str, StringConstraints(max_length=1000)] | None = row(
        "A name for people.", examples=["Fishing harbour at dawn"]
    )
    image: Annotated[str, StringConstraints(min_length=1, max_length=1024)] | None = row(
        "The picture, relative to this file.", examples=["harbour.jpg"]
    )
    context: Annotated[str, StringConstraints(max_length=4000)] | None = row(
        "The picture in one sentence; found sounds are checked against it.",
        examples=["a fishing harbour at dawn, gulls over moored boats"],
    )
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = row(
        "All random choices come from it.", default=0, because="the default seed", examples=[7]
    )
    sample_rate: Annotated[int, Field(ge=8000, le=192000)] = row(
        "Samples per second of the mix.",
        default=48000,
        unit="Hz",
        because="the default rate",
        examples=[48000],
    )
    duration: Time | None = row(
        "Seconds of the mix, or a time such as 5m or 1h30.",
        unit="s",
        blank="the end of the last sound, and the room's tail",
        examples=[60, "5m"],
    )

    room_detected: bool = row(
        "The picture shows a closed room; without one there is no reverb.",
        default=False,
        because="the default: no closed room, so no reverb",
        examples=[True],
    )
    room_size: Share = row(
        "Acoustic size of the room: 0 a cupboard, 1 a cathedral.",
        default=0.5,
        because="the default: a room of middling size",
        examples=[0.8],
    )
    damping: Share = row(
        "How much high frequency the surfaces absorb: 0 tile and glass, 1 curtains and carpet.",
        default=0.5,
        because="the default: surfaces between hard and soft",
        examples=[0.3],
    )
    wet_level: Share = row(
        "How reverberant the place is; 1 means as much reverb as direct sound.",
        default=0.2,
        because="the default: a moderately reverberant place",
        examples=[0.2],
    )
    width: Share = row(
        "Stereo width of the reverb: 0 mono, 1 fully decorrelated.",
        default=0.8,
        because="the default: a reverb nearly as wide as it can be",
        examples=[0.9],
    )

    objects: Annotated[
        dict[Id, Annotated[Object, BeforeValidator(_empty_for_none)]], BeforeValidator(_empty_for_none)
    ] = row("What is seen, by id.", default_factory=dict, examples=[{"gull": {"label": "seagull"}}])
    tracks: Annotated[
        dict[Id, Annotated[Track, BeforeValidator(_empty_for_none)]], BeforeValidator(_empty_for_none)
    ] = row(
        "What is heard, by id; a missing track is made for every object.",
        default_factory=dict,
        examples=[{"gull": {"start": 3.25}}],
    )

    find: Find = row("How sounds are chosen.", default_factory=Find, examples=[{"mode": "best"}])
    levels: Levels = row(
        "How importance becomes level.", default_factory=Levels, examples=[{"object": [-30, -20]}]
    )
    arrange: Arrange = row(
        "How blank starts are placed.", default_factory=Arrange, examples=[{"mode": "spread"}]
    )
    unmask: Unmask = row("How masking is resolved.", default_factory=Unmask, examples=[{"mode": "audible"}])
    reverb: Reverb = row("The reverb engine.", default_factory=Reverb, examples=[{"engine": "ir"}])
    master: Master = row("What happens to the sum.", default_factory=Master, examples=[{"loudness": -23}])

    _folder: Path = PrivateAttr(default_factory=Path)
    _name: str = PrivateAttr(default="scene")
    _file: str = PrivateAttr(default="")
    _text: str = PrivateAttr(default="")

    @property
    def folder(self) -> Path:
        """Where relative paths start."""
        return self._folder

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self._name

    @property
    def file(self) -> str:
        """The file it was read from, as given; empty for a scene that was made."""
        return self._file

    def located(self, folder: Path, name: str, file: str = "", text: str = "") -> Scene:
        """Return the scene placed elsewhere; `where` points into `file` and `text`."""
        scene = self.model_copy()
        scene._folder, scene._name, scene._file, scene._text = folder, name, file, text  # noqa: SLF001
        return scene

    def where(self, path: str) -> Where:
        """A dotted path that prints with its place in the file."""
        return Where(self._file, self._text, path)

    def as_data(self) -> dict[str, Any]:
        """Plain data without blanks, in the order of the format."""
        data = plain(self)
        return {key: value for key, value in data.items() if key not in {"objects", "tracks"} or value}

    def value(self, path: str) -> Any:
        """What is written at a dotted path, None for a blank.

        >>> Scene.of({"schema": VERSION, "tracks": {"gull": {"start": 3}}}).value("tracks.gull.start")
        3.0
        """
        node: Any = self
        for key in path.split("."):
            if isinstance(node, Part):
                node = node.written(key)
            elif isinstance(node, list) and key.isdigit() and int(key) < len(node):
                node = node[int(key)]
            elif isinstance(node, dict) and key in node:
                node = node[key]
            else:
                return None
        return plain(node)

    def answered(self, decisions: Iterable[Decision]) -> Scene:
        """Return a scene in which each answer fills its blank and written values stay.

        A start that says only what it follows is a question, as a blank is.
        """
        data = self.as_data()
        for decision in decisions:
            if decision.kind != "answer":
                continue
            *parents, key = decision.path.split(".")
            node: Any = data
            for parent in parents:
                node = node[int(parent)] if isinstance(node, list) else node.setdefault(parent, {})
            if isinstance(node, dict) and asks(node.get(key)):
                node[key] = copy.deepcopy(decision.value)
        return Scene.of(data).located(self._folder, self._name, self._file, self._text)

    @classmethod
    def of(cls, data: dict[str, Any]) -> Scene:
        """Make a scene from plain data; raises SceneError with every fault.

        `imgext.scene.document.load` reads files.
        """
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            faults = [Fault(Place(path=path_text(path)), *wrong) for path, *wrong in translated(error, cls)]
            raise SceneError("no scene", faults) from error


def asks(value: Any) -> bool:
    """Whether plain data at some place is a question that a stage may answer.

    >>> [asks(value) for value in (None, {"after": "thunder"}, 3.0)]
    [True, True, False]
    """
    return value is None or (isinstance(value, dict) and "after" in value)


#: A scene of blanks: what each of them means.
BLANK = Scene(schema="imgext.scene/1")
