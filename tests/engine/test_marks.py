"""What is marked in a text is what an engine finds in it."""

from __future__ import annotations

import random

from engine_corpora import random_text
from engine_oracle import occurrences, words_of
from engine_trees import LEAVES
from hypothesis import given
from hypothesis import strategies as st

from searchkit.query.tree import Leaf, Not
from searchkit.snippets import matched


@given(LEAVES, st.integers(0, 500), st.sampled_from(["title", "body"]))
def test_a_text_is_marked_where_it_matches(leaf: Leaf, seed: int, field: str) -> None:
    text = random_text(random.Random(seed), 30)
    finds = leaf.field in (None, field) and occurrences(leaf, words_of(text)) > 0
    assert bool(matched(leaf, text, field)) == finds
    assert matched(Not(leaf), text, field) == []
