"""What the shell offers for statuses, outlets and ids."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import click

from searchkit.cli.screen import shortened
from searchkit.errors import SearchkitError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from searchkit.cli.app import App

_MOST = 50
_Offers = Callable[["App", str], Iterable[tuple[str, str]]]
_Complete = Callable[[click.Context, click.Parameter, str], "list[CompletionItem]"]


def _completing(offers: _Offers) -> _Complete:
    def complete(ctx: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem  # noqa: PLC0415 - only when completing

        from searchkit.cli.app import App  # noqa: PLC0415 - it needs this module

        given = ctx.find_root().params
        flags = {
            "index": given.get("folder"),
            "engine": given.get("engine"),
            "opensearch.url": given.get("url"),
        }
        try:
            found = list(offers(App(flags, None), begun))[:_MOST]
        except SearchkitError:
            # There may be no index here yet: that is no time for a message.
            return []
        # The other shells put quotes around what needs them.
        quote = shlex.quote if os.environ.get("_SEARCHKIT_COMPLETE", "").startswith("bash") else str
        return [CompletionItem(quote(value), help=help) for value, help in found]

    return complete


def _statuses(app: App, begun: str) -> Iterable[tuple[str, str]]:
    statuses = app.config.scale.statuses
    return [(s.name, s.meaning) for s in statuses if s.name.startswith(begun)]


def _outlets(app: App, begun: str) -> Iterable[tuple[str, str]]:
    with app.workspace() as ws:
        names = ws.engine.outlets()
    return [(name, "") for name in names if name.lower().startswith(begun.lower())]


def _articles(app: App, begun: str) -> Iterable[tuple[str, str]]:
    with app.workspace() as ws:
        found = ws.engine.articles(ws.engine.ids("articles", begun.lower(), _MOST))
    return [(article.id, shortened(article.title)) for article in found]


def _claims(app: App, begun: str) -> Iterable[tuple[str, str]]:
    with app.workspace() as ws:
        found = ws.engine.claims(ws.engine.ids("claims", begun.lower(), _MOST))
    return [(claim.id, shortened(claim.text)) for claim in found]


def _either(*kinds: _Offers) -> _Offers:
    return lambda app, begun: [offer for kind in kinds for offer in kind(app, begun)]


statuses = _completing(_statuses)
outlets = _completing(_outlets)
articles = _completing(_articles)
claims = _completing(_claims)
articles_and_claims = _completing(_either(_articles, _claims))
claims_and_statuses = _completing(_either(_statuses, _claims))
