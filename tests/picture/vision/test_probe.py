"""What `imgext doctor` finds out about a model server, and that it is bounded."""

from __future__ import annotations

import base64
import io
import json

import pytest
from PIL import Image

from imgext.picture.vision.probe import probe
from imgext.remote.chat import Chat
from imgext.remote.forms import working_form

KEY = "sk-sentinel-0123456789-abcdef"
RED = '{"colour": "red"}'


@pytest.fixture
def found(chat_server):
    """What is found: state and sentence by what it is about."""

    def asked(*replies, models=("cardboard",), model="cardboard", timeout=10.0):
        if models is not None:
            chat_server.pages["/v1/models"] = chat_server.Reply(
                {"object": "list", "data": [{"id": name} for name in models]}
            )
        chat_server.replies = list(replies)
        chat = Chat(model=model, key=KEY, base_url=chat_server.url, timeout=timeout)
        findings = probe(chat)
        assert KEY not in repr(findings)
        return {finding.what: (finding.state, finding.because) for finding in findings}

    return asked


def pictures(server):
    for request in server.requests:
        if request.path.endswith("/completions"):
            data = base64.b64decode(request.user[1]["image_url"]["url"].partition(",")[2])
            with Image.open(io.BytesIO(data)) as picture:
                yield picture.size, picture.getpixel((0, 0))


def test_a_server_that_has_the_model_and_sees_is_fine(found, chat_server):
    assert found(RED, models=("cardboard", "other")) == {
        "model server": ("fine", "has cardboard among its 2 models"),
        "vision model": ("fine", "cardboard sees, and takes strict JSON schemas"),
    }
    ((size, colour),) = pictures(chat_server)
    assert size == (1, 1)
    assert colour[0] > 200
    assert max(colour[1:]) < 50


@pytest.mark.parametrize(
    ("forms", "said"),
    [
        ({"json_object", "plain"}, "takes JSON objects"),
        ({"plain"}, "takes plain text"),
        ({"json_schema", "plain"}, "takes strict JSON schemas"),
    ],
)
def test_the_form_that_a_server_takes_is_found_and_kept(found, chat_server, forms, said):
    chat_server.forms = forms
    assert said in found(RED)["vision model"][1]
    assert working_form((chat_server.url, "cardboard")) in forms


def test_a_server_that_learned_schemas_is_found_out(found, chat_server):
    chat_server.forms = {"plain"}
    found(RED)
    chat_server.forms = {"json_schema"}
    assert "strict JSON schemas" in found(RED)["vision model"][1]


def test_a_model_that_is_not_listed_is_told_with_those_that_are(found):
    names = [f"model-{number}" for number in range(9)]
    state, because = found(RED, models=names)["model server"]
    assert state == "note"
    assert because == "does not list cardboard, but model-0, model-1, model-2, model-3, model-4, model-5 ..."
    assert found(RED, models=())["model server"][1] == "lists no models, nor cardboard"


def test_ollamas_names_may_leave_out_their_tag(found):
    assert (
        found(RED, models=("gemma3:latest", "llava:7b"), model="gemma3")["model server"][1]
        == "has gemma3 among its 2 models"
    )


def test_a_server_without_a_list_may_see_all_the_same(found):
    result = found(RED, models=None)
    assert result["model server"][0] == "note"
    assert "(404)" in result["model server"][1]
    assert result["vision model"][0] == "fine"


def test_a_model_that_refuses_one_pixel_gets_a_larger_picture(found, chat_server):
    error = chat_server.error(400, "height must be larger than factor 28")
    assert found(error, error, error, RED)["vision model"][0] == "fine"
    assert [size for size, _ in pictures(chat_server)] == [(1, 1)] * 3 + [(64, 64)]


@pytest.mark.parametrize(("colour", "said"), [("none", "nothing"), ("Blue.", "blue"), ("<red>", "nothing")])
def test_a_model_that_does_not_see_the_colour_may_be_blind(found, colour, said):
    state, because = found(json.dumps({"colour": colour}))["vision model"]
    assert state == "note"
    assert because == f"cardboard answers, but calls a red picture {said}: it may not see pictures"


@pytest.mark.parametrize("colour", ["red", "Red.", "bright red"])
def test_red_is_red_in_other_words_too(found, colour):
    assert found(json.dumps({"colour": colour}))["vision model"][0] == "fine"


def test_a_model_that_takes_no_pictures_is_told(found, chat_server):
    result = found(*[chat_server.error(400, f"no images, {KEY}")] * 9)
    assert result["vision model"][0] == "missing"
    assert "(400): no images, ***" in result["vision model"][1]


@pytest.mark.parametrize("status", [401, 429, 500])
def test_a_server_that_fails_is_not_asked_on(found, chat_server, status):
    chat_server.pages["/v1/models"] = chat_server.error(status, KEY)
    result = found(models=None)
    assert list(result) == ["model server"]
    assert result["model server"][0] == "missing"
    assert f"({status})" in result["model server"][1]
    assert len(chat_server.requests) == 1


def test_a_server_that_is_not_there_is_told(found, chat_server):
    chat_server.close()
    assert "cannot be reached" in found()["model server"][1]


@pytest.mark.parametrize("where", ["list", "picture"])
def test_a_server_that_hangs_is_left_in_time(found, chat_server, monkeypatch, where):
    monkeypatch.setattr("imgext.picture.vision.probe.LIST_SECONDS", 0.3)
    slow = chat_server.Reply({"data": []}, hang=60)
    if where == "list":
        chat_server.pages["/v1/models"] = slow
    result = found(*[slow] * 9, models=None if where == "list" else ("cardboard",), timeout=0.5)
    assert list(result.values())[-1] == ("missing", list(result.values())[-1][1])
    assert "did not answer in time" in list(result.values())[-1][1]
    assert len(chat_server.requests) == (1 if where == "list" else 2)
