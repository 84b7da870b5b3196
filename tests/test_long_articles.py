"""What an article takes grows as its length does. Calls are counted, for seconds tell little."""

from __future__ import annotations

from collections.abc import Callable
from cProfile import Profile
from pathlib import Path

import pytest
from projects import indexed

from searchkit.model import ReviewedArticle
from searchkit.workflow.reading import handles, resolve_claim, show
from searchkit.workflow.searching import find_claims, search
from searchkit.workflow.workspace import Workspace

_SIZES = (200, 400, 800)
#: The first half again costs 2 times the first; what grows with the square of the length, 4 times.
_GROWTH = 2.8

WORDINGS: dict[str, Callable[[int], str]] = {
    "different": "The harbour of Northport was closed on day {}.".format,
    "same": "The harbour of Northport was closed for 12 days.".format,
}


def _search(ws: Workspace) -> object:
    return search(ws, 'harbour OR clos* OR "harbour northport"~3').items


def _show(ws: Workspace) -> object:
    article = search(ws, "").items[0].article
    found = show(ws, article.id)
    assert isinstance(found, ReviewedArticle)
    return handles(ws, (claim.claim.id for claim in found.claims))


def _worth(ws: Workspace) -> object:
    return find_claims(ws, worth=True).items


@pytest.mark.parametrize("door", [_search, _show, _worth])
@pytest.mark.parametrize("wording", WORDINGS)
def test_the_work_grows_as_the_article_does(
    tmp_path: Path, wording: str, door: Callable[[Workspace], object]
) -> None:
    took = []
    # The first is done twice: it also imports and fills what is kept.
    for at, size in enumerate((_SIZES[0], *_SIZES)):
        ws = _article(tmp_path / str(at), map(WORDINGS[wording], range(size)))
        took.append(_calls(door, ws))
    _, small, middle, large = took
    assert large - middle < _GROWTH * (middle - small), took


def test_handles_of_a_repeated_sentence_name_each_one(tmp_path: Path) -> None:
    ws = _article(tmp_path, map(WORDINGS["same"], range(12)))
    ids = ws.engine.ids("claims")
    short = handles(ws, ids)
    assert len(set(short.values())) == len(ids) == 13
    for id, handle in short.items():
        assert resolve_claim(ws, handle)[1] == id
    repeated = [id for id in ids if id.partition("-")[0] + "-2" in ids]
    assert len(repeated) == 12
    assert all(short[id] == id for id in repeated)


def _article(folder: Path, sentences: map[str]) -> Workspace:
    text = "\n\n".join(["Notes on a winter", *sentences])
    return indexed(folder, {"long.txt": f"{text}\n"})[0]


def _calls(door: Callable[[Workspace], object], ws: Workspace) -> int:
    """How many functions are called while something is done that finds something."""
    with Workspace.open(ws.index) as fresh, Profile() as profile:
        assert door(fresh)
    return sum(entry.callcount for entry in profile.getstats())
