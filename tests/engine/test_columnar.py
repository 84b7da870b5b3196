"""The parts of the columnar storage, each against a plain description of what it does."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from engine_contract import lines, make
from engine_corpora import random_article
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from searchkit.analysis import is_unspaced, stem, stems, tokens
from searchkit.engine.columnar import mergelists
from searchkit.engine.columnar import union as union_module
from searchkit.engine.columnar import writer as writer_module
from searchkit.engine.columnar.build import build
from searchkit.engine.columnar.frontcoded import FrontCoded, arrays
from searchkit.engine.columnar.likeness import Likeness
from searchkit.engine.columnar.pages import Pages, Written, write
from searchkit.engine.columnar.pairs import pair
from searchkit.engine.columnar.postinglist import BODY, SHIFT, PostingList
from searchkit.engine.columnar.postings import Encoder, Lists, decode
from searchkit.engine.columnar.ragged import (
    SIZES,
    bits_for,
    bytes_for,
    gather,
    offsets,
    places,
    scatter,
    unpacked,
)
from searchkit.engine.columnar.rows import Rows, later
from searchkit.engine.columnar.segment import Segment
from searchkit.engine.columnar.store import Store
from searchkit.engine.columnar.tokenise import tokenise
from searchkit.engine.columnar.union import Strings, union
from searchkit.engine.columnar.vocabulary import Vocabulary
from searchkit.engine.damage import DamageError
from searchkit.model import Article, Claim

# Ragged rows -------------------------------------------------------------------------------------

_NUMBERS = st.lists(st.integers(0, 2**32 - 1), max_size=9)
ROWS = st.lists(
    st.tuples(
        st.sampled_from((1, 2, 4, 8, 16, 32)),
        # Long rows are packed and read in another way.
        st.one_of(_NUMBERS, _NUMBERS.map(lambda some: [*some, 1] * 520)),
    ),
    max_size=8,
)


@given(ROWS)
def test_rows_come_back_as_they_were_packed(rows: list[tuple[int, list[int]]]) -> None:
    bits = np.array([size for size, _ in rows], dtype=np.int64)
    counts = np.array([len(values) for _, values in rows], dtype=np.int64)
    packed = [[value % (1 << size) for value in some] for size, some in rows]
    values = np.array([value for some in packed for value in some], dtype=np.int64)
    starts = offsets(bytes_for(counts, bits))
    out = np.zeros(int(starts[-1]), dtype=np.uint8)
    scatter(out, starts[:-1], counts, bits, values)
    assert gather(out, starts[:-1], counts, bits).tolist() == values.tolist()
    assert gather(out, starts[:-1], counts, bits * 0).tolist() == [0] * len(values)
    for at, some in enumerate(packed):
        row = out[starts[at] : starts[at + 1]]
        assert unpacked(row, len(some), int(bits[at])).tolist() == some
    found = places(starts[:-1], counts)
    assert found.tolist() == [s + n for s, c in zip(starts, counts, strict=False) for n in range(c)]


@given(st.integers(0, 2**32 - 1))
def test_a_number_fits_in_its_bits_and_in_no_fewer(number: int) -> None:
    (bits,) = bits_for(np.array([number])).tolist()
    assert number < 1 << bits
    assert not any(number < 1 << size for size in SIZES.tolist() if size < bits)


# Words -------------------------------------------------------------------------------------------

_SIGNS = """
    U.S. 's ’s 1,000 2.5 a Bc É é e\u0301 月球 嫦娥六 ｶﾞ が 。 , . ' - _ “ 🚀 ﬁ covid19 #tag @x 49.4%
    longlonglonglongword longlonglonglongwor ตัวอย่าง 한국 x.y.z ٣ İ \u00ad \u200d \0 \ud800
"""
_PIECES = st.sampled_from((*_SIGNS.split(), " ", " ", "\n", "\t", "\u00a0", "\u3000"))
_CJK = st.text(
    st.sampled_from("月球月嫦六廣広发發がｶヴーゝ。，、「」・—“”！（）０〜あア㑮𫝈a1.\u3099"),
    max_size=24,
)
_TEXT = st.one_of(_CJK, st.lists(_PIECES, max_size=12).map("".join), st.text(max_size=30))


@settings(max_examples=400)
@given(st.lists(_TEXT, min_size=1, max_size=4))
def test_many_texts_have_the_words_of_each(texts: list[str]) -> None:
    vocabulary = Vocabulary()
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    # Twice, since words that were met before take another way.
    for _ in range(2):
        found = tokenise(encoded, vocabulary, spans=True)
        words, starts, ends, counts, bases = [], [], [], [], []
        base = 0
        for text in texts:
            own = list(tokens(text))
            assert [token.position for token in own] == list(range(len(own)))
            words += [token.word for token in own]
            starts += [base + token.start for token in own]
            ends += [
                base + (start + 1 if len(word) == 2 and is_unspaced(word) else end)
                for word, _, start, end in own
            ]
            counts.append(len(own))
            bases.append(base)
            base += len(text) + 1
        numbers = {word: number for number, word in enumerate(vocabulary.words)}
        assert not any(pair(word) for word in numbers)
        assert found.words.tolist() == [pair(w) or numbers[w] for w in words]
        assert (found.counts.tolist(), found.bases.tolist()) == (counts, bases)
        assert (found.starts.tolist(), found.ends.tolist()) == (starts, ends)


@given(st.lists(st.text(max_size=12)))
def test_many_words_have_the_stem_of_each(words: list[str]) -> None:
    words += ["dying", "reports", "aed", "us", "月球", "2000"]
    assert stems(words) == [stem(word) for word in words]


_WORDS = st.text(st.sampled_from("abc月é1"), min_size=1, max_size=6)


@given(st.lists(_WORDS, unique=True), _WORDS, st.sampled_from((1, 2)))
def test_words_like_another(words: list[str], word: str, distance: int) -> None:
    kept = sorted(known.encode() for known in words)
    text = np.frombuffer(b"".join(kept), dtype=np.uint8)
    likeness = Likeness(text, offsets(np.array([len(known) for known in kept], dtype=np.int64)))
    assert likeness.within(word, distance) == [
        known for known in kept if OSA.distance(word, known.decode()) <= distance
    ]


_STRINGS = st.lists(
    st.one_of(
        st.text(st.sampled_from("abé月"), min_size=1, max_size=9),
        st.integers(4, 6).map(lambda times: "long" * times),
        st.text(min_size=1, max_size=4).map(lambda text: text.replace("\0", "0")),
    ).map(lambda text: text.encode("utf-8", "surrogatepass")),
    unique=True,
).map(sorted)


@given(st.lists(_STRINGS, min_size=1, max_size=4), st.sampled_from((3, 1 << 16)))
def test_lists_of_strings_as_one(lists: list[list[bytes]], step: int) -> None:
    def arrays(some: list[bytes]) -> Strings:
        sizes = np.array([len(one) for one in some], dtype=np.int64)
        return Strings(np.frombuffer(b"".join(some), dtype=np.uint8), offsets(sizes))

    with pytest.MonkeyPatch.context() as patched:
        # Short steps cut the alphabet into ranges.
        patched.setattr(union_module, "_STEP", step)
        found, numbers = union([arrays(some) for some in lists])
    right = sorted(set().union(*lists))
    assert [found[at] for at in range(len(found))] == right
    assert [n.tolist() for n in numbers] == [[right.index(one) for one in some] for some in lists]
    half = np.arange(0, len(found), 2)
    assert [found.chosen(half)[at] for at in range(len(half))] == right[::2]


@settings(max_examples=60)
@given(
    st.lists(
        st.one_of(
            st.text(st.sampled_from("ab月"), max_size=7),
            st.integers(10, 300).map(lambda times: "a" * times),
        ).map(str.encode),
        unique=True,
        max_size=80,
    ).map(sorted),
    st.text(st.sampled_from("ab月"), max_size=3).map(str.encode),
)
def test_strings_that_begin_alike_come_back(strings: list[bytes], wanted: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "strings"
        text = np.frombuffer(b"".join(strings), dtype=np.uint8)
        held = arrays("words", text, np.array(list(map(len, strings)), dtype=np.int64))
        found = FrontCoded(Pages(path, write(path, held, {})), "words")
        assert list(found) == [found[number] for number in range(len(found))] == strings
        third = len(strings) // 3
        assert list(found.between(third, 2 * third)) == strings[third : 2 * third]
        text, at = found.whole()
        assert text.tobytes() == b"".join(strings)
        assert at.tolist() == offsets(np.array(list(map(len, strings)), dtype=np.int64)).tolist()
        assert found.first(wanted) == sum(known < wanted for known in strings)
        assert found.find(wanted) == (strings.index(wanted) if wanted in strings else None)
        beginning = [strings[number] for number in found.beginning(wanted)]
        assert beginning == [known for known in strings if known.startswith(wanted)]


@settings(max_examples=60)
@given(st.lists(st.sampled_from((0, 1, 7, 254, 255, 256, 70_000)), max_size=60))
def test_rows_are_found(sizes: list[int]) -> None:
    ends = offsets(np.array(sizes, dtype=np.int64))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows"
        written = write(path, later("lists", lambda: np.array(sizes, dtype=np.int64)), {})
        rows = Rows(Pages(path, written), "lists", sum(sizes))
        assert len(rows) == len(sizes)
        spans = [rows.span(row) for row in range(len(rows))]
        assert spans == list(pairwise(ends.tolist()))
        for first, last in ((0, len(rows)), (len(rows) // 2, len(rows)), (3, 20)):
            assert rows.sizes(first, last).tolist() == sizes[first:last]
        assert rows.starts(len(rows) // 2, len(rows)).tolist() == ends[len(rows) // 2 :].tolist()
        for step in (1, 7):
            some = np.arange(0, len(rows), step)[::-1]
            if some.size:
                known = list(zip(*(found.tolist() for found in rows.spans(some)), strict=True))
                assert known == spans[::step][::-1]
        with pytest.raises(DamageError):
            Rows(Pages(path, written), "lists", sum(sizes) + 1)


# Posting lists -----------------------------------------------------------------------------------


@st.composite
def posting_lists(draw: st.DrawFn) -> tuple[Lists, list[int]]:
    """Lists of some stems, and the stem of each word."""
    number = draw(st.integers(1, 4))
    extra = draw(st.lists(st.integers(0, number - 1), max_size=4))
    stem_of = draw(st.permutations([*range(number), *extra]))
    most = draw(st.sampled_from((3, 300, 70_000)))
    counts, documents, frequencies, titles, positions, words = [], [], [], [], [], []
    for at in range(number):
        own = [word for word, stem in enumerate(stem_of) if stem == at]
        held = draw(st.sets(st.integers(0, 3 * most), min_size=1, max_size=6))
        # Long rows of small numbers, a few of which are exceptions.
        chance = draw(st.randoms(use_true_random=False))
        if draw(st.booleans()):
            held |= set(range(draw(st.integers(2, 60))))
        counts.append(len(held))
        documents += sorted(held)
        for _ in held:
            times = chance.choice((1, 1, 1, 1, 2, 3, 12))
            frequencies.append(times)
            titles.append(chance.choice((0, 0, 0, 0, chance.randint(0, times))))
            for _ in range(times):
                positions.append(chance.choice((0, 7, 200, 200, chance.randint(0, most))))
                words.append(chance.choice(own))
    arrays = (counts, documents, frequencies, titles, positions, words)
    return Lists(*(np.array(array, dtype=np.int64) for array in arrays)), stem_of


@given(posting_lists())
def test_posting_lists_come_back(given_lists: tuple[Lists, list[int]]) -> None:
    lists, stem_of = given_lists
    encoder = Encoder(np.array(stem_of), len(lists.counts))
    data = np.frombuffer(encoder.encode(lists), dtype=np.uint8)
    starts = offsets(encoder.sizes())
    single = np.array([stem_of.index(at) for at in range(len(lists.counts))])
    again = decode(data, starts[:-1], single, np.arange(len(stem_of)), np.zeros_like(single))
    for name in ("counts", "documents", "frequencies", "titles", "positions", "words"):
        assert getattr(again, name).tolist() == getattr(lists, name).tolist(), name

    first = offsets(lists.counts)
    word = offsets(offsets(lists.frequencies)[first][1:] - offsets(lists.frequencies)[first][:-1])
    for at in range(len(lists.counts)):
        one = PostingList(data[starts[at] : starts[at + 1]])
        own = slice(first[at], first[at + 1])
        assert one.documents.tolist() == lists.documents[own].tolist()
        assert one.frequencies.tolist() == lists.frequencies[own].tolist()
        titles = np.zeros(one.size, dtype=np.int64)
        titled, counted = one.titles
        titles[titled] = counted
        assert titles.tolist() == lists.titles[own].tolist()
        occurrences = slice(word[at], word[at + 1])
        counts = lists.frequencies[own]
        posting = np.repeat(np.arange(one.size), counts)
        in_title = places(np.zeros_like(counts), counts) < np.repeat(titles, counts)
        keys = (one.documents[posting] << SHIFT) + lists.positions[occurrences]
        keys += np.where(in_title, 0, BODY)
        known = [w for w, stem in enumerate(stem_of) if stem == at]
        assert sorted(one.words.tolist()) == (known if len(known) > 1 else [])
        for chosen in (None, np.arange(one.size), np.arange(0, one.size, 2)):
            there = np.isin(posting, np.arange(one.size) if chosen is None else chosen)
            assert one.keys(chosen).tolist() == keys[there].tolist()
            for some in (known[:1], known[1:]) if len(known) > 1 else ():
                held = there & np.isin(lists.words[occurrences], some)
                assert one.keys(chosen, np.array(some, dtype=np.int64)).tolist() == (
                    keys[held].tolist()
                )


# Segments and merges -----------------------------------------------------------------------------

Held = dict[str, tuple[Article, Sequence[Claim]]]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store(tmp_path / "articles", {"layout": "test"}, timeout=1.0)
    made.create()
    return made


def contents(segments: Sequence[Segment]) -> dict[str, tuple[Article, list[Claim]]]:
    """What segments hold that is not deleted."""
    found = {}
    for segment in segments:
        for number in np.setdiff1d(np.arange(segment.size), segment.deleted).tolist():
            article = segment.stored[number]
            rows = segment.claim_rows(number)
            claims = [segment.claims.claim(row, segment.claim_ids[row], article) for row in rows]
            assert segment.ids[number] == article.id
            found[article.id] = (article, claims)
    return found


def words_at(segments: Sequence[Segment]) -> dict[tuple[str, str, bool, int], str]:
    """What stands where: (field and article, in the title, position) -> word."""
    found = {}
    for segment in segments:
        deleted = set(segment.deleted.tolist())
        for name, held in (("text", segment.text), ("outlet", segment.outlet)):
            words = [word.decode() for word in held.inflected]
            assert sorted(held.words()) == list(held.words())
            for number, key in enumerate(held.stems):
                one = held.posting_list(number)
                if one.words.size:
                    said = {words[at]: one.keys(None, np.array([at])) for at in one.words.tolist()}
                else:
                    of = held.stem_of.tolist()
                    only = key.decode() if held.plain[number] else words[of.index(number)]
                    said = {only: one.keys()}
                assert {stem(word) for word in said} == {key.decode()}
                assert sorted(np.concatenate(list(said.values()))) == one.keys().tolist()
                for word, keys in said.items():
                    for at in keys.tolist():
                        document, in_title = at >> SHIFT, not at & BODY
                        if document not in deleted:
                            where = segment.ids[document]
                            found[name, where, in_title, at & BODY - 1] = word
    return found


def test_merged_segments_hold_what_was_put(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small segments, many deletions: everything is merged several times over."""
    monkeypatch.setattr(writer_module, "_FULL", 600)
    monkeypatch.setattr(mergelists, "_SLICE", 500)
    monkeypatch.setattr(mergelists, "_KEPT", 1_000)
    chance = random.Random(11)
    held: Held = {}
    merged = 0
    for _ in range(40):
        before = {part.name for part in store.committed().parts}
        with store.writer() as writer:
            gone = chance.sample(sorted(held), k=min(len(held), chance.randint(0, 6)))
            writer.delete(gone)
            for id in gone:
                del held[id]
            for _ in range(chance.randint(0, 7)):
                id = f"{chance.choice('abz')}{chance.randrange(10**7):07}"
                article, claims = random_article(chance, id)
                held[id] = (article, claims)
                writer.add(article, claims)
        parts = store.committed().parts
        merged += bool(before - {part.name for part in parts})
        segments = store.segments()
        assert contents(segments) == held
        assert len(parts) < 20
        on_disk = {path.name for path in store.folder.iterdir()}
        assert on_disk == {n for p in parts for n in p.files} | {"manifest.json", "write.lock"}
    assert merged > 5
    right = {}
    for id, (article, _) in held.items():
        for in_title, text in ((True, article.title), (False, article.text)):
            for token in tokens(text):
                right["text", id, in_title, token.position] = token.word
    found = words_at(store.segments())
    assert {k: w for k, w in found.items() if k[0] == "text"} == right


def test_a_writer_that_fails_leaves_no_files(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "_FULL", 1)
    with store.writer() as writer:
        writer.add(make("a1", "kept"), lines(make("a1", "kept")))
    before = sorted(path.name for path in store.folder.iterdir())

    segments = []

    def build_or_fail(path: Path, held: Sequence[tuple[Article, Sequence[Claim]]]) -> Written:
        if segments:
            assert segments[0].exists()
            raise ZeroDivisionError
        segments.append(path)
        return build(path, held)

    monkeypatch.setattr(writer_module, "build", build_or_fail)

    def write() -> None:
        with store.writer() as writer:
            writer.delete(["a1"])
            writer.add(make("a2", "one"), [])
            writer.add(make("a3", "two"), [])

    with pytest.raises(ZeroDivisionError):
        write()
    assert sorted(path.name for path in store.folder.iterdir()) == before


def test_a_word_that_was_the_only_one_of_its_stem_is_told_apart_when_merged(store: Store) -> None:
    said = ["area", "report", "reports", "reporting"] * 2
    for number, word in enumerate(said):
        with store.writer() as writer:
            writer.add(make(f"a{number}", word), [])
    (merged,) = store.segments()
    found = words_at([merged])
    assert [found["text", f"a{number}", False, 0] for number in range(len(said))] == said


def test_what_a_killed_writer_left_is_swept_by_the_next(store: Store) -> None:
    for name in ("0123456789abcdef.seg", "0123456789abcdef.del", ".tmp-1-2"):
        (store.folder / name).write_bytes(b"half")
    (store.folder / "notes.txt").write_bytes(b"somebody's")
    with store.writer() as writer:
        writer.add(make("a1", "kept"), [])
    left = {path.suffix for path in store.folder.iterdir()}
    assert left == {".seg", ".json", ".lock", ".txt"}
    assert len(store.segments()) == 1


def test_readers_keep_their_state_when_segments_are_merged_away(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: Held = {}
    opened = []
    for number in range(20):
        article = make(f"a{number}", f"moon {number}")
        with store.writer() as writer:
            writer.add(article, lines(article))
        held[article.id] = (article, lines(article))
        opened.append((store.segments(), dict(held)))
    for segments, right in opened:
        assert contents(segments) == right
