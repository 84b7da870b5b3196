"""One commit: what it adds, deletes and merges."""

from __future__ import annotations

import secrets
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from searchkit.engine.columnar import pages
from searchkit.engine.columnar.build import build
from searchkit.engine.columnar.layout import DELETIONS, SEGMENT
from searchkit.engine.columnar.manifest import Manifest, Part
from searchkit.engine.columnar.merge import merge
from searchkit.engine.columnar.segment import Wanted
from searchkit.engine.damage import reading
from searchkit.files import fsync_dir
from searchkit.model import Article, Claim

if TYPE_CHECKING:
    from searchkit.engine.columnar.store import Store

#: Code points of text that a segment is made of at most, when more comes at once; an article
#: counts for so many more, and a claim too, since they take memory even where they say nothing.
_FULL, _EACH = 24 << 20, 64
#: Eight segments of one size class are merged into one of the next: each holds as many times more.
_FAN_BITS = 3
#: Articles of a segment of the smallest size class.
_SMALLEST = 255
#: Articles, and bytes, of the largest segment: merging takes no more memory than that needs.
_LARGEST, _LARGEST_FILE = 1 << 18, 1 << 29


class Writer:
    """What one commit changes."""

    def __init__(self, store: Store, before: Manifest):
        self._store = store
        self._before = before
        with reading(str(store.folder)):
            self._segments = list(store.opened(before.parts))
        self._parts = list(before.parts)
        self._gone: list[set[int]] = [set(segment.deleted.tolist()) for segment in self._segments]
        self._held: list[tuple[Article, Sequence[Claim]]] = []

    def delete(self, ids: Sequence[str]) -> None:
        """Delete the articles with these ids that were committed before."""
        wanted = Wanted.of(ids)
        with reading(str(self._store.folder)):
            for segment, gone in zip(self._segments, self._gone, strict=True):
                gone.update(segment.ids.find(wanted).tolist())

    def add(self, article: Article, claims: Sequence[Claim]) -> None:
        """Add an article, under an id that this writer has not seen yet."""
        self._held.append((article, claims))

    def _new(self, ending: str) -> str:
        return f"{secrets.token_hex(8)}{ending}"

    def _build(self) -> None:
        """Write what was added, as few segments of like size: a search looks at each of them."""
        for count in _shares([_size(*held) for held in self._held]):
            name = self._new(SEGMENT)
            # What is in a segment is let go of before the next is made.
            some, self._held = self._held[:count], self._held[count:]
            written = build(self._store.folder / name, some)
            self._parts.append(Part(name, written, count))
            some.clear()

    def done(self) -> Manifest:
        """Everything written; the state to commit."""
        self._build()
        with reading(str(self._store.folder)):
            parts = [self._with_deletions(at, part) for at, part in enumerate(self._parts)]
            parts = [part for part in parts if part.live]
            while chosen := _to_merge(parts):
                merged = self._merged(chosen)
                parts = [part for part in parts if part not in chosen]
                parts.append(merged)
        fsync_dir(self._store.folder)
        return Manifest(self._before.generation + 1, tuple(parts))

    def _with_deletions(self, at: int, part: Part) -> Part:
        if at >= len(self._gone) or len(self._gone[at]) == len(self._segments[at].deleted):
            return part
        gone = np.array(sorted(self._gone[at]), dtype="<u4")
        name = self._new(DELETIONS)
        written = pages.write(self._store.folder / name, {"articles": gone}, {})
        return Part(part.name, part.written, part.articles, (name, written, len(gone)))

    def _merged(self, parts: Sequence[Part]) -> Part:
        name = self._new(SEGMENT)
        written = merge(self._store.folder / name, self._store.opened(parts))
        return Part(name, written, sum(part.live for part in parts))


def _size(article: Article, claims: Sequence[Claim]) -> int:
    return len(article.title) + len(article.text) + _EACH * (1 + len(claims))


def _shares(sizes: Sequence[int]) -> Iterator[int]:
    """How many articles to take together, in as few shares as hold no more than a segment.

    Args:
        sizes: of the articles.
    """
    ends = list(accumulate(sizes))
    count = -(-ends[-1] // _FULL) or 1 if ends else 0
    start = 0
    for nth in range(1, count + 1):
        end = bisect_left(ends, ends[-1] * nth / count) + 1 if nth < count else len(ends)
        if start < end:
            yield end - start
        start = max(start, end)


def _to_merge(parts: Sequence[Part]) -> list[Part]:
    """The segments to merge next: as many of one size class as are merged together."""
    classes: dict[int, list[Part]] = {}
    for part in parts:
        if part.live * 2 < part.articles:
            return [part]
        members = classes.setdefault(max(part.live, _SMALLEST).bit_length() // _FAN_BITS, [])
        together = [*members, part]
        if (
            sum(other.live for other in together) <= _LARGEST
            and sum(other.written.size for other in together) <= _LARGEST_FILE
        ):
            members.append(part)
            if len(members) == 1 << _FAN_BITS:
                return members
    return []
