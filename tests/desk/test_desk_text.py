"""The article page shows the whole text, every piece at its place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from searchkit.claims import claims_of
from searchkit.desk.text import passages, title_pieces, visible
from searchkit.model import Article, ReviewedArticle, ReviewedClaim, Selector
from searchkit.text import blocks

TEXTS = st.text(
    st.sampled_from("ab .!?\n-*1)#>\u3000你好。「」\u202e\u2066\x07\u00a0“”;:,é😀")
    | st.characters(),
    max_size=200,
)


def reviewed(text: str, custom: dict[str, Selector] | None = None) -> ReviewedArticle:
    article = Article("A title", text, id="a1")
    claims = claims_of(article, custom or {})
    return ReviewedArticle(article, tuple(map(ReviewedClaim, claims)))


@given(TEXTS)
def test_nothing_is_left_out_but_white_space(text: str) -> None:
    at = 0
    for passage in passages(reviewed(text)):
        for piece in passage.pieces:
            assert not text[at : piece.start].strip()
            length = 1 if piece.turning else len(piece.text)
            assert piece.text == visible(text[piece.start : piece.start + length])
            at = piece.start + length
    assert not text[at:].strip()


@given(TEXTS, st.lists(st.tuples(st.integers(0, 200), st.integers(1, 60)), max_size=4))
def test_claims_begin_and_end_once_however_they_overlap(
    text: str, spans: list[tuple[int, int]]
) -> None:
    custom = {
        f"x{number}": Selector(
            text[start : start + length], "", "", start, start + length, "custom"
        )
        for number, (start, length) in enumerate(spans)
        if text[start : start + length].strip() == text[start : start + length] != ""
    }
    found = reviewed(text, custom)
    pieces = [piece for passage in passages(found) for piece in passage.pieces]
    for claim in found.claims:
        own = [piece for piece in pieces if piece.claim is claim]
        assert sum(piece.first for piece in own) <= 1
        assert sum(piece.last for piece in own) <= 1
        for piece in own:
            assert claim.claim.span.start <= piece.start < claim.claim.span.end


@given(TEXTS)
def test_what_is_shown_steers_nothing(text: str) -> None:
    for passage in passages(reviewed(text)):
        for piece in passage.pieces:
            assert not set(piece.text) & set("\u202a\u202e\u2066\u2069\x07\x1b\ufeff")


def test_markers_of_list_items_stand_where_they_were() -> None:
    text = "The aims:\n\n- Land on the far side.\n- Return by August.\n\n1. One.\n\n---\n\nEnd."
    shown = ["".join(piece.text for piece in one.pieces) for one in passages(reviewed(text))]
    assert shown[:3] == ["The aims:", "- Land on the far side.", "- Return by August."]
    assert "---" in shown
    assert len(blocks(text)) < len(shown)


def test_the_title_is_a_claim() -> None:
    found = title_pieces(reviewed("Words."))
    assert [(piece.text, piece.first, piece.last) for piece in found] == [("A title", True, True)]
    assert found[0].claim
