"""One open segment: its articles, claims and posting lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache, partial
from heapq import merge
from itertools import compress, groupby
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchkit.engine.columnar.documents import Documents
from searchkit.engine.columnar.frontcoded import FrontCoded
from searchkit.engine.columnar.layout import KINDS, id_key
from searchkit.engine.columnar.likeness import Likeness
from searchkit.engine.columnar.pages import Array, Pages, Written
from searchkit.engine.columnar.postinglist import Numbers, PostingList, postings
from searchkit.engine.columnar.ragged import Ints, offsets
from searchkit.engine.columnar.rows import Rows
from searchkit.engine.columnar.strings import Strings, decoded, encoded
from searchkit.engine.damage import DamageError
from searchkit.model import Article, Claim, Span

#: Posting lists that are kept at hand.
_LISTS = 16
#: Lists that fill more than this part of where they stand are read at once, with what is between.
_APART = 8


class Inverted:
    """The words of one field, or of title and body together, and where they stand."""

    def __init__(self, pages: Pages, name: str):
        self._pages = pages
        self._lists = f"{name}.lists"
        self._name = name
        #: Where the posting lists stand.
        self.rows = Rows(pages, self._lists, pages.length(self._lists))
        #: Gives the posting list of the stem with a number; a query asks for one several times.
        #: It does not hold this object, so that its files are let go of with it.
        self.posting_list = lru_cache(maxsize=_LISTS)(
            partial(_posting_list, pages, self._lists, self.rows)
        )

    @cached_property
    def stems(self) -> FrontCoded:
        """The sorted stems; each has the posting list of its number."""
        found = FrontCoded(self._pages, f"{self._name}.stems")
        if len(found) != len(self.rows):
            raise DamageError(f"{self._name}: not one posting list for each stem")
        return found

    @cached_property
    def inflected(self) -> FrontCoded:
        """The sorted words that are not the only word of their stem and written as it is."""
        return FrontCoded(self._pages, f"{self._name}.words")

    @cached_property
    def stem_of(self) -> Array:
        """For each inflected word the number of its stem."""
        found = self._pages.array(f"{self._name}.stem_of")
        if len(found) != len(self.inflected):
            raise DamageError(f"{self._name}: not one stem for each word")
        return found

    @cached_property
    def forms(self) -> Ints:
        """How many inflected words each stem has."""
        return np.bincount(self.stem_of, minlength=len(self.stems))

    @cached_property
    def plain(self) -> NDArray[np.bool_]:
        """Which stems are their only word."""
        found = np.ones(len(self.stems), dtype=bool)
        found[self.stem_of] = False
        return found

    def words(self, prefix: bytes = b"") -> Iterator[bytes]:
        """The words that begin so, sorted."""
        known = self.stems.beginning(prefix)
        plain = self.plain[known.start : known.stop].tolist()
        stems = compress(self.stems.between(known.start, known.stop), plain)
        found = self.inflected.beginning(prefix)
        return merge(self.inflected.between(found.start, found.stop), stems)

    def like(self, word: str, distance: int) -> set[bytes]:
        """The words that so many edits make of another."""
        inflected, stems = self._likeness
        near = set(inflected.within(word, distance))
        for known in stems.within(word, distance):
            number = self.stems.find(known)
            if number is not None and self.plain[number]:
                near.add(known)
        return near

    @cached_property
    def _likeness(self) -> tuple[Likeness, Likeness]:
        return Likeness(*self.inflected.whole()), Likeness(*self.stems.whole())

    def postings(self, stems: Ints) -> tuple[Ints, Numbers, Numbers]:
        """Documents, frequencies, and frequencies in titles of many stems, one after the other."""
        first, after = self.rows.spans(stems)
        start, end = int(first.min()), int(after.max())
        if end - start <= _APART * int((after - first).sum()):
            return postings(self.part(start, end), first - start, after - start)
        parts = [self.part(*ends) for ends in zip(first.tolist(), after.tolist(), strict=True)]
        at = offsets(after - first)
        return postings(np.concatenate(parts), at[:-1], at[1:])

    def forget(self) -> None:
        """As `Pages.forget`."""
        self._pages.forget()

    def part(self, start: int, end: int) -> NDArray[np.uint8]:
        """Some bytes of the posting lists."""
        return self._pages.part(self._lists, start, end)


def _posting_list(pages: Pages, name: str, rows: Rows, stem: int) -> PostingList:
    return PostingList(pages.part(name, *rows.span(stem)))


class Wanted(NamedTuple):
    """Ids that are looked for, in the order of their keys; every segment is asked for the same."""

    ids: Sequence[bytes]
    keys: NDArray[np.uint64]

    @classmethod
    def of(cls, ids: Iterable[str]) -> Wanted:
        """Some ids."""
        ordered = sorted(map(encoded, ids))
        return cls(ordered, np.array([id_key(id) for id in ordered], dtype=np.uint64))


class Ids:
    """The ids of articles, or of claims."""

    def __init__(self, pages: Pages, name: str):
        self._strings = Strings(pages, name)
        self._keys = pages.array(f"{name}.key")
        self._order = pages.array(f"{name}.order")
        if not len(self._keys) == len(self._order) == len(self._strings):
            raise DamageError(f"{name}: not one place for each")

    def __getitem__(self, number: int) -> str:
        return decoded(self._strings[number])

    def __len__(self) -> int:
        return len(self._strings)

    def keys(self) -> NDArray[np.uint64]:
        """For each a number that sorts as the ids do, as far as eight bytes tell them apart."""
        found = np.empty(len(self), dtype=np.uint64)
        found[self._order] = self._keys
        return found

    def find(self, wanted: Wanted) -> Ints:
        """The numbers of those that are held, each as often as it is held."""
        first = np.searchsorted(self._keys, wanted.keys, side="left")
        last = np.searchsorted(self._keys, wanted.keys, side="right")
        held = np.flatnonzero(first < last)
        ranges = zip(held.tolist(), first[held].tolist(), last[held].tolist(), strict=True)
        found: list[int] = []
        # Ids that their keys do not tell apart are all in one range.
        for (start, end), places in groupby(ranges, key=itemgetter(1, 2)):
            asked = {wanted.ids[place] for place, _, _ in places}
            numbers = self._order[start:end].tolist()
            found += [number for number in numbers if self._strings[number] in asked]
        return np.array(found, dtype=np.int64)

    def beginning(self, prefix: bytes) -> Ints:
        """The numbers of those that begin so."""
        low = id_key(prefix)
        high = int.from_bytes(prefix[:8].ljust(8, b"\xff"), "big")
        first = np.searchsorted(self._keys, np.uint64(low), side="left")
        last = np.searchsorted(self._keys, np.uint64(high), side="right")
        found = self._order[first:last].astype(np.int64)
        if len(prefix) <= 8:
            return found
        return np.array(
            [n for n in found.tolist() if self._strings[n].startswith(prefix)], np.int64
        )


class ClaimTable:
    """The columns of claims."""

    def __init__(self, pages: Pages):
        self._pages = pages
        self.counts: Ints = pages.array("claims.counts").astype(np.int64)
        self._rows = int(self.counts.sum())

    def __getitem__(self, name: str) -> Array:
        column = self._pages.array(f"claims.{name}")
        if len(column) != self._rows:
            raise DamageError(f"claims: a column that is too short ({name})")
        return column

    def claim(self, row: int, id: str, article: Article) -> Claim:
        """The claim in a row."""

        def at(name: str) -> int:
            return int(self[name][row])

        def optional(name: str) -> Span | None:
            start = at(f"{name}_start")
            return Span(start - 1, at(f"{name}_end")) if start else None

        kind, span = at("kind"), Span(at("start"), at("end"))
        if kind >= len(KINDS):
            raise DamageError("claims: an unknown kind")
        return Claim(
            id=id,
            article=article.id,
            number=at("number"),
            kind=KINDS[kind],
            text=(article.text if kind else article.title)[slice(*span)],
            span=span,
            sentence=optional("sentence"),
            lead_in=optional("lead_in"),
        )


class Segment:
    """A segment, and the place of its articles among those of the whole index.

    Args:
        base: articles in the segments before it.
        deleted: its articles that were deleted since, ascending.

    Raises:
        DamageError
        OSError: it cannot be opened.
    """

    def __init__(self, path: Path, written: Written, *, base: int, deleted: Ints):
        self.pages = Pages(path, written)
        self.base = base
        self.deleted = deleted
        try:
            self.size, self.claim_count = (
                self.pages.facts[name] for name in ("articles", "claims")
            )
        except KeyError as error:
            raise DamageError(f"{path.name}: not a segment") from error
        if deleted.size and deleted[-1] >= self.size:
            raise DamageError(f"{path.name}: articles deleted that it does not have")

    def column(self, name: str) -> Array:
        """A number of each article."""
        column = self.pages.array(name)
        if len(column) != self.size:
            raise DamageError(f"a column that is too short ({name})")
        return column

    @cached_property
    def ids(self) -> Ids:
        """The ids of its articles."""
        return Ids(self.pages, "ids")

    @cached_property
    def claim_ids(self) -> Ids:
        """The ids of its claims, row by row."""
        return Ids(self.pages, "claims")

    @cached_property
    def claims(self) -> ClaimTable:
        """The columns of its claims."""
        return ClaimTable(self.pages)

    @cached_property
    def text(self) -> Inverted:
        """Titles and bodies."""
        return Inverted(self.pages, "text")

    @cached_property
    def outlet(self) -> Inverted:
        """Names of outlets."""
        return Inverted(self.pages, "outlet")

    @cached_property
    def outlets(self) -> list[str]:
        """The outlets that its articles name, sorted by their bytes."""
        return [decoded(name) for name in Strings(self.pages, "outlets")]

    def named(self) -> tuple[Ints, Ints]:
        """Pairs of an article and an outlet that it names, by their numbers."""
        counts = self.column("outlets.counts").astype(np.int64)
        outlets = self.pages.array("outlets.of").astype(np.int64)
        return np.repeat(np.arange(self.size), counts), outlets

    @cached_property
    def stored(self) -> Documents:
        """Its articles as they were stored."""
        return Documents(self.pages)

    def claim_rows(self, article: int) -> range:
        """The rows of the claims of an article."""
        first = int(self._first_claims[article])
        return range(first, int(self._first_claims[article + 1]))

    @cached_property
    def _first_claims(self) -> Ints:
        return offsets(self.claims.counts)
