"""One climb with sources that are lists: which of several sounds is taken, and what happens to the others."""

from __future__ import annotations

import pytest

from imgext.errors import MissingInputError, QuestionError, UnavailableError
from imgext.ontology.hierarchy import Step, hierarchy
from imgext.sounds.candidate import EXACT, IN_LABEL, Candidate
from imgext.sounds.judge.judge import Question, Verdict
from imgext.sounds.search import climb as ladder
from imgext.sounds.search.climb import Climb
from imgext.sounds.search.rules import Rules


def rated(name, rating=None, downloads=None, **more):
    facts = {
        "label": "dog",
        "tags": "",
        "title": name,
        "licence": "cc0",
        "author": "A",
        "url": "",
        "duration": 2.0,
        "rank": IN_LABEL,
    }
    return Candidate(
        "freesound", name, more.pop("path", None), **(facts | more), rating=rating, downloads=downloads
    )


class Shelf:
    """A source that gives the same batches at every step; `missing` cannot be had."""

    def __init__(self, *batches, name="freesound", missing=(), down=False):
        self.costly = False
        self.given, self.name, self.missing, self.down, self.asked = batches, name, missing, down, []

    def batches(self, step, rules, *, bed):
        self.asked.append(step.words)
        if self.down:
            raise UnavailableError("Freesound does not answer")
        yield from self.given

    def content(self, candidate):
        if candidate.id in self.missing:
            raise MissingInputError(f"{candidate.reference}: no longer there")


class Strict:
    name, at_once = "offline", 2

    def __init__(self, *refused):
        self.refused = refused

    def verdicts(self, question, candidates):
        return [Verdict(found.id not in self.refused, f"{found.id} is music") for found in candidates]


def climb(*sources, judge=None, atmo=False, context="", steps=None, seed=0, **rules):
    how = {
        "mode": "best",
        "prefer": "rating",
        "fallback": "csv",
        "licences": frozenset({"cc0", "by"}),
    } | rules
    settings = Rules(tuple(source.name for source in sources), **how, seed=seed)
    question = Question("dog", "dog", context, bed=atmo)
    return Climb("o", question, settings, sources, hierarchy(), judge, atmo=atmo).ascend(
        steps or [Step("dog", "label", "dog", 0)]
    )


def taken(*sources, **how):
    found = climb(*sources, **how).found
    return (found.candidate.id, found.rung) if found else None


@pytest.mark.parametrize(
    ("ratings", "wanted"),
    [
        ({"a": 4.9, "b": 4.0}, ("a", "rating 4.0")),
        ({"a": 3.9, "b": 4.0}, ("b", "rating 4.0")),
        ({"a": 3.5, "b": 3.4}, ("a", "rating 3.5")),
        ({"a": 3.4, "b": 3.0}, ("a", "rating 3.0")),
        ({"a": 2.9, "b": 2.5}, ("a", "rating 2.5")),
        ({"a": 2.4, "b": 1.0}, ("a", "any rating")),
        ({"a": None, "b": 2.5}, ("b", "rating 2.5")),
        ({"a": None, "b": 0.5}, ("a", "any rating")),
        ({"a": None}, ("a", "match")),
    ],
)
def test_best_relaxes_the_rating_step_by_step(ratings, wanted):
    assert taken(Shelf([rated(name, rating) for name, rating in ratings.items()])) == wanted


def test_a_higher_rung_comes_before_a_closer_match():
    assert taken(Shelf([rated("exact", 3.6, rank=EXACT), rated("near", 4.2)])) == ("near", "rating 4.0")


def test_within_a_rung_the_closer_match_comes_first():
    assert taken(Shelf([rated("exact", 4.0, rank=EXACT), rated("near", 4.9)])) == ("exact", "rating 4.0")


@pytest.mark.parametrize(("prefer", "wanted"), [("rating", "fine"), ("downloads", "popular")])
def test_prefer_says_which_of_rating_and_downloads_counts_first(prefer, wanted):
    shelf = Shelf([rated("fine", 4.8, 12), rated("popular", 4.1, 10_000)])
    assert taken(shelf, prefer=prefer) == (wanted, "rating 4.0")


@pytest.mark.parametrize(("prefer", "wanted"), [("rating", "more"), ("downloads", "better")])
def test_the_other_figure_breaks_a_tie(prefer, wanted):
    tied = (
        [rated("less", 4.5, 10), rated("more", 4.5, 20)]
        if prefer == "rating"
        else [rated("worse", 4.1, 20), rated("better", 4.7, 20)]
    )
    assert taken(Shelf(tied), prefer=prefer) == (wanted, "rating 4.0")


def test_downloads_do_not_lift_a_sound_over_a_rung():
    assert taken(Shelf([rated("popular", 3.9, 10_000), rated("fine", 4.0, 1)]), prefer="downloads") == (
        "fine",
        "rating 4.0",
    )


def test_random_takes_any_whatever_its_rating_and_the_seed_decides():
    shelf = Shelf([rated("bad", 1.0), rated("good", 4.9), rated("unrated")])
    drawn = [taken(shelf, mode="random", seed=seed) for seed in range(40)]
    assert {name for name, _ in drawn} == {"bad", "good", "unrated"}
    assert {rung for _, rung in drawn} == {"random"}
    assert drawn[7] == taken(shelf, mode="random", seed=7)


@pytest.mark.parametrize("mode", ["best", "random"])
def test_the_judge_passes_over_and_the_next_is_tried(mode):
    outcome = climb(Shelf([rated("song", 4.9), rated("bark", 3.1)]), judge=Strict("song"), mode=mode)
    assert outcome.found.candidate.id == "bark"
    assert outcome.rejected == {("freesound:song", ""): "song is music"} or mode == "random"


def test_a_sound_that_cannot_be_had_is_passed_over_with_its_reason():
    outcome = climb(Shelf([rated("gone", 4.9), rated("there", 4.1)], missing=["gone"]))
    assert (outcome.found.candidate.id, outcome.rejected) == (
        "there",
        {("freesound:gone", ""): "no longer there"},
    )


def test_a_sound_that_is_not_fit_to_be_heard_is_passed_over(monkeypatch, tmp_path):
    shelf = Shelf([rated("silent", 4.9), rated("heard", 4.1)])
    shelf.content = lambda candidate: tmp_path / candidate.id
    monkeypatch.setattr(
        ladder, "audition", lambda path, **_: "it is silent" if path.name == "silent" else None
    )
    outcome = climb(shelf)
    assert (outcome.found.candidate.id, outcome.found.path.name, outcome.rejected) == (
        "heard",
        "heard",
        {("freesound:silent", ""): "it is silent"},
    )


def test_the_next_batch_is_asked_for_only_when_the_first_has_nothing_valid():
    shelf = Shelf([rated("song", 4.9)], [rated("song", 4.9), rated("bark")])
    assert taken(shelf, judge=Strict("song")) == ("bark", "match")
    assert taken(Shelf([rated("bark", 4.0)], [rated("better", 5.0)])) == ("bark", "rating 4.0")


def test_a_service_that_is_down_is_left_out_and_named_and_the_others_go_on():
    down, shelf = Shelf(name="freesound", down=True), Shelf([rated("bark")], name="library")
    steps = [Step("hound", "label", "dog", 0), Step("dog", "synonym", "dog", 0)]
    outcome = climb(down, shelf, steps=steps)
    assert outcome.found.candidate.id == "bark"
    assert list(outcome.failed) == ["freesound"]
    assert down.asked == ["hound"]


def test_licences_that_are_not_allowed_are_counted_and_left_out():
    shelf = Shelf([rated("nc", 4.9, licence="by-nc"), rated("sa", 4.9, licence="by-sa"), rated("free", 3.1)])
    outcome = climb(shelf)
    assert (outcome.found.candidate.id, dict(outcome.refused)) == ("free", {"by-nc": 1, "by-sa": 1})


def test_dry_sounds_come_first_where_a_room_is_detected_and_only_there():
    shelf = Shelf(
        [rated("wet", 4.9, reverberant=True), rated("unknown", 4.5), rated("dry", 4.2, reverberant=False)]
    )
    assert taken(shelf, dry=True) == ("dry", "rating 4.0")
    assert taken(shelf) == ("wet", "rating 4.0")


def test_an_object_wants_a_single_event_and_an_atmo_a_bed():
    shelf = Shelf(
        [
            rated("kennel", 4.9, single_event=False, category="ss-n", duration=30.0),
            rated("bark", 4.1, single_event=True, category="fx-a"),
        ]
    )
    assert taken(shelf) == ("bark", "rating 4.0")
    assert taken(shelf, atmo=True) == ("kennel", "rating 4.0")


def test_what_the_picture_tells_besides_comes_before_ratings():
    shelf = Shelf(
        [rated("dog", 4.9, title="dog"), rated("beach", 4.1, title="dog on a beach", tags="beach, sea")]
    )
    assert taken(shelf, context="a beach with a dog in the sea") == ("beach", "rating 4.0")
    assert taken(shelf) == ("dog", "rating 4.0")


def test_fallback_off_leaves_out_all_but_the_label_and_the_last_resort():
    steps = [
        Step("hound", "label", "dog", 0),
        Step("dog", "synonym", "dog", 0),
        Step("canine", "parent", "canine", 1),
    ]
    shelf = Shelf([])
    climb(shelf, steps=steps, fallback="off")
    assert shelf.asked == ["hound"]


def test_a_service_is_asked_about_the_names_that_matter_most():
    steps = hierarchy().climb("tiger")
    shelf = Shelf([])
    shelf.costly = True
    climb(shelf, steps=steps)
    assert shelf.asked[0] == "tiger"
    assert [words for words in shelf.asked if words in {"carnivore", "mammal", "animal"}] == [
        "carnivore",
        "mammal",
        "animal",
    ]
    assert len(shelf.asked) <= 9


def test_a_question_that_is_not_understood_costs_that_question_alone():
    shelf = Shelf([rated("bark")])

    def batches(step, rules, *, bed):
        if step.words == "hound":
            raise QuestionError("Freesound does not understand the question")
        yield [rated("bark")]

    shelf.batches = batches
    steps = [Step("hound", "label", "dog", 0), Step("dog", "synonym", "dog", 0)]
    outcome = climb(shelf, steps=steps)
    assert (outcome.found.candidate.id, outcome.failed) == ("bark", {})


def test_a_title_that_names_another_sound_first_is_that_sound():
    shelf = Shelf(
        [rated("saw", 4.9, label="chainsaw tree cases"), rated("rustle", 4.0, label="tree in the wind")]
    )
    step = Step("tree", "label", "tree", 0)
    assert climb(shelf, steps=[step]).found.candidate.id == "rustle"


def test_what_nobody_rated_comes_before_what_people_disliked():
    assert taken(Shelf([rated("disliked", 1.3, 9000), rated("unrated")])) == ("unrated", "any rating")


def test_two_libraries_may_hold_the_same_name():
    here, there = rated("dog.wav", path="/a/dog.wav"), rated("dog.wav", path="/b/dog.wav")
    shelf = Shelf([here, there])

    def content(candidate):
        if candidate.path == "/a/dog.wav":
            raise MissingInputError("freesound:dog.wav: broken")

    shelf.content = content
    assert {climb(shelf, seed=seed).found.candidate.path for seed in range(8)} == {"/b/dog.wav"}
