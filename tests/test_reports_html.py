"""The HTML report: well-formed, self-contained, and deaf to hostile text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from attrs import evolve
from hypothesis import assume, given
from report_samples import HOSTILE, PROBE, probe, report, reworded
from test_reports_formats import BIDI, MARKUP, everything, hostile

from searchkit.model import Article
from searchkit.reports import RENDERERS, Report
from searchkit.reports.escape import plain

_VOID = {"meta", "br", "rect"}


class _Tree(HTMLParser):
    """Follows the tags; what is left open or closed twice is a mistake."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        #: (tag, names of its attributes), in order.
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs if name not in ("lang", "class"))))
        given = dict(attrs)
        assert len(given) == len(attrs), "an attribute stands twice"
        assert not [name for name in given if name.startswith("on") or name == "style"]
        if "href" in given:
            self.links.append(given["href"] or "")
        if "id" in given:
            self.ids.append(given["id"] or "")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "script"):
            self.text.append(data)


def parsed(made: Report) -> _Tree:
    tree = _Tree()
    tree.feed(RENDERERS["html"](made))
    tree.close()
    assert tree.open == []
    return tree


def words(made: Report) -> str:
    return re.sub(" (?=[:,])", "", " ".join(" ".join(parsed(made).text).split()))


@pytest.mark.parametrize("make", [everything, hostile, report])
def test_well_formed_and_self_contained(make: object) -> None:
    assert callable(make)
    made = make()
    tree = parsed(made)
    assert len(set(tree.ids)) == len(tree.ids)
    assert not {"script", "link", "img", "iframe", "object", "form"} & {tag for tag, _ in tree.tags}
    for link in tree.links:
        assert link.startswith(("https://", "http://")) or link.removeprefix("#") in tree.ids
    text = RENDERERS["html"](made)
    style = text.partition("<style>")[2].partition("</style>")[0]
    assert not re.search(r"url\(|@import|<", style)


def test_says_what_an_editor_needs() -> None:
    text = words(everything())
    for part in (
        "Checked in August",
        "The Desk",
        "2 articles, 14 claims",
        "2024-09-01 10:30 UTC",
        "The probe brought 2 kg of samples from the Moon.",
        "It brought 2 kg of samples, and it will fly again.",
        "The space agency",
        "The agency weighed them.",
        "Samples weighed",
        "The samples weigh 1,935 g.",
        "accessed 2024-08-02T08:00:00Z",
        "reviewers differ",
        "Bob: Mixed, 2024-08-02 09:01 UTC",
        "changed the verdict from False to Verified",
        "(taken back)",
        "no longer in the corpus",
        "Two look.",
        "Evidence refutes it.",
        "Corrections policy Not stated.",
    ):
        assert part in text, part
    assert "Carol" not in text


def test_the_claim_is_marked_within_its_sentence() -> None:
    text = RENDERERS["html"](report(probe().reviewed()))
    assert "<mark>The probe landed on Monday.</mark>" in text


def test_chart_shows_shares_of_the_most_frequent() -> None:
    made = report(probe().reviewed())
    widths = re.findall(r'<rect width="([0-9.]+)"', RENDERERS["html"](made))
    most = max(count for _, count in made.summary)
    assert [float(w) for w in widths] == [round(100 * n / most, 2) for _, n in made.summary]


@given(MARKUP)
def test_no_text_becomes_markup(text: str) -> None:
    assume(plain(text))
    # Paragraphs of the method are the one thing that text may make.
    text = re.sub(r"[\r\n]+", "\n", text)
    tree = parsed(hostile(text, "The text."))
    assert tree.tags == parsed(hostile("word", "The text.")).tags
    shown = " ".join(tree.text)
    assert plain(text) in shown
    assert not set(shown) & {*BIDI, "\x00", "\x1b"}


@given(MARKUP)
def test_no_reworded_text_becomes_markup(text: str) -> None:
    def tags(words: str) -> set[tuple[str, tuple[str, ...]]]:
        return set(parsed(report(reworded("Monday", f"Tuesday{words}", words=words))).tags)

    assert tags(text) <= tags("0") | {("del", ()), ("ins", ())}


def test_hostile_links_are_text() -> None:
    links = parsed(hostile()).links
    assert not [link for link in links if "javascript" in link or link.startswith("file")]
    assert HOSTILE.splitlines()[0] in words(hostile())


def test_languages_are_told_for_the_right_fonts() -> None:
    for title, language in (("嫦娥六号带回样品", "zh"), ("月の石を持ち帰る", "ja"), ("Moon", None)):
        changed = evolve(probe().reviewed(), article=evolve(PROBE, title=title))
        text = RENDERERS["html"](report(changed))
        assert (f'<h3 dir="auto" lang="{language}">' in text) == (language is not None)


def test_an_article_without_a_title() -> None:
    bare = evolve(probe().reviewed(), article=Article("", PROBE.text, (), id="bare1"))
    assert "(no title)" in words(report(bare))
