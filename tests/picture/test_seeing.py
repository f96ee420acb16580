"""Who looks at a photo: offline unless a model is asked for, a model where it is, and offline again
wherever that fails; the key is nowhere.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys

import pytest
from PIL import Image
from support.places import FIXTURES

import imgext.picture
from imgext import analyze, load, make, open_setup, render
from imgext.cli import app
from imgext.errors import CredentialError, MissingInputError, SceneError, UsageError
from imgext.remote import chat as chat_module
from imgext.scene.decision import Decision
from imgext.scene.model import Scene

KEY = "sk-sentinel-0123456789-abcdef"
REPLY = (FIXTURES / "vision" / "000000000074.json").read_text(encoding="utf-8")
INSTEAD = "; the picture was seen by the offline analyser instead"


@pytest.fixture(autouse=True)
def _short(monkeypatch):
    monkeypatch.setattr(chat_module, "PAUSE", 0.01)
    monkeypatch.setenv("IMGEXT_MODEL_TIMEOUT", "10")


@pytest.fixture
def offline_analyser(monkeypatch):
    """A stand-in for the offline analyser, which takes a second; gives the photos that it has seen."""
    seen = []

    def look(photo, *, seed=None, **_options):
        seen.append(photo)
        data = {
            "schema": "imgext.scene/1",
            "image": photo.name,
            "objects": {"offline": {"label": "room tone", "kind": "atmo"}},
        }
        return Scene.of(data if seed is None else {**data, "seed": seed}), [
            Decision("image", photo.name, "offline", stage="picture")
        ]

    monkeypatch.setattr(imgext.picture, "analyze", look)
    return seen


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "in" / "evening.jpg"
    path.parent.mkdir()
    Image.effect_noise((320, 240), 60).convert("RGB").save(path)
    return path


@pytest.fixture
def server(chat_server, monkeypatch):
    """A server that is set up, with a key; it has one reply after another, the good one for ever."""
    monkeypatch.setenv("OPENAI_BASE_URL", chat_server.url)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    chat_server.replies = lambda _request: REPLY
    return chat_server


def labels(scene):
    return [thing.label for thing in scene.objects.values()]


def said(decisions, kind):
    """What the log says about who looked."""
    return [decision.because for decision in decisions if decision.kind == kind and decision.path == "image"]


# who is asked


def test_a_key_an_address_and_a_model_in_the_environment_send_no_photo_anywhere(
    server, photo, offline_analyser, monkeypatch
):
    monkeypatch.setenv("IMGEXT_MODEL", "cardboard")
    scene, decisions = analyze(photo)
    assert server.requests == []
    assert labels(scene) == ["room tone"]
    assert said(decisions, "note") == ["seen by the offline analyser; no vision model was asked for"]
    assert said(decisions, "warning") == []


def test_a_model_that_is_named_looks(server, photo, offline_analyser):
    scene, decisions = analyze(photo, model="cardboard", seed=5)
    assert offline_analyser == []
    assert labels(scene) == ["dog", "person", "bicycle", "city street"]
    assert (scene.folder, scene.name, scene.image, scene.seed) == (photo.parent, "evening", "evening.jpg", 5)
    assert said(decisions, "note") == [
        f"seen by the vision model cardboard at {server.url.split('/')[2]}, prompt version 1"
    ]
    assert said(decisions, "warning") == []
    (request,) = server.requests
    assert request.json["model"] == "cardboard"


@pytest.mark.parametrize(
    ("value", "asked"),
    [("1", True), ("yes", True), ("0", False), ("off", False), (" ", False), ("No", False)],
)
def test_a_variable_lets_the_model_of_the_environment_look(
    server, photo, offline_analyser, monkeypatch, value, asked
):
    monkeypatch.setenv("IMGEXT_VISION", value)
    monkeypatch.setenv("IMGEXT_MODEL", "from-the-environment")
    analyze(photo)
    assert [request.json["model"] for request in server.requests] == ["from-the-environment"] * asked
    assert len(offline_analyser) == (not asked)


def test_a_model_that_is_named_comes_before_the_environments(server, photo, monkeypatch):
    monkeypatch.setenv("IMGEXT_VISION", "1")
    monkeypatch.setenv("IMGEXT_MODEL", "other")
    analyze(photo, model="mine")
    analyze(photo, model="mine", setup=open_setup([]))
    assert [request.json["model"] for request in server.requests] == ["mine", "mine"]


def test_a_label_that_no_tag_explains_gives_way_to_the_words_to_search_for(server, photo):
    entry = {"label": "florglesnip", "importance": 0.5, "sound_query": "dog barking"}
    server.replies = [json.dumps({"objects": [entry, {"label": "labrador"}]})]
    scene, decisions = analyze(photo, model="m")
    assert scene.objects["florglesnip"].label == "dog barking"
    assert scene.objects["labrador"].label == "labrador"
    assert (
        "the model calls it florglesnip"
        in next(d for d in decisions if d.path == "objects.florglesnip.label").because
    )


# where it fails

DOG = '{"objects": [{"label": "dog"}]}'
FAULTS = {
    "a refusal": (
        lambda s: [s.completion(None, refusal="I cannot\nhelp with that.")],
        "declines to answer: I cannot help with that.",
        1,
    ),
    "a length stop": (
        lambda s: [s.completion(REPLY[:200], finish="length")],
        "was cut off before the end of its reply",
        1,
    ),
    "a content filter": (
        lambda s: [s.completion(REPLY, finish="content_filter")],
        "had its reply held back by a content filter",
        1,
    ),
    "empty choices": (
        lambda s: [s.completion(REPLY) | {"choices": []}],
        "sent a reply with nothing in it",
        1,
    ),
    "null choices": (
        lambda s: [s.completion(REPLY) | {"choices": None}],
        "sent a reply with nothing in it",
        1,
    ),
    "null content": (
        lambda s: [s.completion(None)] * 9,
        "answered with something else than was asked for: nothing",
        3,
    ),
    "empty content": (
        lambda s: [s.completion("")] * 9,
        "answered with something else than was asked for: nothing",
        3,
    ),
    "truncated JSON": (
        lambda s: [REPLY[:300]] * 9,
        "answered with something else than was asked for: no JSON object",
        4,
    ),
    "prose": (
        lambda s: ["It is a lovely picture of a dog."] * 9,
        "answered with something else than was asked for: no JSON object",
        4,
    ),
    "wrong types": (
        lambda s: ['{"objects": [{"label": 7}]}'] * 9,
        "names nothing that can be heard",
        1,
    ),
    "another object": (lambda s: ['{"answer": 42}'] * 9, "objects: Field required", 4),
    "nothing named": (lambda s: ['{"objects": []}'], "names nothing that can be heard", 1),
    "no usable label": (lambda s: ['{"objects": [{"label": "???"}]}'], "names nothing that can be heard", 1),
    "400 for pictures": (
        lambda s: [s.error(400, "this model does not support images")] * 9,
        "(400): this model does not support images",
        3,
    ),
    "422": (lambda s: [s.error(422, "no")] * 9, "refuses the question (422): no", 3),
    "401": (lambda s: [s.error(401, f"bad key {KEY}")], "does not take the key in OPENAI_API_KEY (401)", 1),
    "403": (lambda s: [s.error(403)], "does not take the key in OPENAI_API_KEY (403)", 1),
    "404": (
        lambda s: [s.error(404, "model 'cardboard' not found")],
        "was not found (404): model 'cardboard' not found",
        1,
    ),
    "413": (lambda s: [s.error(413, "too large")], "refuses the question (413): too large", 1),
    "429": (lambda s: [s.error(429, "slow down")] * 9, "has been asked too often (429): slow down", 3),
    "429 for long": (
        lambda s: [s.error(429, "later", {"Retry-After": "3600"})],
        "asks for 3600 s of patience (429): later",
        1,
    ),
    "no quota": (lambda s: [s.error(429, "pay", code="insufficient_quota")], "(429): pay", 1),
    "500": (lambda s: [s.error(500, "oops")] * 9, "failed (500): oops", 3),
    "503 page": (lambda s: [s.Reply("<html>busy</html>", 503, kind="text/html")] * 9, "failed (503)", 3),
    "a redirect": (
        lambda s: [s.Reply("", 307, {"Location": "http://127.0.0.1:9/v1"})],
        "sends the question elsewhere (307)",
        1,
    ),
    "a page": (
        lambda s: [s.Reply("<html>hi</html>", kind="text/html")],
        "does OPENAI_BASE_URL end in /v1?",
        1,
    ),
    "no JSON": (lambda s: [s.Reply("{", kind="application/json")], "sent no chat completion", 1),
    "too much": (lambda s: [s.Reply(b" " * 1_000_001)], "more than 1000000 bytes", 1),
    "half a reply": (
        lambda s: [s.Reply('{"choices": ', headers={"Content-Length": "9999"})] * 9,
        "cannot be reached",
        3,
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_every_failure_falls_to_the_offline_analyser_with_its_reason(
    server, photo, offline_analyser, caplog, name
):
    caplog.set_level(logging.DEBUG)
    replies, reason, requests = FAULTS[name]
    server.replies = replies(server)
    scene, decisions = analyze(photo, model="cardboard", seed=2)
    assert labels(scene) == ["room tone"]
    assert scene.seed == 2
    assert "x-analysis" not in scene.own
    (because,) = said(decisions, "warning")
    assert reason in because
    assert because.endswith(INSTEAD)
    assert because.isprintable()
    assert len(server.requests) == requests
    assert KEY not in because + caplog.text + "".join(decision.as_json() for decision in decisions)


PASSING = {
    "500 once": lambda s: [s.error(500), REPLY],
    "429 with a short pause": lambda s: [s.error(429, headers={"Retry-After": "0.01"}), s.error(429), REPLY],
    "400 for schemas": lambda s: [s.error(400, "response_format"), REPLY],
    "422 for both": lambda s: [s.error(422), s.error(422), REPLY],
    "wrong types once": lambda s: ['{"objects": "dog"}', REPLY],
    "prose around it": lambda s: [f"Of course!\n```json\n{REPLY}```\nEnjoy."],
    "null content in a schema": lambda s: [s.completion(None), REPLY],
}


@pytest.mark.parametrize("name", PASSING)
def test_a_failure_that_passes_is_no_failure(server, photo, offline_analyser, name):
    server.replies = PASSING[name](server)
    scene, decisions = analyze(photo, model="cardboard")
    assert labels(scene) == ["dog", "person", "bicycle", "city street"]
    assert said(decisions, "warning") == offline_analyser == server.replies == []


@pytest.mark.parametrize(
    "slow", [{"hang": 60}, {"drip": 0.2}, {"drip_head": 0.2}], ids=["silence", "body", "head"]
)
def test_a_slow_server_is_left_in_time(server, photo, offline_analyser, monkeypatch, slow):
    monkeypatch.setenv("IMGEXT_MODEL_TIMEOUT", "0.3")
    server.replies = [server.Reply(server.completion(REPLY), **slow)] * 9
    _, decisions = analyze(photo, model="m")
    (because,) = said(decisions, "warning")
    assert "did not answer in time" in because
    assert len(server.requests) == server.sending == 3  # each would have gone on for long


def test_a_server_that_is_not_there_is_told(server, photo, offline_analyser):
    server.close()
    _, decisions = analyze(photo, model="m")
    assert "cannot be reached" in said(decisions, "warning")[0]


def test_without_a_server_the_settings_are_named(photo, offline_analyser):
    _, decisions = analyze(photo, model="m")
    assert said(decisions, "warning") == [
        f"no vision model is set up (OPENAI_API_KEY or OPENAI_BASE_URL){INSTEAD}"
    ]


def test_a_server_that_wants_a_key_and_gets_none_is_told(server, photo, offline_analyser, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY")
    server.replies = [server.error(401)]
    _, decisions = analyze(photo, model="m")
    assert "wants a key, and OPENAI_API_KEY is not set (401)" in said(decisions, "warning")[0]


def test_a_local_server_needs_no_key(server, photo, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY")
    assert "dog" in analyze(photo, model="m")[0].objects


def test_offline_comes_before_everything(server, photo, offline_analyser, monkeypatch):
    _, decisions = analyze(photo, model="m", setup=open_setup([], offline=True))
    assert said(decisions, "warning") == [f"no vision model is asked while offline{INSTEAD}"]
    monkeypatch.setenv("IMGEXT_OFFLINE", "1")
    _, decisions = analyze(photo, model="m")
    assert said(decisions, "warning") == [f"no vision model is asked while offline{INSTEAD}"]
    assert server.requests == []


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("OPENAI_BASE_URL", "localhost:1234", UsageError),
        ("OPENAI_API_KEY", f"{KEY} ", None),
        ("OPENAI_API_KEY", f"{KEY} x", CredentialError),
        ("IMGEXT_MODEL_TIMEOUT", "soon", UsageError),
    ],
)
def test_settings_that_make_no_sense_are_errors_where_a_model_is_asked_for(
    server, photo, offline_analyser, monkeypatch, name, value, kind
):
    monkeypatch.setenv(name, value)
    analyze(photo)  # no model is asked for, so nobody reads them
    if kind is None:
        analyze(photo, model="m")
        return
    with pytest.raises(kind, match=name) as caught:
        analyze(photo, model="m")
    assert KEY not in str(caught.value)


def test_a_photo_that_cannot_be_read_is_an_error_with_a_model_too(server, tmp_path, offline_analyser):
    (tmp_path / "text.jpg").write_text("no picture")
    with pytest.raises(SceneError, match="not a picture"):
        analyze(tmp_path / "text.jpg", model="m")
    with pytest.raises(MissingInputError):
        analyze(tmp_path / "gone.jpg", model="m")
    assert server.requests == offline_analyser == []


def test_the_real_offline_analyser_takes_over(server, photo):
    server.replies = [server.error(404)]
    scene, decisions = analyze(photo, model="m")
    assert scene.objects
    assert len(said(decisions, "warning")) == 1
    assert said(decisions, "note") == []


# what is written, and what is not


def run(monkeypatch, capsys, *words):
    """The program in this process: exit code, stdout, stderr."""
    monkeypatch.setattr(sys, "argv", ["imgext", *map(str, words)])
    code = app.run()
    return code, *capsys.readouterr()


def test_analyze_prints_what_the_model_sees(server, photo, monkeypatch, capsys):
    code, out, err = run(monkeypatch, capsys, "analyze", photo, "--model", "cardboard")
    assert code == 0
    assert "label: dog  # named by the vision model" in out
    assert "x-analysis: {model: cardboard, prompt: 1, sha256: " in out
    assert err == f"cardboard at {server.url.split('/')[2]} looks at evening.jpg\n"


def test_analyze_says_why_the_model_was_not_used_and_ends_well(
    server, photo, offline_analyser, monkeypatch, capsys
):
    server.replies = [server.error(401, KEY)]
    code, out, err = run(monkeypatch, capsys, "analyze", photo, "--model", "cardboard", "--json")
    assert code == 0
    (warning,) = [one for one in json.loads(out)["decisions"] if one["kind"] == "warning"]
    assert "(401)" in warning["because"]
    assert err.startswith("warning: image: the language model 'cardboard' at ")
    assert KEY not in out + err


@pytest.mark.parametrize("words", [("--offline",), ("--offline", "--quiet")])
def test_analyze_offline_asks_nobody(server, photo, offline_analyser, monkeypatch, capsys, words):
    code, out, err = run(monkeypatch, capsys, "analyze", photo, "--model", "cardboard", *words)
    assert code == 0
    assert ("offline" in err) == ("--quiet" not in words)
    assert server.requests == []
    assert "room tone" in out


def test_a_setting_that_makes_no_sense_ends_with_the_code_of_its_error(
    server, photo, offline_analyser, monkeypatch, capsys
):
    monkeypatch.setenv("OPENAI_BASE_URL", "ftp://x")
    assert run(monkeypatch, capsys, "analyze", photo)[0] == 0
    assert run(monkeypatch, capsys, "analyze", photo, "--model", "m")[0] == 2
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    monkeypatch.setenv("OPENAI_API_KEY", "é")
    assert run(monkeypatch, capsys, "analyze", photo, "--model", "m")[0] == 77


def test_a_rendered_scene_keeps_who_looked_and_rendering_asks_nobody_again(
    server, photo, tmp_path, monkeypatch
):
    made = make(photo, tmp_path / "out", model="cardboard", duration=3, pictures=False)
    assert len(server.requests) == 1
    written = load(tmp_path / "out" / "scene.yaml")
    assert written.own["x-analysis"]["model"] == "cardboard"
    assert any("seen by the vision model cardboard" in decision.because for decision in made.decisions)
    monkeypatch.setenv("IMGEXT_VISION", "1")
    again = render(tmp_path / "out" / "scene.yaml", tmp_path / "again", pictures=False)
    assert again.sha256 == made.sha256
    assert load(tmp_path / "again" / "scene.resolved.yaml").own == written.own
    assert len(server.requests) == 1


def everything(folder):
    return b"".join(
        str(path).encode() + path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    )


ESCAPED = "".join(f"\\u{ord(character):04x}" for character in KEY)
ECHO = json.dumps(
    {
        "context": f"a sign that says {KEY} and @",
        "objects": [
            {"label": f"dog {KEY}", "importance": 1, "sound_query": KEY},
            {"label": "@", "kind": "atmo"},
            {"label": "rain", "kind": "atmo"},
        ],
        "room_detected": True,
        "room_detected_reason": KEY,
        "room_size": 0.4,
        "room_size_reason": "@",
    }
).replace("@", ESCAPED)


@pytest.mark.slow
@pytest.mark.parametrize("well", [True, False], ids=["in a reply", "in an error"])
def test_a_key_that_comes_back_is_in_no_file_and_no_output(server, photo, tmp_path, well):
    """A whole run in a process of its own, with every log there is turned on."""
    server.replies = lambda _request: (
        server.completion(ECHO, model=KEY) if well else server.error(500, f"no {KEY}", code=KEY)
    )
    environment = {
        **os.environ,
        "IMGEXT_CACHE": str(tmp_path / "cache"),
        "IMGEXT_DEBUG": "1",
        "OPENAI_LOG": "debug",
    }
    more = (
        ["-o", str(tmp_path / "out"), "--duration", "2", "--no-pictures", "-v"]
        if well
        else ["-o", str(tmp_path / "out" / "scene.yaml")]
    )
    words = ["imgext", "make" if well else "analyze", str(photo), "--model", "cardboard", *more]
    code = (
        "import logging, sys; logging.basicConfig(level=logging.DEBUG)\n"
        "from imgext.cli import app\n"
        f"sys.argv = {words!r}\n"
        "sys.exit(app.run())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env=environment, cwd=tmp_path, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert (b"dog" in everything(tmp_path / "out")) == well
    assert b"DEBUG" in done.stderr
    found = everything(tmp_path) + done.stdout + done.stderr
    assert KEY.encode() not in found
    assert KEY.upper().encode() not in found.upper()
