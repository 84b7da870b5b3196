"""How claims, statuses, places and texts look: what templates call."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup, escape

from searchkit.desk.text import visible
from searchkit.errors import SearchkitError
from searchkit.model import UNREVIEWED, Article, ReviewedArticle, ReviewedClaim, Scale
from searchkit.reports.markup import tone
from searchkit.snippets import Snippet
from searchkit.worth import worth

#: From this worth on, a claim that nobody judged is hinted at.
HINTED = 0.6
_SHORT = 72
#: The folders of a path, but of no link.
_FOLDERS = re.compile(r"(?<![\w:/.])/(?:[^\s/:;,'\"]+/)+")

_SAID = {
    "stale": "text changed",
    "reviewers-differ": "reviewers differ",
    "no-evidence": "no evidence",
    "own-source": "own source only",
    "orphaned": "words gone",
    "dead-link": "dead link",
}


def look(claim: ReviewedClaim, scale: Scale) -> str:
    """The classes of a claim in its text."""
    classes = []
    if claim.status != UNREVIEWED:
        classes.append(tone(scale.get(claim.status)))
        classes += [flag for flag in ("stale", "reviewers-differ") if flag in claim.flags]
    elif claim.state and claim.state.assigned:
        classes.append("assigned")
    elif worth(claim.claim.text, kind=claim.claim.kind).score >= HINTED:
        classes.append("worth")
    if claim.claim.kind == "custom":
        classes.append("custom")
    return " ".join(classes)


def said(claim: ReviewedClaim, scale: Scale) -> str:
    """The look of a claim in words; empty for one that has none."""
    if claim.status == UNREVIEWED:
        if claim.state and claim.state.assigned:
            return "being worked on"
        hinted = worth(claim.claim.text, kind=claim.claim.kind).score >= HINTED
        return "worth checking" if hinted else ""
    parts = [scale.get(claim.status).label]
    parts += [_SAID[flag] for flag in ("stale", "reviewers-differ") if flag in claim.flags]
    return ", ".join(parts)


def reasons(claim: ReviewedClaim) -> Sequence[str]:
    """Why a claim is worth checking, the weightiest first."""
    found = worth(claim.claim.text, kind=claim.claim.kind).reasons
    return [reason for reason, weight in found if weight > 0]


def flag_label(flag: str) -> str:
    """A flag as people say it."""
    return _SAID.get(flag, flag)


def checked(article: ReviewedArticle) -> int:
    """How many claims of an article somebody judged."""
    return sum(bool(claim.state and claim.state.judgements) for claim in article.claims)


def highlighted(snippet: Snippet) -> Markup:
    """A snippet with the words marked that answer the query."""
    parts = []
    at = 0
    for start, end in snippet.marks:
        parts += [escape(visible(snippet.text[at:start])), Markup("<mark>")]
        parts += [escape(visible(snippet.text[start:end])), Markup("</mark>")]
        at = end
    return Markup("").join([*parts, escape(visible(snippet.text[at:]))])


def verbatim(text: str | None) -> Markup:
    """Text as it was typed, line ends included, for a field to edit it in."""
    return escape(visible(text or ""))


def short(text: str, most: int = _SHORT) -> str:
    """The beginning of a text, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def places(article: Article) -> Sequence[str]:
    """Where an article stands in the corpus; of files outside the project, their names only."""
    found = []
    for origin in article.origins:
        path = Path(origin.path)
        found.append(f"{path.name if path.is_absolute() else origin.path}:{origin.line}")
    return found


def without_paths(text: str, root: Path) -> str:
    """A message without the folders of this machine."""
    return _FOLDERS.sub("", text.replace(f"{root}/", ""))


def told(error: SearchkitError, root: Path) -> str:
    """An error for a page; remedies on the command line stay as they are."""
    return without_paths(str(error), root)
