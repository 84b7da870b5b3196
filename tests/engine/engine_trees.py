"""Random query trees over the words of the random corpora."""

from __future__ import annotations

from engine_corpora import DAYS, FREQUENT, OUTLETS, WORDS
from hypothesis import strategies as st

from searchkit.query.tree import (
    And,
    Boost,
    DateRange,
    Everything,
    Fuzzy,
    Id,
    IdSet,
    Leaf,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    TextField,
    Wildcard,
    Word,
)

_FIELDS: st.SearchStrategy[TextField | None] = st.sampled_from(
    (None, None, None, "title", "body", "outlet")
)


def _one_of(texts: str) -> st.SearchStrategy[str]:
    return st.sampled_from(texts.split())


_WORD = st.sampled_from(
    (*WORDS, "Times", "York", "CNN", "mars", "moon-report", "月球背", "2,000 moon")
)
_PHRASE = st.one_of(
    st.lists(st.sampled_from(FREQUENT), min_size=2, max_size=3).map(" ".join),
    st.lists(_WORD, min_size=1, max_size=3).map(" ".join),
    st.sampled_from(OUTLETS[:5]),
)
_SLOP = st.sampled_from((0, 0, 1, 2, 5, 100))
_STEMS = _one_of("m mo moo re l 2 20 4 49. c COVID-1 パ 月 月球 d di s caf t new-yo")
_PATTERNS = _one_of("*oon m??n mo*s 月* *球 ?? * 2*0 *9 caf? re*ed *a* n?w")
_TYPOS = _one_of("mono mon lunra repotr reort smaple dei us 2001 499 月球 cafés COVID-19 Tmies")
LEAVES: st.SearchStrategy[Leaf] = st.one_of(
    st.builds(Word, _WORD, _FIELDS),
    st.builds(Phrase, _PHRASE, _FIELDS, _SLOP),
    st.builds(Prefix, _STEMS, _FIELDS),
    st.builds(Wildcard, _PATTERNS, _FIELDS),
    st.builds(Fuzzy, _TYPOS, _FIELDS, st.sampled_from((1, 2))),
)
_DAY = st.sampled_from((None, *DAYS))


def trees(ids: list[str]) -> st.SearchStrategy[Node]:
    """Trees of every shape, at most four deep."""
    some = st.frozensets(st.sampled_from([*ids, "nobody00"]), max_size=12)
    plain: st.SearchStrategy[Node] = st.one_of(
        LEAVES,
        LEAVES,
        LEAVES,
        st.builds(DateRange, _DAY, _DAY),
        st.builds(Id, st.sampled_from(["", "a", "B", "z1", "q", *ids])),
        st.builds(IdSet, some, st.booleans(), st.sampled_from(("id", "article"))),
        st.just(Everything()),
    )
    node = plain
    for _ in range(3):
        several = st.lists(node, min_size=1, max_size=3).map(tuple)
        node = st.one_of(
            plain,
            st.builds(And, several),
            st.builds(Or, several),
            st.builds(Not, node),
            st.builds(Boost, node, st.sampled_from((0.5, 3.0, 1000.0))),
        )
    return node
