"""Pin a passage down by its words and its place, and find it again in today's text.

The selectors are the TextQuoteSelector and TextPositionSelector of the W3C Web Annotation Data
Model. Words are equal when `searchkit.text.normalise` makes them equal: quotes, spaces and
Unicode form do not matter.
"""

from __future__ import annotations

from collections.abc import Sequence

from searchkit.anchor.exact import CONTEXT, ORPHAN, Ground
from searchkit.model import Anchor, ClaimKind, Selector, Span

__all__ = ["CONTEXT", "ORPHAN", "anchor", "describe"]


def describe(text: str, span: Span, kind: ClaimKind = "sentence") -> Selector:
    """The selector of a passage.

    Args:
        text: the article's text verbatim; its title for kind "title".
        span: where the passage stands in it.
    """
    start, end = span
    return Selector(
        exact=text[start:end],
        prefix=text[max(0, start - CONTEXT) : start],
        suffix=text[end : end + CONTEXT],
        start=start,
        end=end,
        kind=kind,
    )


def anchor(
    selectors: Sequence[Selector], title: str, text: str, segments: Sequence[Span]
) -> list[Anchor]:
    """Find each selector's words in today's text, one to one over the whole article.

    Where equal words stand several times, the place whose neighbourhood agrees best with the
    selector's prefix and suffix is taken, then the nearest to its position; no two selectors take
    the same place. Short words that stand somewhere by chance, with nothing around them as it
    was and not as a whole segment, do not count. What stands nowhere as it was is then looked for
    among what nobody took, by likeness (`searchkit.anchor.changed`).

    Args:
        selectors: those of one article, in any order; kind "title" looks in the title only.
        title: today's title, verbatim.
        text: today's text, verbatim.
        segments: the sentences and clauses of today's text.

    Returns:
        For each selector in the order given: "unchanged" where its words stand at the same offset
        as judged, "moved" where they stand elsewhere, "changed" where other words stand in their
        place, with the likeness of the two as score, else "orphaned".
    """
    anchors = [ORPHAN] * len(selectors)
    titles = [i for i, selector in enumerate(selectors) if selector.kind == "title"]
    others = [i for i, selector in enumerate(selectors) if selector.kind != "title"]
    for indices, whole, parts in (
        (titles, title, [Span(0, len(title))]),
        (others, text, segments),
    ):
        if indices:
            ground = Ground(whole, parts)
            found = ground.locate([selectors[i] for i in indices])
            for i, one in zip(indices, found, strict=True):
                anchors[i] = one
            lost = [i for i in indices if anchors[i].state == "orphaned"]
            if lost:
                # Only for texts that changed: it brings numpy and rapidfuzz along.
                from searchkit.anchor.changed import find_changed  # noqa: PLC0415

                taken = [anchors[i].span for i in indices]
                changed = find_changed(ground, [selectors[i] for i in lost], taken)
                for i, one in zip(lost, changed, strict=True):
                    anchors[i] = one
    return anchors
