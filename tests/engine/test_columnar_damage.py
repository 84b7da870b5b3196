"""An index that is damaged, foreign or of another version: one clear error, nothing run."""

from __future__ import annotations

import json
import pickle
import random
import shutil
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from engine_contract import KINDS, make, put

from searchkit.engine.columnar import manifest, pages
from searchkit.engine.columnar.pages import Pages, Written
from searchkit.engine.damage import DamageError
from searchkit.engine.whoosh import WhooshEngine
from searchkit.errors import EngineError
from searchkit.query import parse

REMEDY = "run `searchkit index --rebuild`"
QUERIES = ("moon -mars", '"moon report"~2', "rep*", "*oon", "mon~", "outlet:cnn", "")


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """An index of two segments with deleted articles, closed."""
    folder = tmp_path / "engine"
    folder.mkdir()
    engine = WhooshEngine.open(folder, create=True)
    put(engine, *(make(f"a{n}", f"moon report {n}\nmars", outlet="CNN") for n in range(12)))
    put(engine, make("a1", "changed"), make("b1", "moon and lunar samples 月球"))
    engine.close()
    return folder


def use(folder: Path) -> tuple[list[str], object]:
    """Do everything that reads an index: the problems that a check finds, and the answers."""
    engine = WhooshEngine.open(folder)
    try:
        answers: list[object] = []
        for kind in KINDS:
            for text in QUERIES:
                query = parse(text)
                answers.append(engine.search(kind, query, facets=("outlet", "month"), limit=None))
                answers.append(engine.search(kind, query, sort="newest", limit=3))
            answers.append(engine.explain(kind, parse("moon"), "a3"))
        answers.append(engine.articles(engine.ids("articles")))
        answers.append(engine.claims(engine.ids("claims")))
        answers += [engine.outlets(), engine.suggest("mooon")]
        return engine.check(), answers
    finally:
        engine.close()


def parts(folder: Path) -> list[Path]:
    """The files that commits wrote."""
    return sorted(p for p in (folder / "articles").iterdir() if p.suffix != ".lock")


def told_or_right(folder: Path, right: object) -> bool:
    """Use a damaged index: everything is answered as before, or there is our one error.

    Returns:
        Whether the damage was noticed, at the latest by a check.
    """
    problems: list[str] = []
    try:
        problems, answers = use(folder)
    except EngineError as error:
        problems = [str(error)]
    else:
        assert answers == right
    assert all(REMEDY in problem for problem in problems)
    return bool(problems)


def test_a_sound_index_has_no_problems(index: Path) -> None:
    assert use(index)[0] == []
    assert sorted({path.suffix for path in parts(index)}) == [".del", ".json", ".seg"]


def test_a_truncated_file_is_noticed(index: Path) -> None:
    right = use(index)[1]
    for path in parts(index):
        whole = path.read_bytes()
        # The line break at the end of a manifest may be missing.
        for size in {0, 1, len(whole) // 2, len(whole) - 2}:
            path.write_bytes(whole[:size])
            assert told_or_right(index, right), f"{path.name} cut to {size} of {len(whole)}"
        path.write_bytes(whole + b"\0")
        assert path.suffix == ".json" or told_or_right(index, right)
        path.write_bytes(whole)
    assert use(index) == ([], right)


def test_a_missing_file_is_noticed(index: Path) -> None:
    right = use(index)[1]
    for path in parts(index):
        whole = path.read_bytes()
        path.unlink()
        if path.name == manifest.FILE:
            with pytest.raises(EngineError, match="nothing is indexed here yet"):
                WhooshEngine.open(index)
        else:
            assert told_or_right(index, right), path.name
        path.write_bytes(whole)


def _flips(path: Path, times: int, bits: Callable[[random.Random], int]) -> Iterator[int]:
    """Change one byte of a file after another, each at its turn."""
    chance = random.Random(7)
    whole = path.read_bytes()
    for _ in range(times):
        at = chance.randrange(len(whole))
        flipped = bytearray(whole)
        flipped[at] ^= bits(chance)
        path.write_bytes(flipped)
        yield at
    path.write_bytes(whole)


def test_a_flipped_bit_is_noticed_and_never_answered_from(index: Path) -> None:
    right = use(index)[1]
    for path in parts(index):
        for at in _flips(path, 60, lambda chance: 1 << chance.randrange(8)):
            assert told_or_right(index, right), (path.name, at)
    assert use(index) == ([], right)


def test_a_damaged_index_is_not_written_to(index: Path) -> None:
    """A commit reads what it merges and deletes from; it succeeds, or it fails with our error."""
    sound = {path: path.read_bytes() for path in parts(index)}
    for path in sound:
        for _ in _flips(path, 5, lambda chance: chance.randrange(1, 256)):
            told = ""
            try:
                engine = WhooshEngine.open(index)
                put(engine, make("c1", "new"), make("a2", "changed"))
                engine.close()
            except EngineError as error:
                told = str(error)
            if told:
                assert REMEDY in told
                kept = {p for p in parts(index) if p in sound}
                assert kept == set(sound), "a commit that fails removes nothing"
            for left in parts(index):
                left.unlink()
            for name, content in sound.items():
                name.write_bytes(content)
    assert use(index)[0] == []


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'{"checksum": 5}', b"\xff", b"[" * 100_000, b'{"segments": 1}'],
)
def test_a_damaged_manifest_is_refused(index: Path, content: bytes) -> None:
    (index / "articles" / manifest.FILE).write_bytes(content)
    with pytest.raises(EngineError, match="damaged") as caught:
        WhooshEngine.open(index)
    assert REMEDY in str(caught.value)


def _manifest(index: Path) -> tuple[Path, dict[str, object]]:
    path = index / "articles" / manifest.FILE
    content = json.loads(path.read_bytes())
    del content["checksum"]
    return path, content


def _signed(content: dict[str, object]) -> bytes:
    text = json.dumps(content, sort_keys=True)
    return json.dumps({**content, "checksum": zlib.crc32(text.encode())}).encode()


def test_an_index_of_another_version_is_refused(index: Path) -> None:
    path, content = _manifest(index)
    for name in ("layout", "analysis"):
        path.write_bytes(_signed({**content, name: "0"}))
        with pytest.raises(EngineError, match="made by another version") as caught:
            WhooshEngine.open(index)
        assert REMEDY in str(caught.value)
    path.write_bytes(_signed(content))
    assert use(index)[0] == []


@pytest.mark.parametrize("name", ["../outside.seg", "/etc/passwd", "a/b.seg", "", "..", None, 5])
def test_a_manifest_names_no_files_elsewhere(index: Path, name: object) -> None:
    path, content = _manifest(index)
    segments = content["segments"]
    assert isinstance(segments, list)
    segments[0][0] = name
    path.write_bytes(_signed(content))
    with pytest.raises(EngineError, match="damaged"):
        use(index)


def test_a_folder_without_an_index_is_told(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(EngineError, match="nothing is indexed here yet; run `searchkit index`"):
            WhooshEngine.open(folder)


def test_an_index_that_came_from_elsewhere_can_be_opened(index: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(index, copy)
    assert use(copy) == use(index)


def test_nothing_is_ever_unpickled(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("unpickled")

    for name in ("load", "loads", "Unpickler"):
        monkeypatch.setattr(pickle, name, never)
    assert use(index)[0] == []


# One file of arrays ------------------------------------------------------------------------------


@pytest.fixture
def written(tmp_path: Path) -> tuple[Path, Written]:
    path = tmp_path / "some.seg"
    arrays: dict[str, pages.Held] = {
        "numbers": np.arange(50_000, dtype="<u4"),
        "bytes": b"some bytes",
        "pieces": iter([b"one", b"", b"two"]),
        "later": lambda: np.array([1, 2], dtype="<u2"),
        "nothing": np.zeros(0, dtype="<u1"),
    }
    return path, pages.write(path, arrays, {"articles": 3})


def test_arrays_come_back(written: tuple[Path, Written]) -> None:
    opened = Pages(*written)
    assert opened.facts == {"articles": 3}
    assert opened.array("numbers").tolist() == list(range(50_000))
    assert opened.part("bytes", 5, 10).tobytes() == b"bytes"
    assert opened.array("pieces").tobytes() == b"onetwo"
    assert opened.array("later").tolist() == [1, 2]
    assert opened.array("nothing").size == 0
    opened.check()


def test_what_lies_outside_of_an_array_is_not_read(written: tuple[Path, Written]) -> None:
    opened = Pages(*written)
    for start, end in ((-1, 2), (5, 4), (0, 11), (11, 12)):
        with pytest.raises(DamageError):
            opened.part("bytes", start, end)
    with pytest.raises(DamageError):
        opened.array("unknown")


@pytest.mark.parametrize(
    "entry",
    [
        ["u4", 0, 10**12],
        ["u4", -8, 2],
        ["u4", 3, 2],
        ["O", 0, 1],
        ["u4", 0, -1],
        ["u4", 10**30, 1],
        ["u4", "0", 1],
        ["u4", 0],
        None,
    ],
)
def test_a_forged_table_of_contents_is_refused(
    written: tuple[Path, Written], entry: object
) -> None:
    """Its checksums are right, as whoever forges it would make them."""
    path, _ = written
    whole = path.read_bytes()
    size = pages._TRAILER.size
    at, length, *_ = pages._TRAILER.unpack(whole[-size:])
    contents = json.loads(whole[at : at + length])
    contents["arrays"]["numbers"] = entry
    footer = json.dumps(contents).encode()
    checksum = zlib.crc32(footer)
    trailer = pages._TRAILER.pack(at, len(footer), checksum, pages._MAGIC)
    path.write_bytes(whole[:at] + footer + trailer)
    with pytest.raises(DamageError):
        Pages(path, Written(path.stat().st_size, checksum)).array("numbers")


def test_a_page_is_checked_when_it_is_read(written: tuple[Path, Written]) -> None:
    path, facts = written
    whole = bytearray(path.read_bytes())
    whole[120_000] ^= 1
    path.write_bytes(whole)
    opened = Pages(path, facts)
    assert opened.part("bytes", 0, 4).tobytes() == b"some"
    for _ in range(2):
        with pytest.raises(DamageError):
            opened.array("numbers")


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "some.seg"

    def fail() -> Iterator[bytes]:
        yield b"some"
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        pages.write(path, {"bytes": fail()}, {})
    assert list(tmp_path.iterdir()) == []
