"""What reviewers do, and what then stands where."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import BRIDGE, HARBOUR, indexed

from searchkit.errors import AmbiguousError, NotFoundError, QueryError, SearchkitError, SidecarError
from searchkit.workflow.indexing import index
from searchkit.workflow.links import Link, parse_link
from searchkit.workflow.reading import (
    handles,
    read_article,
    remember_listing,
    resolve_article,
    resolve_claim,
    show,
    source_link,
)
from searchkit.workflow.reporting import doctor, stats
from searchkit.workflow.reviewing import (
    add_claim,
    assign,
    history,
    link,
    mark,
    note,
    undo,
    unlink,
)
from searchkit.workflow.searching import find_claims, search
from searchkit.workflow.selection import ClaimFilter
from searchkit.workflow.workspace import Workspace

PAGE = Link("https://stats.example.org/may")


@pytest.fixture
def ws(tmp_path: Path) -> Workspace:
    workspace, _ = indexed(tmp_path)
    return workspace


def test_a_claim_goes_by_many_names(ws: Workspace) -> None:
    hit = find_claims(ws, "containers waiting").items[0]
    claim = hit.claim.claim
    place = (claim.article, claim.id)
    assert resolve_claim(ws, claim.id) == place
    assert resolve_claim(ws, hit.handle) == place
    assert resolve_claim(ws, hit.handle.upper()) == place
    assert resolve_claim(ws, f"{claim.article}:{claim.number}") == place
    assert resolve_claim(ws, f"{claim.article[:4]}:{claim.number}") == place
    assert resolve_claim(ws, claim.text) == place
    assert resolve_claim(ws, "shortened  waiting times") == place
    remember_listing(ws, [("x", "y"), place])
    assert resolve_claim(ws, "2") == place
    assert len(hit.handle) < len(claim.id)


@pytest.mark.parametrize("handle", ["0", "3", "zzzz", "no such words", "", "::", "a" * 5000, "x:9"])
def test_no_such_claim(ws: Workspace, handle: str) -> None:
    with pytest.raises(NotFoundError):
        resolve_claim(ws, handle)


def test_an_ambiguous_name_lists_its_candidates(ws: Workspace) -> None:
    with pytest.raises(AmbiguousError) as caught:
        resolve_claim(ws, "ferry")
    assert len(caught.value.candidates) >= 2


def test_a_mark_is_found_the_moment_after(ws: Workspace) -> None:
    done = mark(ws, ["412,000 containers"], "verified", [PAGE], reviewer="Ann")[0]
    assert done.claim.status == "verified"
    assert done.claim.state is not None
    assert done.claim.state.evidence[0].stance == "supports"
    assert [h.claim.claim.id for h in find_claims(ws, "status:verified").items] == [
        done.claim.claim.id
    ]
    assert search(ws, "status:verified").items[0].statuses == {"verified": 1}
    assert search(ws, "harbour NOT status:verified").total == 0
    assert search(ws, "status:verified -harbour").total == 0
    assert find_claims(ws, "status:unreviewed").total == find_claims(ws).total - 1
    assert find_claims(ws, ClaimFilter(reviewers=["ann"])).total == 1


def test_status_of_an_article_is_that_of_any_claim(ws: Workspace) -> None:
    assert search(ws, "status:unreviewed").total == 3
    school = search(ws, "meals").items[0].article.id
    for claim in read_article(ws, school).claims:
        mark(ws, [claim.claim.id], "unproven", reviewer="Ann")
    assert search(ws, "status:unreviewed").total == 2
    assert search(ws, "status:unproven").total == 1


def test_flags(ws: Workspace) -> None:
    own = Link("http://www.courier.example.org/2024/06/04/harbour/")
    first = mark(ws, ["412,000 containers"], "verified", [own], reviewer="Ann")[0]
    assert "own-source" in first.claim.flags
    second = mark(ws, ["412,000 containers"], "disputed", [PAGE], reviewer="Bo")[0]
    assert second.claim.status == "disputed"
    assert second.claim.flags == ("reviewers-differ",)
    bare = mark(ws, ["5,400 pupils"], "unproven", reviewer="Ann")[0]
    assert bare.claim.flags == ("no-evidence",)
    assert find_claims(ws, ClaimFilter(flags=["no-evidence"])).total == 1
    assert find_claims(ws, "flag:reviewers-differ status:verified").total == 1
    with pytest.raises(QueryError, match="no-evidence"):
        find_claims(ws, "flag:no-evidenc")


def test_a_bad_request_writes_nothing(ws: Workspace) -> None:
    for claims, status, links in (
        (["412,000 containers", "no such claim"], "verified", []),
        (["412,000 containers"], "right", []),
        (["412,000 containers"], "unreviewed", []),
        (["412,000 containers"], "verified", [Link("javascript:alert(1)")]),
    ):
        with pytest.raises(SearchkitError):
            mark(ws, claims, status, links, reviewer="Ann")
    assert ws.reviews.ids() == []


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("http://[::1]:80/x", "http://[::1]:80/x"),
        ("https://例え.jp/新聞", "https://例え.jp/新聞"),
        ("doi:10.1000/182", "https://doi.org/10.1000/182"),
        ("10.1000/182", "https://doi.org/10.1000/182"),
        ("corpus/school.md", "corpus/school.md"),
    ],
)
def test_links_that_are_taken(ws: Workspace, given: str, stored: str) -> None:
    assert parse_link(ws, given) == stored


@pytest.mark.parametrize(
    "given",
    [
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://example.org/x",
        "https://",
        "https:///path",
        "http:example.org",
        "https://user:secret@example.org/",
        "https://exa mple.org/",
        "https://example.org/\u202egnp",
        "https://example.org:99999/",
        "https://[::1/",
        "../outside.txt",
        "/etc/passwd",
        "nowhere.txt",
        "https://example.org/" + "x" * 3000,
    ],
)
def test_links_that_are_refused(ws: Workspace, given: str) -> None:
    (ws.root / "outside.txt").write_text("x")
    with pytest.raises(SearchkitError):
        parse_link(ws, given)


def test_link_unlink_note_assign_and_history(ws: Workspace) -> None:
    name = "412,000 containers"
    mark(ws, [name], "disputed", reviewer="Ann", note="Two figures.", wording="In May …")
    added = link(ws, name, [PAGE, Link("https://b.example.org", "context")], reviewer="Ann")
    assert added.claim.state is not None
    assert [e.stance for e in added.claim.state.evidence] == ["refutes", "context"]
    gone = unlink(ws, name, PAGE.url, reviewer="Ann")
    assert gone.claim.state is not None
    assert [e.url for e in gone.claim.state.evidence] == ["https://b.example.org"]
    with pytest.raises(NotFoundError):
        unlink(ws, name, PAGE.url, reviewer="Ann")
    note(ws, name, "Asked the port authority.", reviewer="Bo")
    assert assign(ws, name, reviewer="Bo").claim.state.assigned == ("Bo",)  # type: ignore[union-attr]
    assert assign(ws, name, reviewer="Bo", release=True).claim.state.assigned == ()  # type: ignore[union-attr]
    actions = [event.action for event in history(ws, name)]
    assert actions == ["judge", "link", "unlink", "note", "assign", "assign"]
    assert doctor(ws) == []


def test_undo_takes_back_act_after_act(ws: Workspace) -> None:
    mark(ws, ["412,000 containers"], "disputed", reviewer="Ann")
    mark(ws, ["412,000 containers"], "verified", [PAGE], reviewer="Ann")
    mark(ws, ["5,400 pupils"], "unproven", reviewer="Ann")
    mark(ws, ["900 passengers"], "false", reviewer="Bo")
    assert undo(ws, reviewer="Ann").claim.status == "unreviewed"
    assert undo(ws, reviewer="Ann").claim.status == "disputed"
    assert undo(ws, "412,000 containers", reviewer="Ann").claim.status == "unreviewed"
    with pytest.raises(NotFoundError):
        undo(ws, reviewer="Ann")
    assert find_claims(ws, "status:false").total == 1
    assert stats(ws).checked == 1


def test_a_claim_of_ones_own(ws: Workspace) -> None:
    article = search(ws, "bridge").items[0].article.id
    done = add_claim(ws, article, "12 million crowns", reviewer="Ann")
    assert done.claim.claim.kind == "custom"
    assert done.note is None
    assert resolve_claim(ws, done.handle) == (article, done.claim.claim.id)
    mark(ws, [done.handle], "unproven", reviewer="Ann")
    found = find_claims(ws, "status:unproven").items
    assert [h.claim.claim.text for h in found] == ["12 million crowns"]
    index(ws, rebuild=True)
    assert find_claims(ws, "status:unproven").items[0].claim.claim.id == done.claim.claim.id
    undo(ws, reviewer="Ann")
    undo(ws, reviewer="Ann")
    assert all(c.claim.kind != "custom" for c in read_article(ws, article).claims)
    for words in ("13 million", "erry", "  ", "A ferry carries 900 passengers a day meanwhile."):
        with pytest.raises(SearchkitError):
            add_claim(ws, article, words, reviewer="Ann")


def test_a_verdict_on_words_that_are_gone_stands_on_no_others(ws: Workspace) -> None:
    done = mark(ws, ["412,000 containers"], "verified", [PAGE], reviewer="Ann")[0]
    edited = HARBOUR.replace(done.claim.claim.text, "Nobody spoke of it.")
    (ws.root / "corpus/digest.txt").write_text(f"{edited}\n{BRIDGE}")
    index(ws)
    article = read_article(ws, done.claim.claim.article)
    lost = article.claims[-1]
    assert {c.status for c in article.claims[:-1]} == {"unreviewed"}
    assert (lost.status, lost.claim.text) == ("verified", done.claim.claim.text)
    assert "orphaned" in lost.flags
    verified = ClaimFilter(statuses=["verified"])
    assert find_claims(ws, verified).items[0].claim.claim.id == lost.claim.id
    with pytest.raises(SearchkitError, match="no longer in the corpus"):
        mark(ws, [lost.claim.id], "verified", reviewer="Ann")
    assert stats(ws).lost == 1


def test_a_verdict_survives_other_quotes_and_moves_along(ws: Workspace) -> None:
    text = HARBOUR.replace("the new crane", "the “new” crane")
    (ws.root / "corpus/digest.txt").write_text(text)
    index(ws, prune=True)
    done = mark(ws, ["crane had shortened"], "unproven", reviewer="A")
    moved = text.replace("“new”", '"new"').replace("The harbour of", "Good news. The harbour of")
    (ws.root / "corpus/digest.txt").write_text(moved)
    index(ws)
    article = read_article(ws, done[0].claim.claim.article)
    standing = [c for c in article.claims if c.status == "unproven"]
    assert ['"new"' in c.claim.text for c in standing] == [True]
    assert standing[0].claim.id == done[0].claim.claim.id
    assert "orphaned" not in standing[0].flags


def test_a_damaged_sidecar_is_named_and_left_alone(ws: Workspace) -> None:
    done = mark(ws, ["412,000 containers"], "verified", [PAGE], reviewer="Ann")[0]
    mark(ws, ["5,400 pupils"], "unproven", reviewer="Ann")
    path = ws.index / "reviews" / f"{done.claim.claim.article}.json"
    path.write_text("{broken", "utf-8")
    with pytest.raises(SidecarError, match=path.name):
        mark(ws, [done.claim.claim.id], "false", reviewer="Ann")
    assert path.read_text("utf-8") == "{broken"
    assert find_claims(ws, "status:unproven").total == 1
    assert any(path.name in problem for problem in doctor(ws))
    index(ws)
    assert path.read_text("utf-8") == "{broken"


def test_handles_are_unique_and_short(ws: Workspace) -> None:
    ids = ws.engine.ids("claims")
    short = handles(ws, ids)
    assert len(set(short.values())) == len(ids)
    for id, handle in short.items():
        assert resolve_claim(ws, handle)[1] == id
    for id, handle in handles(ws, ws.engine.ids("articles"), "articles").items():
        assert resolve_article(ws, handle) == id


def test_show_and_open(ws: Workspace) -> None:
    article = search(ws, "bridge").items[0].article
    whole = show(ws, article.id)
    assert not isinstance(whole, tuple)
    claim = whole.claims[2]
    one = show(ws, claim.claim.id)
    assert isinstance(one, tuple)
    assert one[1] == claim
    assert source_link(ws, article.id) == "https://radio.example.org/bridge-closed"
    assert source_link(ws, claim.claim.id) == "https://radio.example.org/bridge-closed"


def test_flags_follow_the_sources_of_an_article(tmp_path: Path) -> None:
    ws, _ = indexed(tmp_path)
    mark(ws, ["412,000 containers"], "verified", [PAGE], reviewer="Ann")
    assert find_claims(ws, "flag:own-source").total == 0
    digest = tmp_path / "corpus" / "digest.txt"
    text = digest.read_text("utf-8")
    digest.write_text(text.replace("https://courier.example.org/2024/06/04/harbour", PAGE.url))
    index(ws)
    assert find_claims(ws, "flag:own-source").total == 1
