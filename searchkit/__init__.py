"""Full-text search over a folder of news articles, with claim verification on top."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searchkit.lazily import names

__version__ = "0.1.0"

if TYPE_CHECKING:
    from searchkit.errors import SearchkitError
    from searchkit.reports import RENDERERS, ReportSettings
    from searchkit.workflow.checking import check_links, fetcher
    from searchkit.workflow.contradictions import contradictions
    from searchkit.workflow.importing import import_reviews
    from searchkit.workflow.indexing import index
    from searchkit.workflow.links import Link
    from searchkit.workflow.merging import merge
    from searchkit.workflow.preserving import preserve
    from searchkit.workflow.proving import verify_copies
    from searchkit.workflow.reading import show
    from searchkit.workflow.reporting import compare_heads, doctor, report, stats
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
    from searchkit.workflow.saved import forget_search, new_in, save_search, saved_searches
    from searchkit.workflow.searching import find_claims, search
    from searchkit.workflow.selection import ClaimFilter
    from searchkit.workflow.settling import confirm, reattach
    from searchkit.workflow.similar import similar
    from searchkit.workflow.workspace import Workspace

_HOMES = {
    "errors": ("SearchkitError",),
    "reports": ("RENDERERS", "ReportSettings"),
    "workflow.checking": ("check_links", "fetcher"),
    "workflow.contradictions": ("contradictions",),
    "workflow.importing": ("import_reviews",),
    "workflow.indexing": ("index",),
    "workflow.links": ("Link",),
    "workflow.merging": ("merge",),
    "workflow.preserving": ("preserve",),
    "workflow.proving": ("verify_copies",),
    "workflow.reading": ("show",),
    "workflow.reporting": ("compare_heads", "doctor", "report", "stats"),
    "workflow.reviewing": (
        "add_claim",
        "assign",
        "history",
        "link",
        "mark",
        "note",
        "undo",
        "unlink",
    ),
    "workflow.saved": ("forget_search", "new_in", "save_search", "saved_searches"),
    "workflow.searching": ("find_claims", "search"),
    "workflow.selection": ("ClaimFilter",),
    "workflow.settling": ("confirm", "reattach"),
    "workflow.similar": ("similar",),
    "workflow.workspace": ("Workspace",),
}

__all__ = [
    "RENDERERS",
    "ClaimFilter",
    "Link",
    "ReportSettings",
    "SearchkitError",
    "Workspace",
    "add_claim",
    "assign",
    "check_links",
    "compare_heads",
    "confirm",
    "contradictions",
    "doctor",
    "fetcher",
    "find_claims",
    "forget_search",
    "history",
    "import_reviews",
    "index",
    "link",
    "mark",
    "merge",
    "new_in",
    "note",
    "preserve",
    "reattach",
    "report",
    "save_search",
    "saved_searches",
    "search",
    "show",
    "similar",
    "stats",
    "undo",
    "unlink",
    "verify_copies",
]

# `searchkit --version` needs none of it.
__getattr__ = names(__name__, _HOMES)
