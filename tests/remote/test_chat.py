"""Questions to a language model: every form, every fault, every bound, against a server on this machine."""

import base64
import gzip
import json
import logging
import math
import threading
import traceback
from enum import Enum
from typing import Literal, get_args

import pytest
from pydantic import BaseModel, Field

from imgext.errors import (
    CredentialError,
    ImgextError,
    QuestionError,
    ThrottledError,
    UnavailableError,
    UsageError,
)
from imgext.remote import chat as module
from imgext.remote import forms as forms_module
from imgext.remote.chat import DEFAULT_MODEL, BadReply, Chat
from imgext.remote.exchange import MAX_BYTES
from imgext.remote.replies import objects_in, strict_schema
from imgext.store.files import cache_folder

KEY = "sk-sentinel-0123456789-abcdef"
GOOD = '{"word": "gull", "count": 2}'


class Thing(BaseModel):
    """For readers of the code."""

    word: str = Field(description="one noun")
    count: int = Field(1, ge=0, le=9)


@pytest.fixture(autouse=True)
def _short(monkeypatch):
    monkeypatch.setattr(module, "PAUSE", 0.01)
    monkeypatch.delenv("IMGEXT_OFFLINE", raising=False)


@pytest.fixture
def ask(chat_server):
    """Ask the server, which has the given replies."""

    def asked(*replies, timeout=5.0, retries=0, key=KEY, reply=Thing, **options):
        chat_server.replies = list(replies)
        chat = Chat(model="cardboard", key=key, base_url=chat_server.url, timeout=timeout, retries=retries)
        return chat.ask("Be brief.", "What is it?", reply, **options)

    return asked


def failure(ask, *replies, kind, **options):
    """The message of the error that comes: one bounded, printable line without the key, in text and
    traceback with all locals.
    """
    with pytest.raises(ImgextError) as caught:
        ask(*replies, **options)
    error = caught.value
    assert type(error) is kind
    text = str(error)
    assert text.isprintable()
    assert len(text) <= 500
    everything = "".join(
        traceback.TracebackException.from_exception(without_tests(error), capture_locals=True).format()
    )
    assert KEY not in text + repr(error) + everything
    assert error.__context__ is None
    return text


def without_tests(error):
    """The error from the first frame of imgext on: those of this file know the key."""
    frame = error.__traceback__
    while frame.tb_frame.f_globals.get("__name__") != module.__name__:
        frame = frame.tb_next
    return error.with_traceback(frame)


def forms(server):
    return [request.form for request in server.requests]


# what is asked, and what comes


def test_a_good_reply_is_an_instance_with_its_model_and_form(ask):
    answer = ask(GOOD)
    assert (answer.value, answer.model, answer.form) == (
        Thing(word="gull", count=2),
        "cardboard-1",
        "json_schema",
    )


def test_a_request_has_a_strict_schema_also_in_its_prompt_and_nothing_that_servers_refuse(ask, chat_server):
    ask(GOOD)
    (request,) = chat_server.requests
    schema = {
        "type": "object",
        "properties": {"word": {"type": "string", "description": "one noun"}, "count": {"type": "integer"}},
        "required": ["word", "count"],
        "additionalProperties": False,
    }
    form = request.json["response_format"]
    assert form == {"type": "json_schema", "json_schema": {"name": "Thing", "strict": True, "schema": schema}}
    assert set(request.json) == {"model", "messages", "response_format"}
    assert request.json["model"] == "cardboard"
    assert request.system.startswith("Be brief.")
    assert json.loads(request.system.splitlines()[-1]) == schema
    assert request.user == "What is it?"
    assert request.headers["authorization"] == f"Bearer {KEY}"


def test_without_a_key_a_dummy_is_sent(ask, chat_server):
    ask(GOOD, key="")
    assert chat_server.requests[0].headers["authorization"] == "Bearer none"


def test_images_travel_as_data_urls_behind_the_question(ask, chat_server):
    data = bytes(range(256))
    ask(GOOD, images=[("image/png", data)])
    text, image = chat_server.requests[0].user
    assert text == {"type": "text", "text": "What is it?"}
    head, _, coded = image["image_url"]["url"].partition(",")
    assert (image["type"], head, base64.b64decode(coded)) == ("image_url", "data:image/png;base64", data)


def test_how_closely_images_are_looked_at_is_said_where_it_was_asked_for(ask, chat_server):
    ask(GOOD, images=[("image/png", b"x")], detail="high")
    ask(GOOD, images=[("image/png", b"x")])
    assert [request.user[1]["image_url"].get("detail") for request in chat_server.requests] == ["high", None]


def test_images_of_other_kinds_are_not_sent(ask, chat_server):
    with pytest.raises(ValueError, match="image/svg"):
        ask(GOOD, images=[("image/svg+xml", b"<svg/>")])
    assert chat_server.requests == []


@pytest.mark.parametrize(
    "text",
    [
        f"Sure, here it is:\n```json\n{GOOD}\n```\nAnything else?",
        f'<think>maybe {{"word": "no", "count": 1}}?</think>{GOOD}',
        f"{{not this}} {GOOD}",
        f'{{"other": 1}} but {GOOD}',
        [{"type": "text", "text": GOOD[:9]}, {"type": "text", "text": GOOD[9:]}],
    ],
    ids=["prose", "thoughts", "braces", "another object", "parts"],
)
def test_what_stands_around_an_object_does_not_matter(ask, chat_server, text):
    assert ask(chat_server.completion(text)).value == Thing(word="gull", count=2)
    assert len(chat_server.requests) == 1


# the ladder


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        ({"json_schema"}, ["json_schema"]),
        ({"json_object"}, ["json_schema", "json_object"]),
        ({"plain"}, ["json_schema", "json_object", "plain"]),
    ],
)
def test_a_refused_form_leads_to_the_next_and_what_worked_is_remembered(ask, chat_server, known, asked):
    chat_server.forms = known
    assert ask(GOOD).form == asked[-1]
    assert forms(chat_server) == asked
    assert ask(GOOD).form == asked[-1]
    assert forms(chat_server) == [*asked, asked[-1]]


def test_what_worked_is_remembered_for_one_model_at_one_address_only(ask, chat_server):
    chat_server.forms = {"plain"}
    ask(GOOD)
    chat_server.replies = [GOOD]
    Chat(model="other", key=KEY, base_url=chat_server.url).ask("", "", Thing)
    assert forms(chat_server)[3:] == ["json_schema", "json_object", "plain"]


def test_what_worked_is_remembered_when_the_program_starts_again_and_names_no_server(
    ask, chat_server, monkeypatch
):
    chat_server.forms = {"plain"}
    ask(GOOD)
    monkeypatch.setattr(forms_module, "_working", {})  # as in a new process
    ask(GOOD)
    assert forms(chat_server) == ["json_schema", "json_object", "plain", "plain"]
    (note,) = (path for path in cache_folder().rglob("*") if path.is_file())
    assert json.loads(note.read_text()) == {"form": "plain"}
    assert "127" not in note.name


@pytest.mark.parametrize("text", ["", "{", "[]", '{"form": "verse"}', '{"form": 3}', "\xff"])
def test_a_damaged_note_of_what_worked_is_as_none(ask, chat_server, monkeypatch, text):
    chat_server.forms = {"plain"}
    ask(GOOD)
    (note,) = (path for path in cache_folder().rglob("*") if path.is_file())
    note.write_bytes(text.encode("latin-1"))
    monkeypatch.setattr(forms_module, "_working", {})
    assert ask(GOOD).form == "plain"
    assert forms(chat_server)[3:] == ["json_schema", "json_object", "plain"]


def test_a_cache_that_cannot_be_written_costs_nothing_but_the_note(ask, chat_server, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("IMGEXT_CACHE", str(tmp_path / "file" / "cache"))
    chat_server.forms = {"json_object"}
    assert ask(GOOD).form == "json_object"
    assert ask(GOOD).form == "json_object"
    assert forms(chat_server) == ["json_schema", "json_object", "json_object"]


def test_a_form_that_worked_once_and_does_not_any_more_is_forgotten(ask, chat_server):
    chat_server.forms = {"plain"}
    ask(GOOD)
    chat_server.forms = {"json_schema"}
    failure(ask, kind=QuestionError)
    assert ask(GOOD).form == "json_schema"


def test_a_fresh_question_begins_with_the_first_form(ask, chat_server):
    chat_server.forms = {"plain"}
    ask(GOOD)
    chat_server.forms = {"json_schema"}
    assert ask(GOOD, fresh=True).form == "json_schema"
    assert ask(GOOD).form == "json_schema"


def test_a_request_that_is_refused_in_every_form_says_why(ask, chat_server):
    chat_server.forms = set()
    text = failure(ask, kind=QuestionError)
    assert "refuses the question (400): 'response_format.type' plain is not known" in text
    assert forms(chat_server) == ["json_schema", "json_object", "plain"]


def test_422_counts_as_a_refused_form(ask, chat_server):
    assert ask(chat_server.error(422), GOOD).form == "json_object"


def test_a_reply_that_does_not_fit_goes_back_once_with_what_is_wrong(ask, chat_server):
    answer = ask('{"word": 7, "count": "two"}', GOOD)
    assert (answer.value.word, answer.form) == ("gull", "json_schema")
    _, wrong, complaint = chat_server.requests[1].json["messages"][1:]
    assert wrong == {"role": "assistant", "content": '{"word": 7, "count": "two"}'}
    assert complaint["role"] == "user"
    assert (
        "word: Input should be a valid string; count: Input should be a valid integer" in complaint["content"]
    )


def test_after_one_repair_the_other_forms_are_tried_and_then_it_is_an_error(ask, chat_server):
    text = failure(ask, "no", "still no", "never", '{"word": "gull"', kind=BadReply)
    assert "no JSON object" in text
    assert forms(chat_server) == ["json_schema", "json_schema", "json_object", "plain"]
    assert [len(request.json["messages"]) for request in chat_server.requests] == [2, 4, 2, 2]


@pytest.mark.parametrize(
    "text",
    [
        '{"word": "gull", "count": "2"}',
        '{"word": "gull", "count": 2.5}',
        '{"word": "gull", "count": 10}',
        '{"word": null, "count": 1}',
    ],
)
def test_wrong_types_and_values_are_no_reply(ask, text):
    assert "something else than was asked for" in failure(ask, *[text] * 4, kind=BadReply)


def test_numbers_that_json_does_not_know_are_no_reply(ask):
    class Level(BaseModel):
        level: float

    with pytest.raises(BadReply):
        ask(*['{"level": NaN}'] * 4, reply=Level)
    assert math.isclose(ask('{"level": 1}', reply=Level).value.level, 1.0)


@pytest.mark.parametrize(
    "text", ["[" * 400_000, '{"word":' * 50_000, "{" * 400_000], ids=["brackets", "objects", "braces"]
)
def test_deep_nesting_is_a_bad_reply(ask, text):
    failure(ask, *[text] * 4, kind=BadReply)


# faults


@pytest.mark.parametrize("content", [None, "", 7])
def test_a_reply_without_text_is_tried_in_the_other_forms(ask, chat_server, content):
    nothing = chat_server.completion(content)
    assert ask(nothing, GOOD).form == "json_object"
    chat_server.requests.clear()
    assert failure(ask, nothing, nothing, kind=BadReply).endswith(
        "something else than was asked for: nothing"
    )
    assert forms(chat_server) == ["json_object", "plain"]


@pytest.mark.parametrize(
    "body",
    [
        {"choices": []},
        {"choices": None},
        {"choices": "no"},
        {"choices": [7]},
        {"choices": [{"message": "hi"}]},
        {},
    ],
)
def test_empty_choices_are_a_bad_reply(ask, chat_server, body):
    assert failure(ask, body, kind=BadReply).endswith("sent a reply with nothing in it")
    assert len(chat_server.requests) == 1


def test_an_error_with_status_200_is_told(ask):
    assert "nothing in it: out of credits" in failure(
        ask, {"error": {"message": "out of credits"}}, kind=BadReply
    )


def test_a_refusal_is_a_bad_reply_with_its_words(ask, chat_server):
    refused = chat_server.completion(None, refusal=f"I cannot\nhelp with {KEY} that")
    assert "declines to answer: I cannot help with *** that" in failure(ask, refused, kind=BadReply)
    assert len(chat_server.requests) == 1


@pytest.mark.parametrize(
    ("finish", "said"), [("length", "was cut off"), ("content_filter", "held back by a content filter")]
)
def test_a_reply_that_was_stopped_is_a_bad_reply_even_if_it_reads_well(ask, chat_server, finish, said):
    assert said in failure(ask, chat_server.completion(GOOD, finish=finish), kind=BadReply)


@pytest.mark.parametrize(
    "body", ["<html><body>Welcome</body></html>", "", "[1, 2]", "null", '"text"', "[" * 100_000]
)
def test_a_page_instead_of_a_completion_is_a_bad_reply(ask, chat_server, body):
    text = failure(ask, chat_server.Reply(body, kind="text/html"), kind=BadReply)
    assert "sent no chat completion but text/html; does OPENAI_BASE_URL end in /v1?" in text


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_not_taken_names_the_variable(ask, chat_server, status):
    text = failure(
        ask, chat_server.error(status, f"Incorrect API key provided: {KEY}"), retries=2, kind=CredentialError
    )
    assert f"does not take the key in OPENAI_API_KEY ({status})" in text
    assert len(chat_server.requests) == 1


def test_a_server_that_wants_a_key_and_gets_none_says_so(ask, chat_server):
    assert "OPENAI_API_KEY is not set" in failure(ask, chat_server.error(401), key="", kind=CredentialError)


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [(429, ThrottledError, 75), (500, UnavailableError, 69), (503, UnavailableError, 69)],
)
def test_a_passing_fault_is_tried_again_and_then_told(ask, chat_server, status, kind, code):
    fault = chat_server.error(status, "busy")
    assert ask(fault, fault, GOOD, retries=2).value.word == "gull"
    chat_server.requests.clear()
    assert f"({status}): busy" in failure(ask, fault, fault, fault, GOOD, retries=2, kind=kind)
    assert len(chat_server.requests) == 3
    assert kind.exit_code == code


def test_the_pause_that_a_server_asks_for_is_kept_when_it_is_short(ask, chat_server, monkeypatch):
    pauses = []
    monkeypatch.setattr(module.time, "sleep", pauses.append)
    ask(chat_server.error(429, headers={"Retry-After": "7"}), chat_server.error(500), GOOD, retries=2)
    assert pauses == [7.0, module.PAUSE * 2]


@pytest.mark.parametrize("pause", ["-1", "nan", "inf", "soon", "1e300"])
def test_a_pause_that_makes_no_sense_is_not_kept(ask, chat_server, monkeypatch, pause):
    pauses = []
    monkeypatch.setattr(module.time, "sleep", pauses.append)
    ask(chat_server.error(429, headers={"Retry-After": pause}), GOOD, retries=1)
    assert pauses == [module.PAUSE]


@pytest.mark.parametrize(("pause", "total"), [(60, 120), (3600, 120), (5, 2)])
def test_a_long_pause_is_told_and_not_waited_for(ask, chat_server, monkeypatch, pause, total):
    monkeypatch.setattr(module, "TOTAL", total)
    monkeypatch.setattr(module.time, "sleep", pytest.fail)
    fault = chat_server.error(429, headers={"Retry-After": str(pause)})
    assert f"asks for {pause} s of patience" in failure(ask, fault, GOOD, retries=2, kind=ThrottledError)
    assert len(chat_server.requests) == 1


def test_an_account_without_quota_is_not_asked_again(ask, chat_server):
    failure(ask, chat_server.error(429, code="insufficient_quota"), GOOD, retries=2, kind=ThrottledError)
    assert len(chat_server.requests) == 1


def test_an_unknown_model_names_the_settings(ask, chat_server):
    text = failure(ask, chat_server.error(404, "model 'cardboard' not found"), kind=QuestionError)
    assert (
        "(404): model 'cardboard' not found; --model or IMGEXT_MODEL names it, "
        "OPENAI_BASE_URL, up to /v1, its server" in text
    )


def test_redirects_are_not_followed(ask, chat_server):
    text = failure(
        ask,
        chat_server.Reply("", 307, {"Location": chat_server.url + "/chat/completions"}),
        GOOD,
        kind=UnavailableError,
    )
    assert "sends the question elsewhere (307)" in text
    assert len(chat_server.requests) == 1


def test_a_server_that_is_not_there_is_unavailable(ask, chat_server):
    chat_server.close()
    assert "cannot be reached" in failure(ask, kind=UnavailableError)


def test_half_a_reply_is_unavailable(ask, chat_server):
    failure(ask, chat_server.Reply('{"choices": ', headers={"Content-Length": "4000"}), kind=UnavailableError)


def test_offline_nothing_is_asked(ask, chat_server, monkeypatch):
    monkeypatch.setenv("IMGEXT_OFFLINE", "1")
    assert "IMGEXT_OFFLINE" in failure(ask, GOOD, kind=UnavailableError)
    assert chat_server.requests == []


@pytest.mark.parametrize("value", ["0", "no", "False", "off", ""])
def test_offline_can_be_said_to_be_off(ask, monkeypatch, value):
    monkeypatch.setenv("IMGEXT_OFFLINE", value)
    assert ask(GOOD).value.word == "gull"


def test_proxies_that_cannot_be_used_do_not_show_their_passwords(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "gopher://user:hunter2hunter2@proxy")
    with pytest.raises(UnavailableError, match="proxies or certificates") as caught:
        Chat(model="m", key=KEY, retries=0).ask("", "", Thing)
    assert "hunter2" not in "".join(traceback.format_exception(caught.value))


# bounds


@pytest.mark.parametrize(
    "slow", [{"hang": 60}, {"drip": 0.2}, {"drip_head": 0.2}], ids=["silence", "body", "head"]
)
def test_a_slow_server_is_left_after_the_timeout_and_no_thread_stays(ask, chat_server, slow):
    text = failure(
        ask, chat_server.Reply(chat_server.completion(GOOD), **slow), timeout=0.8, kind=UnavailableError
    )
    assert chat_server.sending == 1  # it would have gone on for long
    assert text.endswith("did not answer in time (IMGEXT_MODEL_TIMEOUT: 0.8 s)")
    for thread in threading.enumerate():
        if thread.name == "imgext-ask":
            thread.join(3)
            assert not thread.is_alive()
    assert chat_server.sending == 1


@pytest.mark.parametrize(("timeout", "requests"), [(0.25, {1, 2, 3}), (60, {1})])
def test_repetitions_pauses_and_forms_together_stay_within_the_total(
    ask, chat_server, monkeypatch, timeout, requests
):
    monkeypatch.setattr(module, "TOTAL", 0.6)
    silence = chat_server.Reply(chat_server.completion(GOOD), hang=60)
    failure(ask, *[silence] * 50, timeout=timeout, retries=50, kind=UnavailableError)
    assert len(chat_server.requests) in requests
    assert chat_server.sending == len(chat_server.requests)


@pytest.mark.parametrize("status", [200, 500])
def test_a_reply_beyond_the_bound_is_not_read(ask, chat_server, status):
    big = chat_server.Reply(b" " * (MAX_BYTES + 1), status)
    assert "more than 1000000 bytes" in failure(ask, big, retries=2, kind=UnavailableError)
    assert len(chat_server.requests) == 1


def test_a_compressed_reply_is_asked_not_to_come_and_not_unpacked(ask, chat_server):
    bomb = chat_server.Reply(gzip.compress(bytes(5_000_000)), headers={"Content-Encoding": "gzip"})
    assert "compressed" in failure(ask, bomb, kind=UnavailableError)
    assert chat_server.requests[0].headers["accept-encoding"] == "identity"


# the key


ESCAPED = "".join(f"\\u{ord(character):04x}" for character in KEY)


@pytest.mark.parametrize("echo", [KEY, ESCAPED, KEY.upper()], ids=["plain", "escaped", "upper case"])
def test_a_key_that_the_server_repeats_is_in_no_value(ask, chat_server, echo):
    body = (
        json.dumps(chat_server.completion("@", model="M"))
        .replace('"@"', json.dumps(GOOD.replace("gull", echo)))
        .replace('"M"', f'"{echo}"')
    )
    answer = ask(chat_server.Reply(body))
    assert (answer.value.word, answer.model) == ("***", "***")


WORDED = {"error": {"message": f"key {KEY}"}}


@pytest.mark.parametrize(
    ("status", "body"),
    [(status, WORDED) for status in (302, 400, 401, 404, 418, 422, 429, 500)]
    + [(500, body) for body in ({"detail": KEY}, f"<p>{KEY}", f'{{"error": "{ESCAPED}"}}', KEY)],
)
def test_a_key_that_the_server_repeats_is_in_no_error_and_no_log(ask, chat_server, caplog, status, body):
    caplog.set_level(logging.DEBUG)
    fault = chat_server.Reply(body, status)
    with pytest.raises(ImgextError) as caught:
        ask(fault, fault, fault)
    failure_text = "".join(
        traceback.TracebackException.from_exception(without_tests(caught.value), capture_locals=True).format()
    )
    assert KEY not in failure_text + caplog.text


def test_a_key_in_a_reply_that_does_not_fit_is_in_no_error(ask):
    failure(ask, *[f'{{"word": {{"{KEY}": "{KEY}"}}, "{KEY}": 1}}'] * 4, kind=BadReply)


def test_messages_are_one_printable_line(ask, chat_server):
    text = failure(ask, chat_server.error(500, "\x1b[2J\u202eevil\r\n" * 500), kind=UnavailableError)
    assert "(500): [2J evil [2J evil" in text


@pytest.mark.parametrize("key", [f"{KEY}\n", f"{KEY} x", f"{KEY}é", f'{KEY}"'])
def test_a_key_that_no_header_can_carry_is_refused_without_being_shown(key):
    with pytest.raises(CredentialError, match="OPENAI_API_KEY") as caught:
        Chat(model="m", key=key)
    assert KEY not in "".join(traceback.format_exception(caught.value))


def test_a_chat_does_not_show_its_key():
    chat = Chat(model="m", key=KEY)
    assert KEY not in repr(chat) + repr(vars(chat))


# settings


def test_without_key_and_address_there_is_no_chat():
    assert Chat.from_environment({}) is None
    assert Chat.from_environment({"OPENAI_API_KEY": " ", "OPENAI_BASE_URL": "", "IMGEXT_MODEL": "m"}) is None


def test_the_environment_of_the_program_is_the_default(monkeypatch):
    assert Chat.from_environment() is None
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    assert repr(Chat.from_environment(model="m")) == "Chat(model='m', host='api.openai.com')"


def test_an_address_alone_is_enough_and_a_model_can_be_named(chat_server):
    chat_server.replies = [GOOD, GOOD]
    environment = {"OPENAI_BASE_URL": chat_server.url + "/", "IMGEXT_MODEL": "local"}
    Chat.from_environment(environment).ask("", "", Thing)
    Chat.from_environment(environment, model="mine").ask("", "", Thing)
    assert [request.json["model"] for request in chat_server.requests] == ["local", "mine"]


@pytest.mark.parametrize("text", ["soon", "0", "-1", "nan", "inf", "3601"])
def test_a_patience_that_is_no_number_of_seconds_is_refused(text):
    with pytest.raises(UsageError, match="IMGEXT_MODEL_TIMEOUT"):
        Chat.from_environment({"OPENAI_API_KEY": KEY, "IMGEXT_MODEL_TIMEOUT": text})


def test_patience_is_taken_from_the_environment(chat_server):
    chat_server.replies = [chat_server.Reply(chat_server.completion(GOOD), hang=60)] * 3
    chat = Chat.from_environment({"OPENAI_BASE_URL": chat_server.url, "IMGEXT_MODEL_TIMEOUT": "0.2"})
    assert chat.patience == 0.2
    with pytest.raises(UnavailableError, match="did not answer in time"):
        chat.ask("", "", Thing)


def test_in_a_hurry_a_model_is_asked_once_and_keeps_its_key(chat_server):
    chat_server.replies = [chat_server.error(500), GOOD]
    with pytest.raises(UnavailableError):
        Chat(model="m", key=KEY, base_url=chat_server.url).varied(seconds=5).ask("", "", Thing)
    (request,) = chat_server.requests
    assert request.headers["authorization"] == f"Bearer {KEY}"


def test_the_default_model_is_one_that_the_client_knows():
    from openai.types.shared import ChatModel

    assert Chat.from_environment({"OPENAI_API_KEY": KEY}).model == DEFAULT_MODEL
    assert DEFAULT_MODEL in get_args(ChatModel)


@pytest.mark.parametrize(
    "url",
    [
        "localhost:1234/v1",
        "ftp://host/v1",
        "http://",
        "http://user:secretpass@host/v1",
        "http://host/v1?key=secretpass",
        "http://host:x/v1",
    ],
)
def test_an_address_that_is_none_is_refused_without_being_shown(url):
    with pytest.raises(UsageError, match="OPENAI_BASE_URL: expected") as caught:
        Chat(model="m", key=KEY, base_url=url)
    assert "secretpass" not in str(caught.value)


# parts


def test_strict_schemas_keep_choices_blanks_and_lists_of_objects():
    class Kind(Enum):
        BED = "bed"

    class Inner(BaseModel):
        kind: Kind
        side: Literal["left"]
        note: str | None = None

    class Outer(BaseModel):
        items: list[Inner] = Field(min_length=1)

    assert strict_schema(Outer) == {
        "type": "object",
        "properties": {"items": {"type": "array", "items": {"$ref": "#/$defs/Inner"}}},
        "required": ["items"],
        "additionalProperties": False,
        "$defs": {
            "Kind": {"type": "string", "enum": ["bed"]},
            "Inner": {
                "type": "object",
                "properties": {
                    "kind": {"$ref": "#/$defs/Kind"},
                    "side": {"type": "string", "enum": ["left"]},
                    "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                },
                "required": ["kind", "side", "note"],
                "additionalProperties": False,
            },
        },
    }


@pytest.mark.parametrize("kind", [tuple[int, int], dict[str, int], list])
def test_what_a_strict_schema_cannot_say_is_an_error_of_the_programmer(kind):
    class Loose(BaseModel):
        loose: kind

    with pytest.raises(TypeError, match="strict schema"):
        strict_schema(Loose)


def test_objects_are_found_with_braces_in_strings_and_none_inside_another():
    assert list(objects_in('x {"a": "}{"} {"b": {"c": {}}} {"d"')) == [{"a": "}{"}, {"b": {"c": {}}}]


# the list of models


def listed(chat_server, body, **options):
    chat_server.pages["/v1/models"] = chat_server.Reply(body, **options)
    return Chat(model="m", key=KEY, base_url=chat_server.url, retries=0, timeout=5).models()


def test_the_models_of_a_server_are_listed_with_its_key(chat_server):
    assert listed(chat_server, {"object": "list", "data": [{"id": "one"}, {"id": "two\n"}]}) == ["one", "two"]
    (request,) = chat_server.requests
    assert (request.path, request.headers["authorization"]) == ("/v1/models", f"Bearer {KEY}")


def test_a_strange_list_of_models_gives_the_names_in_it(chat_server):
    assert listed(
        chat_server, {"data": [{"id": 3}, None, {"name": "x"}, {"id": ""}, {"id": f"a {KEY}"}]}
    ) == ["a ***"]


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ("<p>", 200, BadReply),
        ({"models": []}, 200, BadReply),
        ("{}", 404, UnavailableError),
        (KEY, 401, CredentialError),
        (KEY, 400, UnavailableError),
    ],
)
def test_a_server_without_a_list_of_models_is_told_without_the_key(chat_server, body, status, kind):
    with pytest.raises(kind) as caught:
        listed(chat_server, body, status=status)
    assert KEY not in str(caught.value)


def test_offline_no_list_is_asked_for(chat_server, monkeypatch):
    monkeypatch.setenv("IMGEXT_OFFLINE", "1")
    with pytest.raises(UnavailableError, match="IMGEXT_OFFLINE"):
        listed(chat_server, {"data": []})
    assert chat_server.requests == []
