"""The find stage with services: what is chosen, pinned and said, and failures."""

from __future__ import annotations

import json
import math

import pytest

from imgext.errors import CredentialError, DriftError, MissingInputError, ThrottledError, UnavailableError
from imgext.remote.chat import Chat
from imgext.scene.lock import Lock, lock_text
from imgext.scene.model import VERSION, Scene
from imgext.sounds.find import find
from imgext.sounds.freesound import Freesound
from imgext.sounds.freesound.pace import Pace
from imgext.sounds.sources import Services

pytestmark = pytest.mark.usefixtures("cache", "quick_bank")
EMPTY = Lock.of({})


class Clock:
    def __init__(self):
        self.now, self.slept = 1_700_000_000.0, []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def services(freesound_server):
    def make(chat=None):
        clock = Clock()
        return Services(
            Freesound(
                freesound_server.key, url=freesound_server.url, pace=Pace(clock=clock, sleep=clock.sleep)
            ),
            chat,
        )

    return make


@pytest.fixture
def serve(freesound_play, freesound_server):
    """Replace the server's recordings by these: name -> more fields."""

    def put(**sounds):
        made = [
            freesound_play.Recording(
                100 + n, name=key.replace("_", " ") + ".wav", **{"tags": key.split("_"), **more}
            )
            for n, (key, more) in enumerate(sounds.items())
        ]
        freesound_server.recordings = {one.id: one for one in made}

    return put


def labelled(*labels, **parts):
    return Scene.of(
        {
            "schema": VERSION,
            "objects": {f"o{number}": {"label": label} for number, label in enumerate(labels)},
            **parts,
        }
    )


def run(scene, services, lock=EMPTY, **how):
    return find(scene, lock, libraries=how.pop("libraries", ()), services=services, **how)


def warnings(decisions):
    return [decision.because for decision in decisions if decision.kind == "warning"]


def test_the_best_rated_sound_is_fetched_pinned_and_explained(services, serve, freesound_server):
    serve(
        dog_bark={"votes": 9, "rating": 4.6, "downloads": 40},
        dog_barking={"votes": 9, "rating": 3.2, "downloads": 9000},
    )
    scene, lock, decisions = run(labelled("dog"), services())
    pin = lock.sounds["o0"]
    assert (scene.value("tracks.o0.sound"), pin.rung, pin.fallback, pin.query, pin.words) == (
        "freesound:100",
        "rating 4.0",
        "label",
        "dog",
        "dog",
    )
    assert (pin.title, pin.author, pin.licence, pin.licence_url, pin.url) == (
        "dog bark.wav",
        "somebody",
        "by",
        "https://creativecommons.org/licenses/by/4.0/",
        "https://freesound.org/s/100/",
    )
    assert "4.6 of 5" in decisions[-1].because
    assert "rating 4.0" in decisions[-1].because
    assert len(freesound_server.previews) == 1


def test_a_second_run_asks_nothing_and_gives_the_same(services, serve, freesound_server):
    serve(dog_bark={}, rain={"category": "ss-n", "duration": 8.0})
    scene = labelled("dog", "rain")
    _, lock, _ = run(scene, services())
    asked = len(freesound_server.requests)
    assert asked
    for lock_again in (
        run(scene, services())[1],
        run(scene, services(), lock)[1],
        run(scene, Services(offline=True), lock, locked=True)[1],
    ):
        assert lock_text(lock_again) == lock_text(lock)
    assert len(freesound_server.requests) == asked


def test_a_pinned_sound_is_fetched_again_where_it_is_missing_and_only_by_its_number(
    services, serve, freesound_server, monkeypatch, tmp_path
):
    serve(dog_bark={})
    scene = labelled("dog")
    _, lock, _ = run(scene, services())
    monkeypatch.setenv("IMGEXT_CACHE", str(tmp_path / "another machine"))
    freesound_server.requests.clear()
    _, again, said = run(scene, services(), lock)
    assert lock_text(again) == lock_text(lock)
    assert warnings(said) == []
    assert [asked.path for asked in freesound_server.requests[:1]] == ["/apiv2/sounds/100/"]
    assert freesound_server.searches == []


@pytest.mark.parametrize("how", ["offline", "down", "locked"])
def test_a_pinned_sound_that_cannot_be_fetched_now_is_an_error_and_not_another_sound(
    how, services, serve, freesound_server, monkeypatch, tmp_path
):
    serve(dog_bark={})
    _, lock, _ = run(labelled("dog"), services())
    monkeypatch.setenv("IMGEXT_CACHE", str(tmp_path / "another machine"))
    freesound_server.fault("500", times=math.inf)
    with pytest.raises(UnavailableError, match=r"freesound:100|Freesound"):
        run(
            labelled("dog"),
            services() if how == "down" else Services(offline=True),
            lock,
            locked=how == "locked",
        )


def test_a_pinned_sound_that_was_deleted_is_searched_again_with_a_warning(
    services, serve, freesound_server, monkeypatch, tmp_path
):
    serve(dog_bark={"votes": 5, "rating": 5.0}, dog_barking={"votes": 5, "rating": 4.0})
    _, lock, _ = run(labelled("dog"), services())
    monkeypatch.setenv("IMGEXT_CACHE", str(tmp_path / "another machine"))
    freesound_server.delete(100)
    scene, _, decisions = run(labelled("dog"), services(), lock)
    assert scene.value("tracks.o0.sound") == "freesound:101"
    assert "searched again" in warnings(decisions)[0]


def test_a_pinned_sound_whose_content_changed_is_told_and_refused_when_locked(
    services, serve, freesound_server, freesound_play, monkeypatch, tmp_path
):
    serve(dog_bark={})
    scene = labelled("dog", tracks={"o0": {"sound": "freesound:100"}})
    _, lock, _ = run(scene, services())
    wrong = lock.sounds["o0"].model_copy(update={"sha256": "0" * 64})
    changed = Lock.of({"o0": wrong})
    _, again, decisions = run(scene, services(), changed)
    assert "not the content that the lock pins" in warnings(decisions)[0]
    assert again.sounds["o0"].sha256 == lock.sounds["o0"].sha256
    with pytest.raises((DriftError, UnavailableError)):
        run(scene, services(), changed, locked=True)


def test_a_written_freesound_number_is_fetched_and_credited(services, serve):
    serve(dog_bark={"user": "Ann", "licence": "Attribution NonCommercial"})
    _, lock, _ = run(labelled("dog", tracks={"o0": {"sound": "freesound:100"}}), services())
    pin = lock.sounds["o0"]
    assert (pin.author, pin.licence, pin.rung, pin.fallback, pin.title) == (
        "Ann",
        "by-nc",
        "written",
        "written",
        "dog bark.wav",
    )


def test_a_freesound_that_is_down_is_told_once_and_the_other_sources_go_on(services, serve, freesound_server):
    serve(dog_bark={})
    freesound_server.fault("500", times=math.inf)
    scene, _, decisions = run(labelled("dog", "cat", "rain"), services())
    assert [scene.value(f"tracks.o{n}.sound").split(":")[0] for n in range(3)] == ["builtin"] * 3
    assert len([why for why in warnings(decisions) if "passed over in this run" in why]) == 1
    assert len(freesound_server.requests) == 5  # one call, four more tries, and then no more


def test_a_freesound_that_is_down_and_the_only_source_is_an_error(services, freesound_server):
    freesound_server.fault("500", times=math.inf)
    with pytest.raises(UnavailableError):
        run(labelled("dog", find={"sources": ["freesound"]}), services())


def test_the_limit_of_a_day_stops_and_says_how_to_go_on(services, freesound_server):
    freesound_server.fault("day", times=math.inf)
    with pytest.raises(ThrottledError, match="--offline"):
        run(labelled("dog"), services())


def test_a_wrong_key_stops_and_is_not_shown(services, freesound_server):
    freesound_server.echo = True
    freesound_server.fault("401", times=math.inf)
    with pytest.raises(CredentialError, match="FREESOUND_API_KEY") as caught:
        run(labelled("dog"), services())
    assert freesound_server.key not in str(caught.value)


@pytest.mark.parametrize(
    "fault", ["preview_404", "preview_empty", "preview_html", "preview_noise", "preview_short"]
)
def test_a_broken_download_is_passed_over_for_the_next_one(fault, services, serve, freesound_server):
    serve(dog_bark={"votes": 5, "rating": 5.0}, dog_barking={"votes": 5, "rating": 4.0})
    freesound_server.fault(fault, times=1)
    scene, _, decisions = run(labelled("dog"), services())
    assert scene.value("tracks.o0.sound") == "freesound:101"
    assert [decision.because[:26] for decision in decisions if decision.kind == "note"] == [
        "passed over freesound:100:"
    ]


def test_music_and_speech_are_passed_over_with_the_reason(services, serve):
    serve(
        dog_song_remix={"votes": 9, "rating": 5.0, "category": "m-sp"}, dog_bark={"votes": 9, "rating": 3.0}
    )
    scene, _, decisions = run(labelled("dog"), services())
    assert scene.value("tracks.o0.sound") == "freesound:101"
    assert any("passed over freesound:100" in decision.because for decision in decisions)
    assert (
        run(labelled("dog", find={"judge": "off"}), services())[0].value("tracks.o0.sound") == "freesound:100"
    )


@pytest.mark.parametrize(
    ("context", "wanted"),
    [("a toy car on a carpet", "freesound:100"), ("a busy street in the rain", "freesound:101")],
)
def test_the_same_label_gets_another_sound_in_another_picture(context, wanted, services, serve):
    serve(toy_car={"votes": 9, "rating": 4.5}, car_passing={"votes": 9, "rating": 4.5})
    assert run(labelled("car", context=context), services())[0].value("tracks.o0.sound") == wanted


def test_fallback_ai_searches_what_the_model_proposes(services, serve, chat_server):
    serve(fog_horn={})
    chat_server.replies = [json.dumps({"labels": ["fog horn", "sea waves"]})]
    chat = Chat(model="cardboard", key="k", base_url=chat_server.url)
    scene, lock, _ = run(
        labelled("wobblegorp", find={"fallback": "ai"}, context="a tower by the sea"), services(chat)
    )
    assert (scene.value("tracks.o0.sound"), lock.sounds["o0"].fallback, lock.sounds["o0"].words) == (
        "freesound:100",
        "ai",
        "fog horn",
    )
    assert "a tower by the sea" in chat_server.requests[0].user


def test_fallback_ai_that_gets_a_bad_reply_says_so_once_and_climbs(services, serve, chat_server):
    serve(animal={})
    chat_server.replies = lambda _request: "no idea"
    chat = Chat(model="cardboard", key="k", base_url=chat_server.url)
    _, lock, decisions = run(labelled("aardvark", "aardwolf", find={"fallback": "ai"}), services(chat))
    assert lock.sounds["o0"].fallback in {"parent", "builtin"}
    assert len([why for why in warnings(decisions) if "climb the tag hierarchy" in why]) == 1


def test_a_label_that_has_a_sound_does_not_bother_the_model(services, serve, chat_server):
    serve(dog_bark={})
    chat = Chat(model="cardboard", key="k", base_url=chat_server.url)
    run(labelled("dog", find={"fallback": "ai"}), services(chat))
    assert chat_server.requests == []


def test_the_ai_judge_decides_and_a_second_one_is_tried(services, serve, chat_server):
    serve(dog_bark={"votes": 9, "rating": 5.0}, dog_barking={"votes": 9, "rating": 4.0})
    verdicts = [
        {"number": 1, "fits": False, "reason": "a puppet"},
        {"number": 2, "fits": True, "reason": "a dog"},
    ]
    chat_server.replies = [json.dumps({"verdicts": verdicts})]
    chat = Chat(model="cardboard", key="k", base_url=chat_server.url)
    scene, _, decisions = run(labelled("dog", find={"judge": "ai"}), services(chat))
    assert scene.value("tracks.o0.sound") == "freesound:101"
    assert any("freesound:100: a puppet" in decision.because for decision in decisions)


def test_an_ai_judge_that_fails_is_replaced_by_words_and_says_so(services, serve, chat_server):
    serve(
        dog_song_remix={"votes": 9, "rating": 5.0, "category": "m-sp"}, dog_bark={"votes": 9, "rating": 3.0}
    )
    chat_server.replies = lambda _request: "whatever"
    chat = Chat(model="cardboard", key="k", base_url=chat_server.url)
    scene, _, decisions = run(labelled("dog", find={"judge": "ai"}), services(chat))
    assert scene.value("tracks.o0.sound") == "freesound:101"
    assert any("judged offline instead" in why for why in warnings(decisions))


def test_licences_are_asked_for_and_kept(services, serve):
    serve(
        dog_bark={"votes": 9, "rating": 5.0, "licence": "Attribution NonCommercial"},
        dog_barking={"licence": "Creative Commons 0"},
    )
    assert run(labelled("dog"), services())[0].value("tracks.o0.sound") == "freesound:101"
    allowed = labelled("dog", find={"licences": ["cc0", "by", "by-nc"]})
    assert run(allowed, services())[0].value("tracks.o0.sound") == "freesound:100"


def test_locked_asks_nothing(services, serve, freesound_server):
    serve(dog_bark={})
    with pytest.raises((DriftError, MissingInputError)):
        run(labelled("dog"), services(), locked=True)
    assert freesound_server.requests == []
