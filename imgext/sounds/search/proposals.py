"""`fallback: ai`: asks a language model what else to search for.

A proposal is a label like any other: it is searched, filtered, judged and measured as usual, so the worst
that a strange one does is to find nothing. The label and the sentence about the picture may have been read
off a photo or a file name; they travel as data.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pydantic import BaseModel

from imgext.ontology.words import key_of
from imgext.remote.replies import DATA_RULE, BadReply, data_block, one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgext.remote.chat import Chat

#: How many proposals are asked for and kept, and how long each may be.
MOST, LONGEST = 5, 60
#: A scheme, "www." or a name with an ending such as example.com.
_ADDRESS = re.compile(r"://|\bwww\.|\bmailto:|\w\.[^\W\d_]{2,}")
_TASK = f"""You help to find recordings for what is seen in a picture. Sound libraries had nothing under one \
label. Propose up to {MOST} other labels
to search for, the best first: things that can be heard and whose sound would be right in this picture in \
place of the label. Take what makes
the sound rather than what is silent (for "lighthouse": "foghorn", "sea waves"), and plain English nouns \
that people tag recordings with, of one to
three words. Propose nothing that was tried, and no music or speech unless the picture asks for it.
{DATA_RULE}"""


class Proposals(BaseModel):
    """What the model fills in."""

    labels: list[str]


def alternatives(chat: Chat, label: str, context: str, tried: Sequence[str]) -> list[str]:
    """Up to five other labels of things that sound.

    Parameters
    ----------
    chat : Chat
        Who is asked.
    label, context : str
        What is wanted, and the sentence about the picture; blank is allowed for the second.
    tried : sequence of str
        Words that were searched for in vain; they are not proposed again, in whatever spelling.

    Raises
    ------
    BadReply
        Nothing usable is among the proposals, or the reply is none.
    UnavailableError, ThrottledError, CredentialError
        As `Chat.ask`.
    """
    wanted = {
        "label": one_line(label, 80),
        "context": one_line(context, 300),
        "already_tried": [one_line(words, LONGEST) for words in tried[:40]],
    }
    answer = chat.ask(_TASK, f"The label, the picture, and what was tried:\n{data_block(wanted)}", Proposals)
    known = {"", key_of(label), *(key_of(words) for words in tried)}
    usable: list[str] = []
    for proposal in answer.value.labels:
        words = one_line(proposal, 200).strip(" .,;:!?\"'`*#_-")
        if len(words) <= LONGEST and not _ADDRESS.search(words) and key_of(words) not in known:
            known.add(key_of(words))
            usable.append(words)
    if not usable:
        said = one_line(", ".join(answer.value.labels), 80)
        raise BadReply(
            f"the language model {answer.model!r} proposed nothing that can be searched "
            f"for{f': {said}' if said else ''}"
        )
    return usable[:MOST]
