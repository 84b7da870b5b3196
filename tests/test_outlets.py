"""One name for each outlet, by a table that users can extend."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import make

from searchkit.errors import SearchkitError
from searchkit.model import Article, Source
from searchkit.outlets import outlets
from searchkit.workflow.indexing import index
from searchkit.workflow.workspace import Workspace


def facet(ws: Workspace) -> list[str]:
    return sorted(
        name
        for article in ws.engine.articles(ws.engine.ids("articles"))
        for name in article.outlets
    )


@pytest.mark.parametrize(
    "written", ["BBC", "BBC News", "bbc news", "bbc.com", "www.BBC.co.uk", "BBC中文"]
)
def test_spellings_of_one_outlet(written: str) -> None:
    assert outlets().name(written) == "BBC"


def test_an_unknown_outlet_stays_as_it_is_written() -> None:
    assert outlets().name("The  Northport Courier") == "The  Northport Courier"
    assert outlets().name("BBC Wildlife") == "BBC Wildlife"


def test_the_article_before_a_name_makes_no_difference() -> None:
    assert outlets().name("Guardian") == outlets().name("THE GUARDIAN") == "The Guardian"
    assert outlets().name("thepaper.cn") == "The Paper"


def test_a_host_names_the_outlet_where_nobody_does() -> None:
    link = "https://news.bbc.co.uk/a"
    table = outlets()
    assert table.of_link(link) == "BBC"
    assert table.of_link("https://notbbc.com/a") is None
    assert table.of_link("http://[broken") is None
    article = Article("A", "b", (Source(link=link), Source("BBC News - World", None, link)))
    assert table.settled(article).sources == (Source("BBC", None, link),)
    foreign = Article("A", "b", (Source("Northport Courier", None, link),))
    assert table.settled(foreign) is foreign


def test_a_table_of_ones_own_overrules() -> None:
    table = outlets(
        {"Courier": ["Northport Courier", "courier.example"], "Beeb": ["bbc.com", "BBC News"]}
    )
    assert table.name("northport courier") == "Courier"
    assert table.name("BBC News") == "Beeb"
    assert table.name("BBC") == "BBC"
    assert table.version != outlets().version


def test_one_name_for_two_outlets_is_refused() -> None:
    with pytest.raises(SearchkitError, match="stands for both"):
        outlets({"A": ["x"], "B": ["X"]})


def test_articles_are_read_again_when_the_table_changes(tmp_path: Path) -> None:
    text = "T\n\nOne two.\n\nSource: {}, June 4, 2024\n"
    files = {
        "a.txt": text.format("Northport Courier"),
        "b.txt": text.format("NC").replace("One", "Six"),
    }
    with make(tmp_path, files) as ws:
        index(ws)
        assert facet(ws) == ["NC", "Northport Courier"]
    table = {"The Courier": ["NC", "Northport Courier"]}
    with Workspace.open(tmp_path / "index", outlets=table) as ws:
        index(ws)
        assert facet(ws) == ["The Courier"] * 2
        index(ws, rebuild=True)
        assert facet(ws) == ["The Courier"] * 2
