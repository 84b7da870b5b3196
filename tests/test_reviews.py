"""What stands after people did what they did: order, fold, flags, merge."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from review_samples import IDENTITY, SELECTOR, WORDS, event, judge, note, undo

from searchkit.errors import SidecarError
from searchkit.model import Anchor, Event, Evidence, Selector, Source, Span
from searchkit.reviews import (
    FLAGS,
    Act,
    Sidecar,
    canonical_json,
    custom_claims,
    event_id,
    evidence_data,
    flags,
    fold,
    heads,
    merge,
    missing,
    ordered,
    selector_data,
    undone,
)


def chain(*acts: Act | tuple[str, Act]) -> list[Event]:
    """Events one after the other, a minute apart."""
    events: list[Event] = []
    for minute, given_act in enumerate(acts):
        who, act = given_act if isinstance(given_act, tuple) else ("Ann", given_act)
        events.append(event(act, parents=events[-1:], minute=minute, reviewer=who))
    return events


def pinned(exact: str, start: int = 0) -> dict[str, Any]:
    return selector_data(Selector(exact, start=start, end=start + len(exact)))


# Ids and order ------------------------------------------------------------------------------


def test_the_id_covers_every_field() -> None:
    first = event(judge())
    changed = [
        evolve(first, parents=("0" * 64,)),
        evolve(first, time="2024-08-01T09:00:00.000001Z"),
        evolve(first, reviewer="Bob"),
        evolve(first, action="note"),
        evolve(first, claim="k7g"),
        evolve(first, data={**first.data, "status": "false"}),
        evolve(first, extra={"from": "elsewhere"}),
    ]
    assert len({event_id(e) for e in (first, *changed)}) == 8
    assert event_id(evolve(first, id="")) == first.id


def test_canonical_json() -> None:
    value = {"b": [1, True, None], "a": {"ü": '“\n\x01\x7f\u2028/é\\"', "A": ""}}
    expected = '{"a":{"A":"","ü":"“\\n\\u0001\x7f\u2028/é\\\\\\""},"b":[1,true,null]}'
    assert canonical_json(value) == expected.encode()
    with pytest.raises(ValueError, match="surrogates"):
        canonical_json("\ud800")


def test_heads() -> None:
    root = event(judge())
    left, right = (event(note(t), parents=[root], minute=1) for t in "ab")
    assert heads([]) == ()
    assert heads([root]) == (root.id,)
    assert heads([left, root, right]) == tuple(sorted((left.id, right.id)))
    joined = event(note("c"), parents=[left, right], minute=2)
    assert heads([joined, left, root, right]) == (joined.id,)


def test_order_is_by_parents_then_time_then_id() -> None:
    root = event(judge(), minute=30)
    early = event(note("earlier than its parent"), parents=[root], minute=1)
    twins = [event(note(t), parents=[root], minute=2) for t in "abc"]
    other = event(note("another root"), minute=0)
    expected = (other, root, early, *sorted(twins, key=lambda e: e.id))
    for events in itertools.islice(itertools.permutations([*twins, early, root, other]), 0, 720, 7):
        assert ordered(events) == expected


def test_ten_thousand_events_in_a_row_and_side_by_side() -> None:
    row: list[Event] = []
    for number in range(10_000):
        id = f"{number:064x}"
        row.append(evolve(event(note("x")), id=id, parents=tuple(e.id for e in row[-1:])))
    shuffled = random.Random(1).sample(row, len(row))
    assert ordered(shuffled) == tuple(row)
    assert len(fold(shuffled)["k7f"].notes) == 10_000
    loose = [evolve(e, parents=()) for e in shuffled]
    assert ordered(loose) == tuple(evolve(e, parents=()) for e in row)


def test_a_circle_is_an_error() -> None:
    a, b = event(note("a")), event(note("b"))
    a, b = evolve(a, parents=(b.id,)), evolve(b, parents=(a.id,))
    for function in (ordered, fold, undone, custom_claims):
        with pytest.raises(SidecarError, match="circle"):
            function([a, b])


def test_missing_parents_are_passed_over_and_known() -> None:
    events = chain(note("a"), note("b"), note("c"))
    rest = [events[0], events[2]]
    assert ordered(rest) == tuple(rest)
    assert missing(rest) == {events[2].id: (events[1].id,)}
    assert missing(events) == {}


# Fold ---------------------------------------------------------------------------------------


def test_one_mark_taken_back_whole_and_given_again() -> None:
    events = chain(
        judge("k7f", "disputed", "https://e.org/1", note="why", wording="W", said_by="S")
    )
    events.append(event(undo(events[0]), parents=events[-1:], minute=1))
    state = fold(events)["k7f"]
    assert (state.status, state.evidence, state.judgements) == ("unreviewed", (), ())
    assert (state.wording, state.said_by) == (None, None)
    assert state.selector == WORDS
    assert state.history == tuple(events)
    assert state.undone == {events[0].id}
    events.append(event(undo(events[1]), parents=events[-1:], minute=2))
    state = fold(events)["k7f"]
    assert state.status == "disputed"
    assert [e.url for e in state.evidence] == ["https://e.org/1"]
    assert (state.wording, state.said_by, state.judgements[0].note) == ("W", "S", "why")
    assert state.undone == {events[1].id}
    events.append(event(undo(events[2]), parents=events[-1:], minute=3))
    assert fold(events)["k7f"].status == "unreviewed"


@given(st.lists(st.integers(0, 8), max_size=9))
def test_undo_against_its_definition(targets: list[int]) -> None:
    events = [event(judge())]
    for minute, target in enumerate(targets, 1):
        named = events[min(target, len(events) - 1)]
        events.append(event(undo(named), parents=events[-1:], minute=minute))

    def counts(one: Event) -> bool:
        return not any(
            e.action == "undo" and e.data["event"] == one.id and counts(e) for e in events
        )

    assert undone(events) == {e.id for e in events if not counts(e)}


def test_an_undo_counts_even_where_its_author_names_no_parents() -> None:
    target = event(judge(), minute=9)
    stray = event(undo(target), minute=1)
    assert ordered([stray, target]) == (target, stray)
    assert fold([stray, target])["k7f"].status == "unreviewed"


def test_each_reviewers_latest_stands() -> None:
    events = chain(
        ("Ann", judge("k7f", "verified", "https://e.org/1")),
        ("Bob", judge("k7f", "false", "https://e.org/2")),
        ("Ann", judge("k7f", "mixed", "https://e.org/3")),
    )
    state = fold(events)["k7f"]
    assert [(j.reviewer, j.status) for j in state.judgements] == [
        ("Bob", "false"),
        ("Ann", "mixed"),
    ]
    assert state.status == "mixed", "the newest, as they differ"
    assert [e.url[-1] for e in state.evidence] == ["1", "2", "3"], "earlier evidence stays"
    assert [e.reviewer for e in state.evidence] == ["Ann", "Bob", "Ann"]
    assert state.evidence[2].event == events[2].id
    assert flags(state, (), None) == ("reviewers-differ",)
    events.append(event(judge("k7f", "mixed"), parents=events[-1:], minute=9, reviewer="Bob"))
    state = fold(events)["k7f"]
    assert state.status == "mixed"
    assert flags(state, (), None) == ()


def test_evidence_is_renewed_by_its_reviewer_and_unlinked_by_anybody() -> None:
    link = {"url": "https://e.org/1", "stance": "supports", "quote": "q", "title": "T"}
    again = {"url": "https://e.org/1", "stance": "refutes", "accessed": "2024-08-02T00:00:00Z"}
    events = chain(
        ("Ann", Act("link", "k7f", {"evidence": [link], "selector": SELECTOR})),
        ("Bob", Act("link", "k7f", {"evidence": [link], "selector": SELECTOR})),
        ("Ann", judge("k7f", "false", evidence=[again])),
    )
    first, second = fold(events)["k7f"].evidence
    assert first == Evidence(
        "https://e.org/1",
        "refutes",
        quote="q",
        title="T",
        accessed="2024-08-02T00:00:00Z",
        reviewer="Ann",
        event=events[2].id,
    )
    assert (second.reviewer, second.stance) == ("Bob", "supports")
    gone = event(Act("unlink", "k7f", {"url": link["url"]}), parents=events[-1:], minute=5)
    assert fold([*events, gone])["k7f"].evidence == ()
    back = event(judge("k7f", "false", link["url"]), parents=[gone], minute=6)
    assert [e.quote for e in fold([*events, gone, back])["k7f"].evidence] == [None]
    undo_gone = event(undo(gone), parents=[back], minute=7)
    assert len(fold([*events, gone, back, undo_gone])["k7f"].evidence) == 2


def test_assignment_wording_and_notes() -> None:
    def assign(state: str, to: str) -> Act:
        return Act("assign", "k7f", {"state": state, "to": to, "selector": SELECTOR})

    events = chain(
        assign("in-review", "Ann"),
        assign("in-review", "Bob"),
        judge("k7f", "verified", wording="One", said_by="A"),
        judge("k7f", "verified", wording="Two"),
        assign("released", "Ann"),
        assign("released", "Zoe"),
        note("first"),
        note("second"),
    )
    state = fold(events)["k7f"]
    assert state.assigned == ("Bob",)
    assert (state.wording, state.said_by) == ("Two", "A")
    assert [n.text for n in state.notes] == ["first", "second"]
    cleared = event(judge("k7f", "verified", wording=""), parents=events[-1:], minute=20)
    assert fold([*events, cleared])["k7f"].wording is None


def test_the_words_are_those_last_judged_confirmed_or_reattached() -> None:
    events = chain(
        Act("note", "k7f", {"text": "hm", "selector": pinned("noted")}),
        Act("judge", "k7f", {"status": "false", "selector": pinned("judged")}),
        Act("link", "k7f", {"evidence": [], "selector": pinned("linked")}),
        Act("confirm", "k7f", {"selector": pinned("confirmed")}),
        Act("reattach", "k7f", {"selector": pinned("reattached", 7)}),
    )
    found = [fold(events[:n])["k7f"].selector.exact for n in range(1, 6)]
    assert found == ["noted", "judged", "judged", "confirmed", "reattached"]
    taken_back = event(undo(events[4]), parents=events[-1:], minute=30)
    assert fold([*events, taken_back])["k7f"].selector.exact == "confirmed"


def test_claims_stand_apart_and_whole_articles_outside() -> None:
    events = chain(judge("a"), judge("b", "false"), note("about it all", None))
    states = fold(events)
    assert {id: s.status for id, s in states.items()} == {"a": "verified", "b": "false"}
    assert states["b"].history == (events[1],)


def test_unknown_actions_are_kept_and_count_for_nothing() -> None:
    odd = evolve(event(judge()), action="applaud")  # type: ignore[arg-type]
    odd = evolve(odd, id=event_id(odd))
    state = fold([odd])["k7f"]
    assert state.status == "unreviewed"
    assert state.history == (odd,)


def test_custom_claims() -> None:
    words = pinned("my own words", 40)
    events = chain(
        Act("add-claim", "own", {"selector": words}),
        judge("k7f"),
        Act("reattach", "k7f", {"selector": pinned("elsewhere")}),
    )
    own = Selector("my own words", "", "", 40, 52, "custom")
    assert custom_claims(events) == {"own": own}
    moved = event(
        Act("reattach", "own", {"selector": pinned("new words", 3)}),
        parents=events[-1:],
        minute=8,
    )
    assert custom_claims([*events, moved])["own"].exact == "new words"
    gone = event(undo(events[0]), parents=[moved], minute=9)
    assert custom_claims([*events, moved, gone]) == {}


# Flags --------------------------------------------------------------------------------------


def test_flags_in_their_order() -> None:
    own = (Source("O", None, "https://www.example.org/story/"),)
    two = chain(("Ann", judge("k7f", "verified")), ("Bob", judge("k7f", "false")))
    state = fold(two)["k7f"]
    changed, lost = Anchor("changed", Span(0, 1), 0.9), Anchor("orphaned", None, 0)
    assert flags(state, own, changed) == ("reviewers-differ", "no-evidence", "stale")
    assert flags(state, own, lost) == ("reviewers-differ", "no-evidence", "orphaned")
    assert flags(state, own, Anchor("moved", Span(0, 1))) == ("reviewers-differ", "no-evidence")
    assert flags(None, own, None) == ()
    assert FLAGS == (
        "reviewers-differ",
        "no-evidence",
        "own-source",
        "dead-link",
        "stale",
        "orphaned",
    )


def test_own_source() -> None:
    own = (
        Source("O", None, "https://www.example.org/story/"),
        Source("P", None, "https://other.example/x"),
    )

    def raised(*urls: str) -> tuple[str, ...]:
        return flags(fold(chain(judge("k7f", "verified", *urls)))["k7f"], own, None)

    assert raised("http://example.org/story#top") == ("own-source",)
    assert raised("http://example.org/story", "https://other.example/x") == ("own-source",)
    assert raised("http://example.org/story", "https://third.example") == ()
    assert raised("http://example.org/story2") == ()
    assert raised("doi:10.1000/182") == ()
    noted = fold(chain(note("only a remark")))["k7f"]
    assert flags(noted, own, None) == (), "without a verdict nothing wants evidence"


def test_data_of_values() -> None:
    assert selector_data(WORDS) == SELECTOR
    assert list(SELECTOR) == ["exact", "prefix", "suffix", "start", "end", "kind"]
    found = Evidence("https://e.org", "context", quote="q", reviewer="Ann", event="x")
    assert evidence_data(found) == {"url": "https://e.org", "stance": "context", "quote": "q"}


# Merge --------------------------------------------------------------------------------------


@st.composite
def histories(draw: st.DrawFn) -> list[Sidecar]:
    """Three sidecars of one article that share some of their past."""
    pool: list[Event] = []
    for number in range(draw(st.integers(0, 9))):
        parents = (
            draw(st.lists(st.sampled_from(pool), max_size=3, unique_by=lambda e: e.id))
            if pool
            else []
        )
        targets = [None, *pool]
        target = draw(st.sampled_from(targets))
        act = (
            undo(target)
            if target
            else draw(
                st.sampled_from([judge(), judge("b", "false", "https://e.org"), note(str(number))])
            )
        )
        who = draw(st.sampled_from(["Ann", "Bob"]))
        pool.append(event(act, parents=parents, minute=draw(st.integers(0, 3)), reviewer=who))
    sides = []
    for title in draw(st.lists(st.sampled_from("xyz"), min_size=3, max_size=3)):
        chosen = [e for e in pool if draw(st.booleans())]
        link = f"https://{title}.example"
        identity = evolve(IDENTITY, title=title, sources=(Source(None, None, link),))
        links = tuple(sorted({link, draw(st.sampled_from(["https://old.example", link]))}))
        sides.append(Sidecar(identity, ordered(chosen), links))
    return sides


@given(histories())
def test_merge_is_a_union(sides: list[Sidecar]) -> None:
    a, b, c = sides
    both = merge(a, b)
    assert both == merge(b, a)
    assert merge(a, a) == a
    assert merge(both, b) == both
    assert merge(both, c) == merge(a, merge(b, c))
    assert {e.id for e in both.events} == {e.id for e in (*a.events, *b.events)}
    assert set(both.links) == {*a.links, *b.links}
    assert both.identity in (a.identity, b.identity)
    assert fold(both.events) == fold([*b.events, *a.events])


def test_merge_takes_what_describes_the_article_from_the_newer_side() -> None:
    old = Sidecar(evolve(IDENTITY, title="zzz"), (event(judge(), minute=1),))
    new = Sidecar(evolve(IDENTITY, title="aaa"), (event(judge(), minute=2),))
    assert merge(old, new).identity.title == "aaa"
    assert merge(new, old).identity.title == "aaa"


def test_merge_of_two_articles_is_refused() -> None:
    with pytest.raises(SidecarError, match="cannot be merged"):
        merge(Sidecar(IDENTITY, ()), Sidecar(evolve(IDENTITY, id="other"), ()))
