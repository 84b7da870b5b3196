"""Rendered reports: golden files, the schema, and text that tries to be more than text."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import assume, example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from report_samples import HOSTILE, PROBE, attack, probe, report, reworded

from searchkit.model import DEFAULT_SCALE, Scale, Status
from searchkit.reports import RENDERERS, Report, ReportSettings
from searchkit.reports.escape import address, escaped, plain

SCHEMA = json.loads(Path(__file__).parents[1].joinpath("docs/report.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA)
BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
#: What Markdown and editors give a meaning, besides what hypothesis thinks of.
SPECIALS = [
    *("<script>", "[a](http://x)", "![", "|", "`", "**", "_", "~~~", "{: x}", "$x$", "<!--"),
    *("# ", "- ", "1. ", "2) ", "===", "---", "> ", ": ", "\n", "\r", "\\", "\u3000", "\u2028"),
    *("https://x", "www.x", "a@b.c", "&lt;", "&#60;", "\x00", "\x1b[31m", "\u202e"),
]
MARKUP = st.lists(st.sampled_from(SPECIALS) | st.text(max_size=8), max_size=8).map("".join)


def hostile(words: str = HOSTILE, text: str = HOSTILE) -> Report:
    """A report in which every text is `words`."""
    # Not the contact: a link is welcome there.
    settings = ReportSettings(words, words, "The Desk", words, words)
    odd = Scale((*DEFAULT_SCALE.statuses, Status("odd", words, words, 4)))
    gone = attack(words, text).reviewed("changed")
    return report(gone, settings=settings, scale=odd, filters=words)


def everything() -> Report:
    """Verdicts of every kind, an article that left the corpus, and claims nobody judged."""
    left = evolve(probe().reviewed(in_corpus=False), article=evolve(PROBE, id="probe0", sources=()))
    settings = ReportSettings(
        "Checked in August",
        "The Desk",
        "https://desk.example.org/contact",
        "Two look.\n\nOne asks.",
    )
    return report(
        left,
        probe().reviewed(),
        settings=settings,
        everything=True,
        totals=(2, 14),
    )


@pytest.mark.parametrize(
    ("format", "ending"), [("markdown", "md"), ("html", "html"), ("csv", "csv"), ("json", "json")]
)
def test_rendered_as_before(format: str, ending: str, golden: Callable[[str, str], None]) -> None:
    render = RENDERERS[format]
    golden(f"report.{ending}", render(everything()))
    golden(f"report-hostile.{ending}", render(hostile()))
    golden(f"report-reworded.{ending}", render(report(reworded("1", HOSTILE, words=HOSTILE))))
    golden(f"report-empty.{ending}", render(report()))


@pytest.mark.parametrize(
    "made", [everything, hostile, report, lambda: report(reworded("Monday", HOSTILE))]
)
def test_json_keeps_to_its_schema(made: Callable[[], Report]) -> None:
    VALIDATOR.validate(json.loads(RENDERERS["json"](made())))


def test_the_schema_is_sound_and_closed() -> None:
    Draft202012Validator.check_schema(SCHEMA)

    def closed(part: Any) -> None:
        if isinstance(part, dict):
            if part.get("type") == "object":
                assert part["additionalProperties"] is False
                assert sorted(part["required"]) == sorted(part["properties"])
            for inner in part.values():
                closed(inner)

    closed(SCHEMA)


def test_every_json_field_is_described() -> None:
    described = Path(__file__).parents[1].joinpath("docs/report.md").read_text()
    names = set(SCHEMA["properties"])
    for part in SCHEMA["$defs"].values():
        names |= set(part.get("properties", ()))
    assert not [name for name in names if not re.search(rf"`(\w+\.)?{name}`", described)]


@given(MARKUP)
@example("\x7f\x9f\u2028\ufeff" + BIDI)
def test_json_keeps_texts_and_hides_nothing(words: str) -> None:
    assume(plain(words))
    text = RENDERERS["json"](hostile(words, "The text."))
    found = json.loads(text)
    VALIDATOR.validate(found)
    assert found["title"] == found["articles"][0]["title"] == words
    assert found["articles"][0]["claims"][0]["evidence"]["refutes"][1]["quote"] == words
    assert not set(text) & {*BIDI, "\x00", "\x7f", "\u2028"}


@given(MARKUP)
@example("# x")
@example("12) x\\")
@example("\x00- x")
def test_escaped_text_shows_as_it_is(words: str) -> None:
    text = escaped(words)
    assert len(text.splitlines()) <= 1
    assert not re.search(r"[<>@]|https?:|www\.", text)
    assert not re.match(r"[-+=#:%!]|[0-9]{1,9}[.)]", text)
    bare = re.sub(r"\\[!-/:-@\[-`{-~]|&(?:amp|lt|gt|#[0-9]+);", "", text)
    assert not set(bare) & set("\\`*_{}[]|~$#&")

    def shown(match: re.Match[str]) -> str:
        return match[1] or html.unescape(match[0])

    assert re.sub(r"\\([!-/:-@\[-`{-~])|&[a-z0-9#]+;", shown, text) == plain(words)


@given(MARKUP)
@example(HOSTILE)
def test_no_text_adds_to_the_structure(words: str) -> None:
    assume(plain(words))
    # Paragraphs of the method are the one thing that text may make.
    words = re.sub(r"[\r\n]+", "\n", words)
    text = RENDERERS["markdown"](hostile(words, "The text."))
    assert _skeleton(text) == _skeleton(RENDERERS["markdown"](hostile("word", "The text.")))
    assert "<script" not in text
    assert not set(text) & {*BIDI, "\x00", "\x1b", "\r"}


def _skeleton(text: str) -> list[tuple[str, ...]]:
    """For each line its marker, and what in it is markup: cells, links, tags."""
    lines = []
    for line in text.split("\n"):
        marker = re.match(r"#+ |- |> |\| |", line)
        bare = re.sub(r"\\.", "", line)
        lines.append((marker[0] if marker else "", *re.findall(r"\||\]\(\S+\)|[<>`#~]", bare)))
    return [(marker, *(part for part in rest if part != "#")) for marker, *rest in lines]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "java\nscript:alert(1)",
        " javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "vbscript:x",
        "//evil.example/x",
        "corpus/file.txt",
        "http:evil.example",
        "https://",
        "https://bank.example@evil.example/",
        "https://evil.example\\@x/",
        "https://x.example:port/",
        "https://[::1/",
        "https://x.example/\u202egpj.exe",
        "https://x.example/\x00",
        "doi:javascript:alert(1)",
    ],
)
def test_other_links_are_no_links(url: str) -> None:
    assert address(url) is None


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://x.example/a?b=1&c=2#d", "https://x.example/a?b=1&c=2#d"),
        ("HTTP://X.example:8080", "http://x.example:8080"),
        ("https://x.example/a(b) <c>", "https://x.example/a%28b%29%20%3Cc%3E"),
        ("https://x.example/%41`|", "https://x.example/%41%60%7C"),
        ("https://例え.example/路", "https://例え.example/%E8%B7%AF"),
        ("http://http/x", "http://http/x"),
        ("https://[::1]:80/x", "https://[::1]:80/x"),
        ("doi:10.1234/a(b)", "https://doi.org/10.1234/a%28b%29"),
    ],
)
def test_links_are_encoded(url: str, target: str) -> None:
    assert address(url) == target


@given(st.one_of(MARKUP, MARKUP.map("https://x.example/{}".format), MARKUP.map("http://{}".format)))
def test_no_address_breaks_out_of_its_link(url: str) -> None:
    target = address(url)
    assert target is None or re.fullmatch(r"https?://[^\s<>()\\`|\"{}]+", target)


@pytest.mark.parametrize("format", list(RENDERERS))
def test_half_surrogates_do_not_break_a_report(format: str) -> None:
    broken = evolve(probe().reviewed(), article=evolve(PROBE, title="Half \ud83d"))
    assert "Half \ufffd" in RENDERERS[format](report(broken)).encode().decode()
