"""Sidecars on disk: what is written is there, what fails changes nothing."""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from review_samples import IDENTITY, SELECTOR, event, judge, note, undo

from searchkit.errors import LockedError, SearchkitError, SidecarError
from searchkit.files import locked
from searchkit.model import Event, Source
from searchkit.reviews import Act, ReviewStore, Sidecar, event_id, fold, heads, merge

ID = IDENTITY.id


@pytest.fixture
def store(tmp_path: Path) -> ReviewStore:
    return ReviewStore(tmp_path / "index" / "reviews")


def loaded(store: ReviewStore, id: str = ID) -> Sidecar:
    sidecar = store.load(id)
    assert sidecar is not None
    return sidecar


def test_nothing_there(store: ReviewStore) -> None:
    assert store.ids() == []
    assert store.fingerprints() == {}
    assert store.fingerprint(ID) is None
    assert store.load(ID) is None
    assert store.problems() == []
    assert store.append(IDENTITY, [], reviewer="Ann") == ()
    assert not store.folder.exists(), "reading and doing nothing leave no trace"


def test_what_is_appended_is_there(store: ReviewStore) -> None:
    acts = [judge("k7f", "false", "https://e.org/ü", note="“why”\u2028\n"), note("x", None)]
    first = store.append(IDENTITY, acts, reviewer="  Ana Núñez ")
    second = store.append(IDENTITY, [undo(first[0])], reviewer="山田　太郎")
    sidecar = loaded(store)
    assert sidecar == Sidecar(IDENTITY, (*first, *second), ("https://news.example.org/probe",))
    assert [e.reviewer for e in sidecar.events] == ["Ana Núñez", "Ana Núñez", "山田　太郎"]
    assert [e.parents for e in sidecar.events] == [(), (first[0].id,), (first[1].id,)]
    assert all(event_id(e) == e.id for e in sidecar.events)
    assert store.ids() == [ID]
    assert {p.name for p in store.folder.iterdir()} == {".lock", f"{ID}.json"}


def test_a_new_event_is_a_new_line_and_changes_no_other(store: ReviewStore) -> None:
    path = store.path(ID)
    store.append(IDENTITY, [judge()], reviewer="Ann")
    before = path.read_text().split("\n")
    store.append(IDENTITY, [note("more")], reviewer="Ann")
    after = path.read_text().split("\n")
    assert len(after) == len(before) + 1
    at = len(before) - 3
    assert after[:at] + after[at + 1 :] == before
    assert json.loads(after[at].lstrip(" ,"))["data"]["text"] == "more"


def test_two_peoples_additions_merge_line_by_line(store: ReviewStore, tmp_path: Path) -> None:
    store.append(IDENTITY, [judge()], reviewer="Ann")
    other = ReviewStore(tmp_path / "copy")
    other.absorb(loaded(store))
    store.append(IDENTITY, [note("from Ann")], reviewer="Ann")
    other.append(IDENTITY, [note("from Bob")], reviewer="Bob")
    theirs = [line for line in other.path(ID).read_text().split("\n") if "from Bob" in line]
    lines = store.path(ID).read_text().split("\n")
    store.path(ID).write_text("\n".join([*lines[:-3], *theirs, *lines[-3:]]))
    sidecar = loaded(store)
    assert {e.data.get("text") for e in sidecar.events} == {None, "from Ann", "from Bob"}
    assert len(heads(sidecar.events)) == 2
    (joined,) = store.append(IDENTITY, [judge()], reviewer="Ann")
    assert joined.parents == heads(sidecar.events)
    assert store.problems() == []


def test_time_never_runs_backwards(store: ReviewStore) -> None:
    late = dt.datetime(2100, 1, 1, tzinfo=dt.UTC)
    offset = dt.timezone(dt.timedelta(hours=2))
    (first,) = store.append(
        IDENTITY, [judge()], reviewer="Ann", time=dt.datetime(2024, 8, 1, 11, tzinfo=offset)
    )
    assert first.time == "2024-08-01T09:00:00.000000Z"
    store.append(IDENTITY, [judge()], reviewer="Ann", time=late)
    (third,) = store.append(IDENTITY, [judge()], reviewer="Ann")
    assert third.time == "2100-01-01T00:00:00.000000Z"
    with pytest.raises(SidecarError, match="time zone"):
        store.append(IDENTITY, [judge()], reviewer="Ann", time=dt.datetime(2024, 8, 1))
    end = dt.datetime.max.replace(tzinfo=dt.timezone(-dt.timedelta(hours=9)))
    with pytest.raises(SidecarError, match="time zone"):
        store.append(IDENTITY, [judge()], reviewer="Ann", time=end)


def test_what_describes_the_article_is_refreshed_and_its_links_are_kept(store: ReviewStore) -> None:
    store.append(IDENTITY, [judge()], reviewer="Ann")
    today = evolve(IDENTITY, title="New", sources=(Source("New", None, "https://b.example"),))
    store.append(today, [judge()], reviewer="Ann")
    sidecar = loaded(store)
    assert sidecar.identity == today
    assert sidecar.links == ("https://b.example", "https://news.example.org/probe")


@pytest.mark.parametrize("reviewer", ["", "  ", "a\nb", "a\x1b[31m", "a\u2028b", "\ud800"])
def test_a_reviewer_must_have_a_name(store: ReviewStore, reviewer: str) -> None:
    with pytest.raises(SidecarError, match="must be named"):
        store.append(IDENTITY, [judge()], reviewer=reviewer)
    assert store.ids() == []


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (Act("applaud", "k7f", {}), "no action 'applaud'"),  # type: ignore[arg-type]
        (Act("judge", "k7f", {"selector": SELECTOR}), "'status' is missing"),
        (Act("judge", "k7f", {"status": "false"}), "'selector' is missing"),
        (Act("judge", None, {"status": "false", "selector": SELECTOR}), "'claim' must be named"),
        (Act("judge", "", {"status": "false", "selector": SELECTOR}), "'claim' is neither"),
        (judge("k7f", ""), "'status' is no text, or empty"),
        (judge("k7f", "false", score=0.5), "a value of type float"),
        (judge("k7f", "false", score=float("nan")), "a value of type float"),
        (judge("k7f", "false", big=2**53), "an integer beyond"),
        (judge("k7f", "false", odd={1: 2}), "a key that is no text"),
        (judge("k7f", "false", deep=nested(31)), "nested too deeply"),
        (judge("k7f", "false", deep=nested(100_000)), "nested too deeply"),
        (judge("k7f", "false", note="\udc80"), "half a character"),
        (judge("k7f", "false", note=None), "'note' is no text"),
        (judge("k7f", "false", ""), "'url' is no text, or empty"),
        (judge("k7f", "false", evidence=[{"url": "u", "stance": "maybe"}]), "'stance' is unknown"),
        (Act("note", "k7f", {"text": "x", "selector": {"exact": ""}}), "'exact' is no text"),
        (Act("note", "k7f", {"text": "x", "selector": {"exact": "x", "start": 2}}), "before"),
        (Act("note", "k7f", {"text": "x", "selector": {"exact": "x", "kind": "odd"}}), "'kind'"),
        (Act("assign", None, {"state": "done", "to": "Ann"}), "neither 'in-review' nor"),
        (Act("undo", "k7f", {"event": "k7f"}), "no SHA-256"),
        (Act("undo", "k7f", {"event": "0" * 64}), "is not in these reviews"),
    ],
)
def test_what_could_not_be_read_is_not_written(store: ReviewStore, act: Act, reason: str) -> None:
    store.append(IDENTITY, [judge()], reviewer="Ann")
    before = store.path(ID).read_bytes()
    with pytest.raises(SidecarError) as caught:
        store.append(IDENTITY, [note("good"), act], reviewer="Ann")
    assert reason in str(caught.value)
    assert store.path(ID).read_bytes() == before, "all acts or none"


def test_as_deep_as_allowed(store: ReviewStore) -> None:
    store.append(IDENTITY, [judge("k7f", "false", deep=nested(29))], reviewer="Ann")
    assert len(loaded(store).events) == 1


def test_a_title_that_is_no_text(store: ReviewStore) -> None:
    with pytest.raises(SidecarError, match="half a character"):
        store.append(evolve(IDENTITY, title="\ud800"), [judge()], reviewer="Ann")
    assert store.load(ID) is None


@pytest.mark.parametrize(
    "id", ["", "..", "../x", "a/b", "/etc", "A", "1a", "a.b", "a\n", "a\0", "a" * 65, "ä", "-a"]
)
def test_only_article_ids_become_file_names(store: ReviewStore, id: str) -> None:
    attempts: list[Callable[[], object]] = [
        lambda: store.load(id),
        lambda: store.fingerprint(id),
        lambda: store.append(evolve(IDENTITY, id=id), [judge()], reviewer="Ann"),
        lambda: store.absorb(Sidecar(evolve(IDENTITY, id=id), (event(judge()),))),
    ]
    for attempt in attempts:
        with pytest.raises(SidecarError, match="not an article id"):
            attempt()


def test_fingerprints_change_with_every_write(store: ReviewStore) -> None:
    seen = set()
    for _ in range(20):
        store.append(IDENTITY, [judge()], reviewer="Ann")
        found = store.fingerprint(ID)
        assert found is not None
        assert store.fingerprints() == {ID: found}
        seen.add(found)
    assert len(seen) == 20


def test_foreign_files_are_passed_over(store: ReviewStore) -> None:
    store.append(IDENTITY, [judge()], reviewer="Ann")
    for name in ("README.md", ".DS_Store", "Notes.json", "a.json.bak", "a.json~", ".tmp-1-2"):
        (store.folder / name).write_text("{")
    (store.folder / "sub").mkdir()
    assert store.ids() == [ID]
    assert store.problems() == []


def test_unknown_fields_of_events_are_kept(store: ReviewStore) -> None:
    bare = evolve(event(judge("k7f", "false", mood={"v": [1, None]})), extra={"from": {"x": "y"}})
    odd = evolve(bare, action="applaud", parents=(event_id(bare),))  # type: ignore[arg-type]
    events = tuple(evolve(e, id=event_id(e)) for e in (bare, odd))
    assert store.absorb(Sidecar(IDENTITY, events)) == events
    store.append(IDENTITY, [judge()], reviewer="Ann")
    found = loaded(store).events
    assert found[:2] == events
    assert found[0].extra == {"from": {"x": "y"}}
    assert found[0].data["mood"] == {"v": [1, None]}
    text = store.path(ID).read_text()
    store.path(ID).write_text(text.replace('"x": "y"', '"x": "z"'))
    with pytest.raises(SidecarError, match="was changed"):
        store.load(ID)


def test_absorb(store: ReviewStore, tmp_path: Path) -> None:
    other = ReviewStore(tmp_path / "other")
    store.append(IDENTITY, [judge("a")], reviewer="Ann")
    theirs = other.append(evolve(IDENTITY, title="Theirs"), [judge("b")], reviewer="Bob")
    mine = loaded(store)
    assert store.absorb(loaded(other)) == theirs
    assert loaded(store) == merge(mine, loaded(other))
    assert loaded(store).identity.title == "Theirs"
    before = store.fingerprint(ID)
    assert store.absorb(loaded(other)) == ()
    assert store.fingerprint(ID) == before, "nothing new, nothing written"
    assert store.problems() == []


def test_absorb_proves_ids(store: ReviewStore) -> None:
    forged = evolve(event(judge()), reviewer="Somebody else")
    with pytest.raises(SidecarError, match="does not match its id"):
        store.absorb(Sidecar(IDENTITY, (forged,)))
    assert store.load(ID) is None


def test_the_lock_holder_is_named(store: ReviewStore) -> None:
    store.append(IDENTITY, [judge()], reviewer="Ann")
    store.timeout = 0.05
    with (
        locked(store.folder / ".lock", timeout=1, what="writing reviews"),
        pytest.raises(LockedError, match=rf"process {os.getpid()} on .*writing reviews since"),
    ):
        store.append(IDENTITY, [judge()], reviewer="Ann")
    assert len(loaded(store).events) == 1


def test_threads(store: ReviewStore) -> None:
    def work(name: str) -> None:
        for _ in range(10):
            store.append(IDENTITY, [judge()], reviewer=name)

    threads = [threading.Thread(target=work, args=(f"T{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(loaded(store).events) == 40
    assert len(heads(loaded(store).events)) == 1


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = ReviewStore(tmp_path / "file" / "reviews")
    with pytest.raises(SearchkitError, match="cannot be made") as caught:
        store.append(IDENTITY, [judge()], reviewer="Ann")
    assert str(store.folder) in str(caught.value)


def test_ten_thousand_events(store: ReviewStore) -> None:
    store.append(IDENTITY, [judge(f"c{n % 100}") for n in range(10_000)], reviewer="Ann")
    events = loaded(store).events
    assert len(events) == 10_000
    assert len(fold(events)) == 100
    assert store.problems() == []


class Fault:
    """Makes the n-th of the calls that a write consists of fail."""

    STEPS = ("open", "write", "fsync", "replace", "close")

    def __init__(self, patch: pytest.MonkeyPatch, at: int, error: BaseException):
        self.left = at
        self.error = error
        for name in self.STEPS:
            patch.setattr(os, name, self._wrap(name, getattr(os, name)))

    def _wrap(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            self.left -= 1
            if self.left != 0:
                return real(*args, **more)
            if name == "close":
                real(*args, **more)
            raise self.error

        return call


class Failures(RuleBasedStateMachine):
    """A store whose steps fail, whose writers are killed, and that never loses anything."""

    def __init__(self) -> None:
        super().__init__()
        self.place = tempfile.TemporaryDirectory()
        self.store = ReviewStore(Path(self.place.name) / "reviews", timeout=2)
        self.other = ReviewStore(Path(self.place.name) / "other", timeout=2)
        self.known: dict[str, Event] = {}

    def teardown(self) -> None:
        self.place.cleanup()

    @rule(count=st.integers(1, 3), reviewer=st.sampled_from(["Ann", "Bob"]))
    def mark(self, count: int, reviewer: str) -> None:
        done = self.store.append(IDENTITY, [judge()] * count, reviewer=reviewer)
        assert len(done) == count
        self.known.update({e.id: e for e in done})
        assert not self.temporary()

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        target = data.draw(st.sampled_from(list(self.known.values())))
        (done,) = self.store.append(IDENTITY, [undo(target)], reviewer="Ann")
        self.known[done.id] = done

    @rule(
        at=st.integers(1, 30),
        error=st.sampled_from(
            [
                OSError(errno.ENOSPC, "No space left on device"),
                OSError(errno.EROFS, "Read-only file system"),
                OSError(errno.EIO, "Input/output error"),
                KeyboardInterrupt(),
            ]
        ),
    )
    def mark_and_fail(self, at: int, error: BaseException) -> None:
        before = set(self.known)
        raised: BaseException | None = None
        with pytest.MonkeyPatch.context() as patch:
            Fault(patch, at, error)
            try:
                self.store.append(IDENTITY, [judge(), note("x")], reviewer="Ann")
            except (SearchkitError, KeyboardInterrupt) as caught:
                raised = caught
        assert not self.temporary()
        found = self.store.load(IDENTITY.id)
        now = {e.id: e for e in found.events} if found else {}
        assert before <= set(now)
        assert len(now) - len(before) in (0, 2), "both acts or none"
        if raised is None:
            assert len(now) == len(before) + 2
        elif "nothing was changed" in str(raised):
            assert len(now) == len(before)
        self.known = now

    @rule(content=st.binary(max_size=20))
    def a_writer_was_killed(self, content: bytes) -> None:
        self.store.folder.mkdir(exist_ok=True)
        (self.store.folder / ".tmp-1-dead").write_bytes(content)
        (self.store.folder / ".lock.holder").write_bytes(content)
        (done,) = self.store.append(IDENTITY, [judge()], reviewer="Ann")
        self.known[done.id] = done
        assert not self.temporary()

    @rule(own=st.booleans())
    def somebody_else_merges(self, own: bool) -> None:
        if own:
            self.other.append(IDENTITY, [judge("b", "mixed")], reviewer="Zoe")
        theirs = self.other.load(IDENTITY.id)
        if theirs:
            self.store.absorb(theirs)
            self.known.update({e.id: e for e in theirs.events})
        mine = self.store.load(IDENTITY.id)
        if mine:
            self.other.absorb(mine)

    def temporary(self) -> list[Path]:
        return list(self.store.folder.glob(".tmp-*"))

    @invariant()
    def everything_is_there_and_sound(self) -> None:
        found = self.store.load(IDENTITY.id)
        assert {e.id: e for e in found.events} == self.known if found else not self.known
        assert self.store.problems() == []


TestFailures = Failures.TestCase
TestFailures.settings = settings(max_examples=25, stateful_step_count=15, deadline=None)
