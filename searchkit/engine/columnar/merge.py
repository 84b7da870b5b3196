"""Several segments into one, slice by slice, so that memory does not grow with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from operator import methodcaller
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from searchkit.engine.columnar import pages
from searchkit.engine.columnar.build import facts
from searchkit.engine.columnar.documents import SMALL, Packer
from searchkit.engine.columnar.mergelists import GONE, merged
from searchkit.engine.columnar.pages import Array, Held, Written, narrow
from searchkit.engine.columnar.ragged import offsets, places
from searchkit.engine.columnar.segment import Segment
from searchkit.engine.columnar.strings import arrays, encoded

_COLUMNS = ("title_length", "body_length", "outlet_length", "date")
_CLAIM_COLUMNS = (
    "number",
    "kind",
    "start",
    "end",
    "first",
    "last",
    "sentence_start",
    "sentence_end",
    "lead_in_start",
    "lead_in_end",
)


def merge(path: Path, segments: Sequence[Segment]) -> Written:
    """Write the articles of segments that are not deleted into a new one.

    Args:
        path: of the new file.
        segments: with their articles in the order that they shall have.

    Raises:
        DamageError: what is read is not as it was written.
        OSError: it cannot be written.
    """
    live = [_live(segment) for segment in segments]
    columns = {name: _column(segments, live, methodcaller("column", name)) for name in _COLUMNS}
    renumbered = []
    base = 0
    for kept in live:
        renumbered.append(np.where(kept, base + np.cumsum(kept, dtype=np.int32) - 1, GONE))
        base += int(kept.sum())
    rows = [np.repeat(k, s.claims.counts) for s, k in zip(segments, live, strict=True)]
    lengths = columns["title_length"].astype(np.int64) + columns["body_length"]
    return pages.write(
        path,
        {
            **{name: narrow(column) for name, column in columns.items()},
            **_ids("ids", segments, live),
            **_outlets(segments, live),
            **_claims(segments, live, rows),
            **_stored(segments, live),
            **merged("outlet", [s.outlet for s in segments], renumbered),
            **merged("text", [s.text for s in segments], renumbered),
        },
        facts(base, int(sum(kept.sum() for kept in rows)), lengths),
    )


def _live(segment: Segment) -> NDArray[np.bool_]:
    live = np.ones(segment.size, dtype=bool)
    live[segment.deleted] = False
    return live


def _column(
    segments: Sequence[Segment],
    kept: Sequence[NDArray[np.bool_]],
    own: Callable[[Segment], Array],
) -> Array:
    """What is kept of a column of all segments."""
    found = []
    for segment, chosen in zip(segments, kept, strict=True):
        found.append(own(segment)[chosen])
        segment.pages.forget()
    return np.concatenate(found)


def _ids(
    name: str, segments: Sequence[Segment], kept: Sequence[NDArray[np.bool_]]
) -> dict[str, Held]:
    def texts() -> Iterator[bytes]:
        for segment, chosen in zip(segments, kept, strict=True):
            at = segment.pages.array(f"{name}.at").astype(np.int64)
            text = segment.pages.array(f"{name}.text")
            yield text[places(at[:-1][chosen], np.diff(at)[chosen])].tobytes()

    def sizes(segment: Segment) -> Array:
        return np.diff(segment.pages.array(f"{name}.at").astype(np.int64))

    def keys() -> Array:
        return _column(segments, kept, lambda segment: _keys(segment, name))

    return {
        f"{name}.text": texts(),
        f"{name}.at": lambda: narrow(offsets(_column(segments, kept, sizes))),
        f"{name}.key": lambda: np.sort(keys()),
        f"{name}.order": lambda: narrow(np.argsort(keys(), kind="stable")),
    }


def _keys(segment: Segment, name: str) -> Array:
    """The keys of ids in the order of these."""
    sorted_keys, order = (segment.pages.array(f"{name}.{part}") for part in ("key", "order"))
    found = np.empty(len(order), dtype=np.uint64)
    found[order] = sorted_keys
    return found


def _outlets(segments: Sequence[Segment], live: Sequence[NDArray[np.bool_]]) -> dict[str, Held]:
    counts, named = [], []
    for segment, kept in zip(segments, live, strict=True):
        articles, outlets = segment.named()
        counts.append(segment.column("outlets.counts")[kept])
        named.append(outlets[kept[articles]])
    used = [np.unique(some) for some in named]
    names = sorted(
        {
            encoded(s.outlets[n])
            for s, some in zip(segments, used, strict=True)
            for n in some.tolist()
        }
    )
    number = {name: at for at, name in enumerate(names)}
    merged = []
    for segment, some in zip(segments, named, strict=True):
        new = np.array([number.get(encoded(name), 0) for name in segment.outlets], dtype=np.int64)
        merged.append(new[some])
    return {
        **arrays("outlets", names),
        "outlets.counts": narrow(np.concatenate(counts)),
        "outlets.of": narrow(np.concatenate(merged)),
    }


def _claims(
    segments: Sequence[Segment],
    live: Sequence[NDArray[np.bool_]],
    rows: Sequence[NDArray[np.bool_]],
) -> dict[str, Held]:
    def column(name: str) -> Array:
        return narrow(_column(segments, rows, lambda segment: segment.claims[name]))

    return {
        "claims.counts": narrow(_column(segments, live, lambda segment: segment.claims.counts)),
        **{f"claims.{name}": partial(column, name) for name in _CLAIM_COLUMNS},
        **_ids("claims", segments, rows),
    }


def _stored(segments: Sequence[Segment], live: Sequence[NDArray[np.bool_]]) -> dict[str, Held]:
    packer = Packer()

    def blocks() -> Iterator[bytes]:
        for segment, kept in zip(segments, live, strict=True):
            for articles, block in segment.stored.blocks():
                if len(block) >= SMALL and kept[articles.start : articles.stop].all():
                    yield from packer.copy(block, len(articles))
                    continue
                for number in articles:
                    if kept[number]:
                        article = segment.stored[number]
                        yield from packer.add(article, encoded(article.text))
            segment.pages.forget()
        yield from packer.flush()

    return packer.arrays(blocks())
