"""The scene, version 1: what a picture shows, what room it suggests, what is heard and when.

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

from imgext.errors import SceneError
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
    UnmaskMode,  # pydantic reads it at run time
    plain,
    rising,
    told,
)
from imgext.scene.where import Where

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imgext.scene.decision import Decision

VERSION = "imgext.scene/1"
KNOWN_VERSIONS = (VERSION,)

#: The five room parameters, flat beside everything else.
ROOM = ("room_detected", "room_size", "damping", "wet_level", "width")


def _empty_for_none(value: Any) -> Any:
    return {} if value is None else value


class Object(Part):
    """One thing that is seen."""

    label: Annotated[str, StringConstraints(min_length=1, max_length=200)] = Field(
        description="What it is, in plain words; sounds are searched for by it.",
        examples=["seagull", "motorboat"],
    )
    kind: Literal["object", "atmo"] = Field(
        "object",
        description="object: placed and panned, level by importance. atmo: a bed at a fixed level, no position. Blank: object.",
        examples=["object", "atmo"],
        json_schema_extra=told("the default: a thing with a place"),
    )
    importance: Share = Field(
        0.5,
        description="How important it is in the picture, 0 to 1; sets its level. Blank: 0.5.",
        examples=[0.72],
        json_schema_extra=told("the default: in the middle"),
    )
    pan: Pan | None = Field(
        None, description="-1 left to 1 right. Blank: from the box, else 0.", examples=[0.35]
    )
    box: Annotated[list[Share], Field(min_length=4, max_length=4)] | None = Field(
        None,
        description="x, y, width, height as fractions of the picture.",
        examples=[[0.61, 0.10, 0.08, 0.05]],
    )
    confidence: Share | None = Field(None, description="How sure the analysis was, 0 to 1.", examples=[0.9])
    depth: Share | None = Field(
        None,
        description="How far away it is, 0 near to 1 far: more of the room beside it, less top. Blank: no distance.",
        examples=[0.3],
    )


class Cut(Part):
    """One bell of equalisation: constant depth inside its spans, the standard 20 ms ramps around them."""

    freq: Annotated[float, Field(ge=20, le=20000)] = Field(description="Centre in Hz.", examples=[570])
    gain: Annotated[float, Field(ge=-24, le=24)] = Field(
        description="dB at the centre; negative cuts.", examples=[-4.7]
    )
    q: Annotated[float, Field(ge=0.1, le=10)] = Field(
        1.0, description="Width of the bell. Blank: 1.", examples=[1.0]
    )
    spans: Annotated[list[Span], Field(max_length=10000)] | None = Field(
        None,
        description="[from, to] seconds of the mix in which it is active. Blank: always.",
        examples=[[[3.25, 5.9]]],
    )
    against: Id | None = Field(
        None, description="The track that is to be heard through this cut.", examples=["gull"]
    )


class Compressor(Part):
    """Turns down what is loud in a sound. It hears the sound at its level, and the level is put back after it."""

    threshold: Annotated[float, Field(ge=-120, le=0)] | None = Field(
        None,
        description="dBFS of its peaks, with the sound at its level, above which it is turned down. Blank: 9 dB above the level, at most 0.",
        examples=[-15],
    )
    ratio: Annotated[float, Field(ge=1, le=20)] = Field(
        3.0,
        description="How many dB above the threshold become one; 1 does nothing. Blank: 3.",
        examples=[3],
        json_schema_extra=told("the default"),
    )
    knee: Annotated[float, Field(ge=0, le=24)] = Field(
        6.0,
        description="dB around the threshold over which it sets in. Blank: 6.",
        examples=[6],
        json_schema_extra=told("the default, dB"),
    )
    attack: Annotated[float, Field(ge=0, le=10)] = Field(
        0.005,
        description="Time constant in seconds with which it takes hold. Blank: 0.005.",
        examples=[0.005],
        json_schema_extra=told("the default, seconds"),
    )
    release: Annotated[float, Field(ge=0, le=10)] = Field(
        0.1,
        description="Time constant in seconds with which it lets go. Blank: 0.1.",
        examples=[0.1],
        json_schema_extra=told("the default, seconds"),
    )


def _start_form(value: Any) -> str:
    return "several" if isinstance(value, list) else "one"


Start = Annotated[
    Annotated[Seconds, Tag("one")]
    | Annotated[Annotated[list[Seconds], Field(min_length=1, max_length=10000)], Tag("several")],
    Discriminator(_start_form),
]


class Track(Part):
    """One sound that is heard, once or several times."""

    object: Id | None = Field(
        None,
        description="The object that is heard. Blank: the object of the same id, else none.",
        examples=["gull"],
    )
    sound: Annotated[str, StringConstraints(min_length=1, max_length=1024)] | None = Field(
        None,
        description="A path relative to this file, freesound:ID, library:ID or builtin:NAME. Blank: chosen by label.",
        examples=["sounds/gull.flac", "builtin:rain", "freesound:412068", "library:dog/bark.wav"],
    )
    start: Start | None = Field(
        None,
        description="Seconds, or a list of them. Blank: placed by the arrange stage.",
        examples=[3.25, [3.25, 17.8]],
    )
    every: Annotated[list[Length], Field(min_length=2, max_length=2), AfterValidator(rising)] | None = Field(
        None,
        description="[shortest, longest] seconds between starts; the sound is repeated over the mix.",
        examples=[[4, 9]],
    )
    offset: Seconds = Field(
        0.0, description="Seconds into the sound at which it begins. Blank: 0.", examples=[0.5]
    )
    duration: Length | None = Field(
        None, description="Seconds of the sound that are heard. Blank: all of it.", examples=[2.0]
    )
    loop: bool | None = Field(
        None,
        description="Repeat with equal-power crossfades. Blank: true for an atmo that is shorter than the mix.",
        examples=[True],
    )
    fade_in: Seconds | None = Field(
        None,
        description="Seconds over which it fades in. Blank: 0.02, for an atmo 0.5, never more than a quarter of the sound.",
        examples=[0.02],
    )
    fade_out: Seconds | None = Field(
        None, description="Seconds over which it fades out. Blank: as for fade_in.", examples=[0.4]
    )
    level: Annotated[float, Field(ge=-120, le=0)] | None = Field(
        None,
        description="dBFS (gated RMS) of the sound as placed. Blank: -30 + 10 x importance for an object, -30 for an atmo.",
        examples=[-24.0],
    )
    gain: Decibels = Field(
        0.0, description="The editor's own trim in dB, on top of the level. Blank: 0.", examples=[2.0]
    )
    pan: Pan | None = Field(None, description="-1 left to 1 right. Blank: the object's.", examples=[-0.5])
    send: Share | None = Field(
        None,
        description="Linear share of the room's reverb. Blank: 1, or less where the sound brings a room of its own.",
        examples=[0.8],
    )
    eq: list[Cut] | None = Field(
        None,
        description="Bells. Blank: chosen by the unmask stage. []: none.",
        examples=[[{"freq": 570, "gain": -4.7, "q": 1.0, "spans": [[3.25, 5.9]], "against": "gull"}]],
    )
    compressor: Compressor | None = Field(
        None,
        description="Turns down what is loud, after the cuts; the level is put back, so it keeps what importance promised. Blank: none.",
        examples=[{"threshold": -15, "ratio": 3, "knee": 6, "attack": 0.005, "release": 0.1}],
    )
    mute: bool = Field(default=False, description="Leave it out of the mix. Blank: false.", examples=[False])


class Find(Part):
    """How sounds are chosen."""

    sources: Annotated[list[SearchedSource], Field(min_length=1)] | None = Field(
        None,
        description="Where to look, in this order. Blank: every source that is set up.",
        examples=[["library", "builtin"]],
    )
    mode: Literal["best", "random"] = Field(
        "best",
        description="best: by quality. random: the first valid one in a seeded order. Blank: best.",
        examples=["best"],
        json_schema_extra=told("the default"),
    )
    prefer: Literal["rating", "downloads"] = Field(
        "rating",
        description="What ranks first in mode best. Blank: rating.",
        examples=["rating"],
        json_schema_extra=told("the default"),
    )
    fallback: Literal["csv", "ai", "off"] = Field(
        "csv",
        description="Where to go when a label has no sound. Blank: csv, the tag hierarchy.",
        examples=["csv"],
        json_schema_extra=told("the default: climb the tag hierarchy"),
    )
    judge: Literal["offline", "ai", "off"] = Field(
        "offline",
        description="Who checks a found sound against label and context. Blank: offline, by its words.",
        examples=["offline"],
        json_schema_extra=told("the default: by the words of a sound's name, tags and description"),
    )
    licences: Annotated[list[Licence], Field(min_length=1)] = Field(
        ["cc0", "by"],
        description="Licences that may be used. Blank: cc0 and by.",
        examples=[["cc0", "by"]],
        json_schema_extra=told("the default: free to use, at most with credit"),
    )


class Levels(Part):
    """How importance becomes level."""

    object: Annotated[list[Annotated[float, Field(ge=-120, le=0)]], Field(min_length=2, max_length=2)] = (
        Field(
            [-30.0, -20.0],
            description="dBFS at importance 0 and at importance 1. Blank: [-30, -20].",
            examples=[[-30, -20]],
            json_schema_extra=told("the default: dBFS at importance 0 and 1"),
        )
    )
    atmo: Annotated[float, Field(ge=-120, le=0)] = Field(
        -30.0,
        description="dBFS of every bed. Blank: -30.",
        examples=[-30],
        json_schema_extra=told("the default: dBFS of every bed"),
    )
    measure: Literal["rms", "lufs"] = Field(
        "rms",
        description="Gated RMS, or the same with K-weighting. Blank: rms.",
        examples=["rms"],
        json_schema_extra=told("the default: gated RMS"),
    )


class Arrange(Part):
    """How blank starts are placed."""

    mode: Literal["random", "spread", "masking"] = Field(
        "random",
        description="random: anywhere. spread: as little overlap as possible. masking: overlaps where spectra differ. Blank: random.",
        examples=["spread"],
        json_schema_extra=told("the default"),
    )
    min_gap: Seconds = Field(
        0.25,
        description="Seconds between two starts, where there is room. Blank: 0.25.",
        examples=[0.25],
        json_schema_extra=told("the default, seconds between two starts"),
    )
    max_overlap: Annotated[int, Field(ge=1, le=1000)] | None = Field(
        None, description="How many object tracks may sound at once. Blank: no limit.", examples=[3]
    )


class Unmask(Part):
    """How masking is resolved."""

    mode: Literal["off", UnmaskMode] = Field(
        "audible",
        description="How cuts are chosen; off: none. Blank: audible.",
        examples=["audible"],
        json_schema_extra=told("the default"),
    )
    max_cut: Annotated[float, Field(ge=0, le=6)] = Field(
        6.0,
        description="Deepest cut in dB, all bells of a track together. Blank: 6.",
        examples=[6],
        json_schema_extra=told("the default, dB in sum"),
    )
    q: Annotated[float, Field(ge=0.1, le=10)] = Field(
        1.0, description="Q of the bells. Blank: 1.", examples=[1.0], json_schema_extra=told("the default")
    )
    bells: Annotated[int, Field(ge=1, le=25)] | None = Field(
        None, description="Bells per track. Blank: as the mode has them.", examples=[3]
    )
    search: Literal["pattern", "harmony"] = Field(
        "pattern",
        description="How mode optimise searches: step by step, or by harmony search from the seed. Blank: pattern.",
        examples=["harmony"],
    )
    objective: Literal["loudness", "masking"] = Field(
        "loudness",
        description="What mode optimise makes small: the loudness lost, or the masking in sum and its imbalance. Blank: loudness.",
        examples=["masking"],
    )
    dynamics: Literal["auto", "off"] = Field(
        "off",
        description="auto: mode optimise may compress tracks whose eq and compressor are blank, where that helps. Blank: off.",
        examples=["off"],
        json_schema_extra=told("the default: nothing is compressed that is not written so"),
    )


class Reverb(Part):
    """The engine behind the five room parameters."""

    engine: Literal["ir", "freeverb"] = Field(
        "ir",
        description="ir: a noise impulse response, 0.25 to 3 s. freeverb: comb and all-pass filters, 0.6 to 11 s. Blank: ir.",
        examples=["ir"],
        json_schema_extra=told("the default: a noise impulse response"),
    )


class Master(Part):
    """What happens to the sum."""

    loudness: Annotated[float, Field(ge=-70, le=0)] | None = Field(
        None, description="Target in LUFS. Blank: none.", examples=[-23]
    )
    gain: Annotated[float, Field(ge=-60, le=60)] | None = Field(
        None,
        description="Static gain of the sum in dB. Blank: 0, or what reaches the loudness.",
        examples=[0],
    )
    true_peak: Annotated[float, Field(ge=-20, le=0)] = Field(
        -1.0,
        description="Ceiling in dBTP. Blank: -1.",
        examples=[-1],
        json_schema_extra=told("the default, dBTP"),
    )
    limiter: Literal["auto", "off"] = Field(
        "auto",
        description="auto: holds the ceiling. Blank: auto.",
        examples=["auto"],
        json_schema_extra=told("the default: holds the ceiling"),
    )


class Scene(Part):
    """A whole scene.

    `folder` is where relative paths start, `name` what the lock and outputs are called after; both come from
    the file a scene was read from and are not part of its data.
    """

    schema_: Literal["imgext.scene/1"] = Field(
        alias="schema", description="The version of this format, first key.", examples=[VERSION]
    )
    title: Annotated[str, StringConstraints(max_length=1000)] | None = Field(
        None, description="A name for people.", examples=["Fishing harbour at dawn"]
    )
    image: Annotated[str, StringConstraints(min_length=1, max_length=1024)] | None = Field(
        None, description="The picture, relative to this file.", examples=["harbour.jpg"]
    )
    context: Annotated[str, StringConstraints(max_length=4000)] | None = Field(
        None,
        description="The picture in one sentence; found sounds are checked against it.",
        examples=["a fishing harbour at dawn, gulls over moored boats"],
    )
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = Field(
        0,
        description="All random choices come from it. Blank: 0.",
        examples=[7],
        json_schema_extra=told("the default seed"),
    )
    sample_rate: Annotated[int, Field(ge=8000, le=192000)] = Field(
        48000,
        description="Samples per second of the mix. Blank: 48000.",
        examples=[48000],
        json_schema_extra=told("the default rate"),
    )
    duration: Length | None = Field(
        None,
        description="Seconds of the mix. Blank: the end of the last sound, and the room's tail.",
        examples=[60],
    )

    room_detected: bool = Field(
        default=False,
        description="The picture shows a closed room; without one there is no reverb. Blank: false.",
        examples=[True],
        json_schema_extra=told(
            "the default; the picture shows a closed room; without one there is no reverb"
        ),
    )
    room_size: Share = Field(
        0.5,
        description="Acoustic size of the room: 0 a cupboard, 1 a cathedral. Blank: 0.5.",
        examples=[0.8],
        json_schema_extra=told("the default; acoustic size of the room: 0 a cupboard, 1 a cathedral"),
    )
    damping: Share = Field(
        0.5,
        description="How much high frequency the surfaces absorb: 0 tile and glass, 1 curtains and carpet. Blank: 0.5.",
        examples=[0.3],
        json_schema_extra=told(
            "the default; how much high frequency the surfaces absorb: 0 tile and glass, 1 curtains and carpet"
        ),
    )
    wet_level: Share = Field(
        0.2,
        description="How reverberant the place is; 1 means as much reverb as direct sound. Blank: 0.2.",
        examples=[0.2],
        json_schema_extra=told(
            "the default; how reverberant the place is; 1 means as much reverb as direct sound"
        ),
    )
    width: Share = Field(
        0.8,
        description="Stereo width of the reverb: 0 mono, 1 fully decorrelated. Blank: 0.8.",
        examples=[0.9],
        json_schema_extra=told("the default; stereo width of the reverb: 0 mono, 1 fully decorrelated"),
    )

    objects: Annotated[
        dict[Id, Annotated[Object, BeforeValidator(_empty_for_none)]], BeforeValidator(_empty_for_none)
    ] = Field(
        default_factory=dict, description="What is seen, by id.", examples=[{"gull": {"label": "seagull"}}]
    )
    tracks: Annotated[
        dict[Id, Annotated[Track, BeforeValidator(_empty_for_none)]], BeforeValidator(_empty_for_none)
    ] = Field(
        default_factory=dict,
        description="What is heard, by id; a missing track is made for every object.",
        examples=[{"gull": {"start": 3.25}}],
    )

    find: Find = Field(
        default_factory=Find, description="How sounds are chosen.", examples=[{"mode": "best"}]
    )
    levels: Levels = Field(
        default_factory=Levels, description="How importance becomes level.", examples=[{"object": [-30, -20]}]
    )
    arrange: Arrange = Field(
        default_factory=Arrange, description="How blank starts are placed.", examples=[{"mode": "spread"}]
    )
    unmask: Unmask = Field(
        default_factory=Unmask, description="How masking is resolved.", examples=[{"mode": "audible"}]
    )
    reverb: Reverb = Field(
        default_factory=Reverb, description="The reverb engine.", examples=[{"engine": "ir"}]
    )
    master: Master = Field(
        default_factory=Master, description="What happens to the sum.", examples=[{"loudness": -23}]
    )

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
        """The same scene, read from another place; `file` and `text` let `where` point into it."""
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
        """A new scene in which each answer fills its blank; a value that is written is never touched."""
        data = self.as_data()
        for decision in decisions:
            if decision.kind != "answer":
                continue
            *parents, key = decision.path.split(".")
            node: Any = data
            for parent in parents:
                node = node[int(parent)] if isinstance(node, list) else node.setdefault(parent, {})
            if isinstance(node, dict) and node.get(key) is None:
                node[key] = copy.deepcopy(decision.value)
        return Scene.of(data).located(self._folder, self._name, self._file, self._text)

    @classmethod
    def of(cls, data: dict[str, Any]) -> Scene:
        """A scene from plain data; raises SceneError with every fault. Files are read by `imgext.scene.document.load`."""
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            from imgext.scene.document import messages_of

            raise SceneError("; ".join(messages_of(error))) from error


#: A scene of blanks: what each of them means.
BLANK = Scene(schema="imgext.scene/1")
