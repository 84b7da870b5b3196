"""A Whoosh index that is damaged, foreign or of another version: one clear error, nothing run."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from engine_contract import KINDS, make, put
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from searchkit.engine.schema import schema
from searchkit.engine.whoosh import WhooshEngine
from searchkit.errors import EngineError
from searchkit.query import parse
from searchkit.query.tree import Everything

REMEDY = "run `searchkit index --rebuild`"


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """An index of two segments with deleted documents, closed."""
    folder = tmp_path / "engine"
    folder.mkdir()
    engine = WhooshEngine.open(folder, create=True)
    put(engine, *(make(f"a{n}", f"moon report {n}\nmars", outlet="CNN") for n in range(12)))
    put(engine, make("a1", "changed"), make("b1", "moon and lunar samples"))
    engine.close()
    return folder


def use(folder: Path) -> list[str]:
    """Do everything that reads an index; the problems that a check finds."""
    engine = WhooshEngine.open(folder)
    try:
        problems = engine.check()
        for kind in KINDS:
            for text in ("moon -mars", '"moon report"~2', "rep*", "*oon", "mon~", "outlet:cnn", ""):
                engine.search(kind, parse(text), facets=("outlet", "month"), sort="newest")
            engine.explain(kind, parse("moon"), "a3")
        engine.articles(engine.ids("articles"))
        engine.claims(engine.ids("claims"))
        engine.outlets()
        engine.suggest("mooon")
        return problems
    finally:
        engine.close()


def refused(folder: Path, reason: str) -> None:
    with pytest.raises(EngineError, match=reason) as caught:
        WhooshEngine.open(folder)
    assert REMEDY in str(caught.value)
    with pytest.raises(EngineError, match=reason):
        WhooshEngine.open(folder, create=True)


def parts(folder: Path) -> list[Path]:
    """The files that a commit wrote."""
    return sorted(p for p in folder.glob("*/*MAIN*") if p.is_file() and "LOCK" not in p.name)


def one_of_each(folder: Path) -> list[Path]:
    """A file of each sort, of the first segment."""
    return list({(p.parent, p.name.split(".", 1)[1]): p for p in reversed(parts(folder))}.values())


def problems_of(folder: Path) -> list[str]:
    """What is wrong with an index, whether a check finds it or it cannot be used at all."""
    try:
        return use(folder)
    except EngineError as error:
        return [str(error)]


def test_a_sound_index_has_no_problems(index: Path) -> None:
    assert use(index) == []
    assert len(parts(index)) > 20


def test_a_truncated_file_is_noticed(index: Path) -> None:
    for path in parts(index):
        whole = path.read_bytes()
        for size in {0, len(whole) // 2, len(whole) - 1} - {len(whole)}:
            path.write_bytes(whole[:size])
            problems = problems_of(index)
            assert problems, f"{path.name} cut to {size} of {len(whole)}"
            assert all(REMEDY in problem for problem in problems)
        path.write_bytes(whole)
    assert use(index) == []


def test_a_missing_file_is_noticed(index: Path) -> None:
    for path in one_of_each(index):
        whole = path.read_bytes()
        path.unlink()
        assert problems_of(index), path.name
        path.write_bytes(whole)


def _flips(path: Path, times: int) -> Iterator[int]:
    """Change one byte of a file after another, each at its turn."""
    chance = random.Random(7)
    whole = path.read_bytes()
    for _ in range(times if whole else 0):
        at = chance.randrange(len(whole))
        flipped = bytearray(whole)
        flipped[at] ^= chance.randrange(1, 256)
        path.write_bytes(flipped)
        yield at
    path.write_bytes(whole)


def test_a_flipped_byte_is_noticed(index: Path) -> None:
    for path in one_of_each(index):
        for at in _flips(path, 6):
            problems = problems_of(index)
            assert problems, (path.name, at)
            assert all(REMEDY in problem for problem in problems)
    assert use(index) == []


def test_damaged_checksums_break_nothing(index: Path) -> None:
    path = index / "articles" / "sums.json"
    for _ in _flips(path, 20):
        assert all(REMEDY in problem for problem in problems_of(index))
    for content in (b"", b"[]", b"\xff", b"{" * 100_000):
        path.write_bytes(content)
        assert any("sums.json" in problem for problem in use(index))


def test_a_damaged_index_is_not_written_to(index: Path) -> None:
    """A commit reads what it merges; it succeeds, or it fails with our error."""
    sound = {path: path.read_bytes() for path in index.glob("*/*")}
    for path in one_of_each(index):
        for _ in _flips(path, 3):
            with contextlib.suppress(EngineError):
                engine = WhooshEngine.open(index)
                with contextlib.closing(engine):
                    put(engine, make("c1", "new"), make("a2", "changed"))
            for left in index.glob("*/*"):
                left.unlink()
            for name, content in sound.items():
                name.write_bytes(content)
    assert use(index) == []


def test_an_index_of_another_version_is_refused(index: Path) -> None:
    path = index / "engine.json"
    sound = path.read_bytes()
    for name in ("layout", "analysis"):
        path.write_text(json.dumps({**json.loads(sound), name: "0"}))
        refused(index, "made by another version")
    path.write_bytes(sound)
    assert use(index) == []


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'{"seal": 5}', b"\xff", b"[" * 100_000, b'{"seal": "\xc3\xa9"}'],
)
def test_a_damaged_seal_is_refused(index: Path, content: bytes) -> None:
    (index / "engine.json").write_bytes(content)
    refused(index, "cannot be read|made elsewhere")


def test_a_folder_without_an_index_is_told(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(EngineError, match="nothing is indexed here yet; run `searchkit index`"):
            WhooshEngine.open(folder)


def test_a_folder_that_others_can_write_to_is_refused(index: Path) -> None:
    for mode in (0o770, 0o702, 0o777):
        index.chmod(mode)
        refused(index, "others can write")
    index.chmod(0o755)
    assert use(index) == []


def test_an_index_of_another_key_is_refused(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "other account"))
    refused(index, "made elsewhere")
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    WhooshEngine.open(fresh, create=True).close()
    refused(index, "made elsewhere")
    assert use(fresh) == []


class _Payload:
    """Makes a file when it is unpickled."""

    def __init__(self, proof: Path):
        self.proof = proof

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self.proof),)


def _plant(folder: Path, proof: Path) -> None:
    """Leave a newer table of contents, which runs something where its list of segments stands."""
    storage = FileStorage(str(folder / "articles"))
    TOC(schema(), _Payload(proof), 99).write(storage, "MAIN")


def test_a_planted_pickle_would_run(index: Path, tmp_path: Path) -> None:
    """What the seal is for; the tests below would pass for nothing otherwise."""
    _plant(index, tmp_path / "proof")
    with pytest.raises(EngineError):
        use(index)
    assert (tmp_path / "proof").exists()


def test_a_copied_index_is_refused_and_nothing_of_it_is_run(index: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(index, copy)
    _plant(copy, tmp_path / "proof")
    refused(copy, "made elsewhere")
    assert not (tmp_path / "proof").exists()
    assert use(index) == []


def test_what_lies_in_a_folder_without_a_seal_is_not_run(index: Path, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign"
    shutil.copytree(index, foreign)
    _plant(foreign, tmp_path / "proof")
    (foreign / "engine.json").unlink()
    engine = WhooshEngine.open(foreign, create=True)
    assert engine.count("articles", Everything()) == 0
    put(engine, make("a1", "moon"))
    engine.close()
    assert use(foreign) == []
    assert not (tmp_path / "proof").exists()
