"""DamageError, foreign and hostile sidecars: named, left alone, and no hindrance to the others."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from review_samples import IDENTITY, event, judge, note, undo

from searchkit.errors import SidecarError
from searchkit.reviews import ReviewStore, Sidecar, decode, encode, event_id

ID = IDENTITY.id
FIRST = event(judge("k7f", "false", "https://e.org"))
SECOND = event(note("x"), parents=[FIRST], minute=1)
GOOD = encode(Sidecar(IDENTITY, (FIRST, SECOND)))

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def store(tmp_path: Path) -> ReviewStore:
    store = ReviewStore(tmp_path)
    store.append(evolve(IDENTITY, id="other"), [judge()], reviewer="Ann")
    return store


def refused(store: ReviewStore, data: bytes) -> str:
    """Put data in the sidecar's place; the one line with which it is refused everywhere."""
    path = store.path(ID)
    path.write_bytes(data)
    lines = set()
    attempts: list[Callable[[], object]] = [
        lambda: store.load(ID),
        lambda: store.append(IDENTITY, [judge()], reviewer="Ann"),
        lambda: store.absorb(Sidecar(IDENTITY, (FIRST,))),
    ]
    for attempt in attempts:
        with pytest.raises(SidecarError) as caught:
            attempt()
        lines.add(str(caught.value))
    (line,) = lines
    assert path.read_bytes() == data, "left as it was"
    assert line.startswith(f"{path}: ")
    assert line.isprintable()
    assert any(problem.startswith(f"{path}: ") for problem in store.problems())
    assert store.load("other") is not None
    store.append(evolve(IDENTITY, id="other"), [judge()], reviewer="Ann")
    return line


def changed(change: Change) -> bytes:
    raw = json.loads(GOOD)
    change(raw)
    return json.dumps(raw).encode()


def test_the_good_one_is_good(store: ReviewStore) -> None:
    store.path(ID).write_bytes(GOOD)
    sidecar = store.load(ID)
    assert sidecar is not None
    assert sidecar.events == (FIRST, SECOND)
    store.path(ID).write_bytes(changed(lambda raw: raw["events"].reverse()))
    assert store.load(ID) == sidecar, "neither lay-out nor order of events matter"
    assert store.problems() == []


@pytest.mark.parametrize("cut", [0, 1, 40, len(GOOD) // 2, len(GOOD) - 2])
def test_half_written(store: ReviewStore, cut: int) -> None:
    assert "not a sidecar" in refused(store, GOOD[:cut])


def test_cut_off_at_every_byte(store: ReviewStore) -> None:
    path = store.path(ID)
    for cut in range(len(GOOD.rstrip())):
        path.write_bytes(GOOD[:cut])
        with pytest.raises(SidecarError, match="not a sidecar"):
            store.load(ID)


def test_every_bit_that_flips_is_noticed_or_means_nothing(store: ReviewStore) -> None:
    good = {event.id: event for event in (FIRST, SECOND)}
    path = store.path(ID)
    for at in range(len(GOOD)):
        for bit in (0x01, 0x20, 0x80):
            path.write_bytes(GOOD[:at] + bytes([GOOD[at] ^ bit]) + GOOD[at + 1 :])
            try:
                found = store.load(ID)
            except SidecarError as error:
                assert str(error).startswith(str(path))  # noqa: PT017
            else:
                assert found
                assert {event.id: event for event in found.events} == good


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\xef\xbb\xbf" + GOOD, "BOM"),
        (GOOD.decode().encode("utf-16"), "is not UTF-8"),
        (b"\0" * 100, "not a sidecar"),
        (b"<<<<<<< HEAD\n" + GOOD, "in line 1"),
        (b"[]", "it has no version"),
        (b'{"version": "1"}', "it has no version"),
        (b'{"version": true}', "it has no version"),
        (GOOD.replace(b'"version": 1', b'"version": 2'), "version 2, written by a newer searchkit"),
        (GOOD.replace(b'"version": 1', b'"version": 0'), "version 0"),
        (GOOD.replace(b'"version": 1', b'"version": 1, "version": 1'), "a key occurs twice"),
        (GOOD.replace(b'"sketch": [3', b'"sketch": [3.0'), "no integer: 3.0"),
        (GOOD.replace(b'"sketch": [3', b'"sketch": [3e0'), "no integer: 3e0"),
        (GOOD.replace(b'"sketch": [3', b'"sketch": [NaN'), "no integer: NaN"),
        (GOOD.replace(b'"sketch": [3', b'"sketch": [-Infinity'), "no integer: -Infinity"),
        (GOOD.replace(b'"sketch": [3', b'"sketch": [' + b"9" * 9999), "beyond 2^53"),
        (GOOD.replace(b'"sketch": [3', b'"sketch": [9007199254740992'), "beyond 2^53"),
        (GOOD.replace(b'"sketch": [3', b'"sketch": [' + b"[" * 200_000), "nested too deeply"),
        (GOOD.replace(b'"sketch": [3', b'"sketch": ["a"'), "no list of integers"),
        (GOOD.replace(b"2024-08-01", b"2024-08-32", 1), "'date' is no date"),
        (GOOD.replace(b"2024-08-01", b"20240801", 1), "'date' is no date"),
        (GOOD.replace(b"Probe returns", b"\\ud800"), "half a character"),
        (GOOD.replace(b'"content"', b'"contents"'), "unknown field 'contents'"),
    ],
)
def test_not_a_sidecar_of_this_version(store: ReviewStore, data: bytes, reason: str) -> None:
    assert data != GOOD
    assert reason in refused(store, data)


def test_a_newer_version_asks_for_an_upgrade(store: ReviewStore) -> None:
    line = refused(store, b'{"version": 7, "something": "else"}')
    assert "upgrade searchkit" in line


def _set(*keys: str | int, to: Any) -> Change:
    def change(raw: dict[str, Any]) -> None:
        at: Any = raw
        for key in keys[:-1]:
            at = at[key]
        at[keys[-1]] = to

    return change


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_set("extra", to=1), "the sidecar has an unknown field 'extra'"),
        (_set("article", to=None), "'article' is no object"),
        (_set("article", "more", to=1), "unknown field 'more'"),
        (_set("article", "id", to="../x"), "no article id"),
        (_set("article", "id", to="another"), "holds the reviews of article another"),
        (_set("article", "title", to=1), "no 'title'"),
        (_set("article", "links", to=[1]), "'links' is no list of texts"),
        (_set("article", "sources", to={}), "'sources' is no list"),
        (_set("article", "sources", to=[{"link": None}]), "no object of texts"),
        (_set("article", "sources", to=[{"author": "x"}]), "unknown field 'author'"),
        (_set("events", to={}), "'events' is no list"),
        (_set("events", 1, to=None), "event 2: is no object"),
        (_set("events", 1, to={"id": "\x1b[31m"}), "event 2 ('\\x1b[31m')"),
        (_set("events", 0, "time", to="2024-08-01"), "'time' is no time"),
        (_set("events", 0, "time", to="2024-13-01T09:00:00.000000Z"), "'time' is no time"),
        (_set("events", 0, "time", to="２024-08-01T09:00:00.000000Z"), "'time' is no time"),
        (_set("events", 0, "parents", to=[1]), "'parents' is no list"),
        (_set("events", 0, "parents", to=["b" * 64, "a" * 64]), "'parents' is not sorted"),
        (_set("events", 0, "parents", to=["a" * 64, "a" * 64]), "'parents' is not sorted"),
        (_set("events", 0, "data", to=[]), "'data' is no object"),
        (_set("events", 0, "data", "status", to=None), "'status' is no text"),
        (_set("events", 0, "data", "evidence", to={}), "'evidence' is no list"),
        (_set("events", 0, "data", "evidence", to=[1]), "no object"),
        (_set("events", 0, "data", "selector", to="x"), "'selector' is no object"),
        (_set("events", 0, "data", "selector", "start", to=True), "'start' is no count"),
        (_set("events", 0, "data", "selector", "start", to=-1), "'start' is no count"),
        (_set("events", 0, "data", "x", to=json.loads("[" * 40 + "]" * 40)), "nested too deeply"),
        (_set("events", 0, "id", to="x"), "'id' is no SHA-256"),
        (_set("events", 0, "id", to="0" * 64), "event 000000000000 does not match its id"),
        (_set("events", 0, "data", "status", to="verified"), "does not match its id"),
        (_set("events", 0, "note", to="slipped in"), "does not match its id"),
        (_set("events", 0, "data", "note", to="\ud800"), "does not match its id"),
    ],
)
def test_not_what_events_look_like(store: ReviewStore, change: Change, reason: str) -> None:
    assert reason in refused(store, changed(change))


def test_links_pipes_and_folders_are_no_sidecars(store: ReviewStore, tmp_path: Path) -> None:
    path = store.path(ID)
    outside = tmp_path / "outside"
    outside.write_bytes(GOOD)
    makers: list[tuple[Callable[[], object], str]] = [
        (lambda: path.symlink_to(outside), "symbolic link"),
        (lambda: path.symlink_to(tmp_path / "nowhere"), "symbolic link"),
        (lambda: os.mkfifo(path), "not a regular file"),
    ]
    for make, reason in makers:
        make()
        for attempt in (
            lambda: store.load(ID),
            lambda: store.append(IDENTITY, [judge()], reviewer="Ann"),
        ):
            with pytest.raises(SidecarError, match=reason):
                attempt()
        assert store.ids() == [ID, "other"]
        assert [p for p in store.problems() if reason in p]
        path.unlink()
    path.mkdir()
    with pytest.raises(SidecarError):
        store.load(ID)
    assert outside.read_bytes() == GOOD


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_any_change_of_bytes_is_refused_or_means_the_same(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(GOOD) - 1))
    put = data.draw(st.binary(max_size=3))
    cut = data.draw(st.integers(0, 3))
    spoilt = GOOD[:at] + put + GOOD[at + cut :]
    try:
        _, _, events = decode(spoilt, "x.json")
    except SidecarError as error:
        assert str(error).startswith("x.json: ")  # noqa: PT017
        return
    for found in events:
        same = found in (FIRST, SECOND)
        assert same or event_id(found) != found.id


def test_problems_name_file_and_event(store: ReviewStore) -> None:
    path = store.path(ID)

    def problems(*events: Any) -> list[str]:
        raw = [json.loads(encode(Sidecar(IDENTITY, (e,))))["events"][0] for e in events]
        path.write_bytes(changed(_set("events", to=raw)))
        return [problem.removeprefix(f"{path}: ") for problem in store.problems()]

    def named(one: Any) -> str:
        return f"event {one.id[:12]}"

    assert problems(FIRST, SECOND) == []
    assert problems(SECOND) == [f"{named(SECOND)}: its parent {FIRST.id[:12]} is missing"]
    assert store.load(ID) is not None, "merging a complete copy can mend it"
    store.absorb(Sidecar(IDENTITY, (FIRST,)))
    assert store.problems() == []
    assert problems(FIRST, FIRST) == [f"{named(FIRST)}: occurs twice"]
    assert len(store.load(ID).events) == 1  # type: ignore[union-attr]
    forged = evolve(FIRST, reviewer="Bob")
    assert problems(forged) == [f"{named(FIRST)}: does not match its id; it was changed"]
    odd = evolve(FIRST, action="applaud")  # type: ignore[arg-type]
    odd = evolve(odd, id=event_id(odd))
    assert problems(odd) == [f"{named(odd)}: unknown action 'applaud'"]
    lost = event(undo(SECOND))
    assert problems(lost) == [f"{named(lost)}: undoes {SECOND.id[:12]}, which is missing"]
    early = event(note("x"), parents=[SECOND], minute=0)
    assert problems(FIRST, SECOND, early) == [f"{named(early)}: is earlier than its parent"]
    circle = [evolve(FIRST, parents=(SECOND.id,)), SECOND]
    assert "the events go round in a circle" in problems(*circle)
    store.path("third").write_bytes(GOOD)
    path.unlink()
    (found,) = store.problems()
    assert found == f"{store.path('third')}: holds the reviews of article {ID}"
