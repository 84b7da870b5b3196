"""What the tests of a troubled cluster share: projects of some size, and how a refusal looks."""

from __future__ import annotations

import json
from collections.abc import Callable

from cli_runner import Cli, Ran

#: Makes a project with these files; the usual three articles by default.
Start = Callable[..., Cli]
ARTICLES = 400


def many(count: int, word: str) -> dict[str, str]:
    """A corpus of so many articles, all of which hold the word."""
    lines = []
    for number in range(count):
        text = f"The {word} of day {number} was seen.\n\n" + " ".join(
            f"word{(number * 7 + n) % 997}" for n in range(120)
        )
        value = {"title": f"Report {number} on the {word}", "text": text, "outlet": "CNN"}
        lines.append(json.dumps(value))
    return {f"{word}.jsonl": "\n".join(lines) + "\n"}


def add(cli: Cli, count: int, word: str) -> None:
    """Put so many articles with that word into the corpus."""
    for name, text in many(count, word).items():
        (cli.folder / "corpus" / name).write_text(text)


def whole(cli: Cli, word: str, count: int) -> None:
    """Check that so many articles hold the word, and that all is well."""
    assert cli.json("search", word)["total"] == count
    assert len(cli.json("search", word, "-n", str(count + 1))["items"]) == count
    assert cli.ok("doctor").startswith("all is well")


def refused(ran: Ran, *words: str) -> str:
    """Check that a command failed with one line that says what and how to mend it."""
    assert (ran.code, ran.out) == (1, ""), ran
    assert ran.err.count("\n") == 1, ran.err
    assert "Traceback" not in ran.err
    for word in words:
        assert word in ran.err
    return ran.err
