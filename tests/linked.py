"""Projects whose evidence lies on a real server, for the tests of links."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from cli_runner import Cli, started
from projects import HARBOUR
from webserver import QUICK

from searchkit.evidence.fetch import Fetcher
from searchkit.workflow.checking import CheckReport, check_links
from searchkit.workflow.workspace import Workspace

NOW = dt.datetime(2024, 8, 5, 12, tzinfo=dt.UTC)
#: Stands in the page that the server gives.
QUOTE = "the new crane had shortened waiting times by a third"


def project(folder: Path, patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """An indexed project whose reviewer does not wait long for servers."""
    patch.setattr("searchkit.evidence.fetch.Limits", lambda: QUICK)
    found = started(folder, patch, capsys, {"a.txt": HARBOUR})
    patch.setenv("SEARCHKIT_REVIEWER", "Ann")
    return found


def judge(cli: Cli, *urls: str, quote: str | None = None, words: str = "412,000") -> str:
    """Verify a claim by these links, and give its id."""
    claim = cli.handle(words)
    more = ["--quote", quote] if quote else []
    cli.ok("mark", claim, "verified", *urls, *more)
    return claim


def answer(cli: Cli, *args: str) -> Any:
    """What a command about links prints with ``--json``."""
    return json.loads(cli("links", *args, "--json").out)


def checked(cli: Cli, web: Fetcher, now: dt.datetime = NOW, **more: bool) -> CheckReport:
    """Check the links of evidence at a time."""
    with Workspace.open(cli.folder / "index") as ws:
        return check_links(ws, web, sources=False, now=now, pause=0.01, **more)


def states(found: CheckReport) -> dict[str, str]:
    """State of each link, by its path."""
    return {one.result.url.split("/", 3)[3]: one.result.state for one in found.links}
