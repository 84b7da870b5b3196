"""Which words a judgement is about, beside the words that stand there today."""

from __future__ import annotations

from searchkit.model import ClaimState, Judgement
from searchkit.text import same_words


def judged_words(state: ClaimState | None, text: str) -> str | None:
    """The words as judged last, where they differ from today's; None where nobody judged.

    Args:
        text: the claim's words today.
    """
    if state is None or not state.judgements or same_words(state.selector.exact, text):
        return None
    return state.selector.exact


def earlier_words(judgement: Judgement, state: ClaimState, text: str) -> str | None:
    """What a judgement is about, where that is neither today's words nor those judged last.

    Args:
        text: the claim's words today.
    """
    known = (text, state.selector.exact)
    return None if any(same_words(judgement.words, words) for words in known) else judgement.words
