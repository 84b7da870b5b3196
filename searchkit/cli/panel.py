"""How the queue looks: a claim with its article around it, as lines that fit a screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import frozen

from searchkit.cli.difference import difference
from searchkit.cli.screen import (
    bold,
    clean,
    columns_of,
    dim,
    highlighted,
    shortened,
    status,
    wrapped,
)
from searchkit.model import Stance
from searchkit.workflow.queue import Coverage, QueuedClaim

_REASONS = 3
_MOST_LINKS = 3
_MOST_CHANGED = 5
_INDENT = "  "


@frozen
class DraftLink:
    """A link that the next verdict will carry."""

    url: str
    #: None: it follows from the verdict.
    stance: Stance | None = None


@frozen
class Draft:
    """What was given for the claim before its verdict."""

    links: tuple[DraftLink, ...] = ()
    note: str | None = None
    wording: str | None = None


@frozen
class Panel:
    """Everything that is on the screen."""

    queued: QueuedClaim
    coverage: Coverage
    draft: Draft
    #: Key -> status.
    keys: Mapping[str, str]
    #: The answer to the last key.
    message: str = ""
    #: Do not show what others concluded.
    hidden: bool = False


def render(panel: Panel, width: int, height: int) -> list[str]:
    """The lines of the screen, the last one for the message.

    Args:
        width: columns of the terminal.
        height: its lines; never more than these are returned.
    """
    top = [_corner(panel, width), *_about(panel, width)]
    bottom = [*_given(panel, width), *_help(panel, width), _cut(panel.message, width)]
    room = max(1, height - len(top) - len(bottom))
    if room < 4:
        # A tiny screen: the claim itself comes before all else.
        top, bottom = top[:1], bottom[-1:]
        room = max(1, height - 2)
    body = _text(panel, width, room)
    return [*top, *body, *[""] * (room - len(body)), *bottom][:height]


def _corner(panel: Panel, width: int) -> str:
    done = f"{panel.coverage.done:,} of {panel.coverage.total:,}"
    title = shortened(panel.queued.article.article.title or "(no title)", max(8, width))
    title = _cut(title, width - len(done) - 2)
    gap = " " * max(1, width - columns_of(title) - len(done))
    return f"{bold(title)}{gap}{dim(done)}"


def _about(panel: Panel, width: int) -> list[str]:
    article = panel.queued.article.article
    sources = ", ".join(
        " ".join(filter(None, (s.outlet, s.date.isoformat() if s.date else None)))
        for s in article.sources
    )
    claim = panel.queued.claim
    number = "title" if claim.claim.kind == "title" else f"claim {claim.claim.number}"
    return [dim(_cut(f"{number}  {panel.queued.handle}  {clean(sources)}", width)), ""]


def _text(panel: Panel, width: int, room: int) -> list[str]:
    """The claim in its article, as much of what stands around it as fits."""
    claim, article = panel.queued.claim, panel.queued.article.article
    held = claim.anchor is None or claim.anchor.state != "orphaned"
    if claim.claim.kind == "title" or not held or not article.text:
        lines = [highlighted(line) for line in wrapped(claim.claim.text, width)]
        rest = wrapped(article.text[: width * room], width) if claim.claim.kind == "title" else []
        return ([*lines, "", *map(dim, rest)] if rest else lines)[:room]
    start, end = claim.claim.span
    reach = width * room
    before = wrapped(article.text[max(0, start - reach) : start], width)
    own = wrapped(article.text[start:end], width)[:room]
    after = wrapped(article.text[end : end + reach], width)
    spare = room - len(own)
    behind = min(len(after), max(spare - len(before), (spare + 1) // 2))
    ahead = min(len(before), spare - behind)
    return [
        *map(dim, before[len(before) - ahead :]),
        *map(highlighted, own),
        *map(dim, after[:behind]),
    ]


def _given(panel: Panel, width: int) -> list[str]:
    """What was said of the claim so far, and what the next verdict will carry."""
    draft = panel.draft
    lines = [""]
    if not panel.hidden:
        lines += _said(panel, width)
        lines += _known(panel, width)
    reasons = [reason for reason, weight in panel.queued.worth.reasons if weight > 0]
    if reasons:
        lines.append(dim(_cut(f"worth checking: {', '.join(reasons[:_REASONS])}", width)))
    for link in draft.links[-_MOST_LINKS:]:
        side = link.stance or "as the verdict"
        lines.append(_cut(f"+ {side}: {clean(link.url)}", width))
    if draft.note is not None:
        lines.append(_cut(f"+ note: {clean(draft.note)}", width))
    if draft.wording is not None:
        lines.append(_cut(f"+ wording: {clean(draft.wording)}", width))
    return lines


def _said(panel: Panel, width: int) -> list[str]:
    claim = panel.queued.claim
    state = claim.state
    if state is None:
        return []
    lines = []
    if "orphaned" in claim.flags:
        told = "its words are gone; as judged"
        lines.append(_cut(f"{told}: {clean(state.selector.exact)}", width))
    elif changed := difference(claim, width):
        lines.append(_cut("the text changed since it was judged (= still right):", width))
        lines += changed[:_MOST_CHANGED]
        if len(changed) > _MOST_CHANGED:
            lines.append(dim(_cut(f"… searchkit show {panel.queued.handle}", width)))
    for judgement in state.judgements[-_MOST_LINKS:]:
        told = f"  {clean(judgement.reviewer)}, {judgement.time[:10]}"
        reasoning = f"  {clean(judgement.note)}" if judgement.note else ""
        room = max(4, width - columns_of(judgement.status))
        lines.append(status(judgement.status) + dim(_cut(told + reasoning, room)))
    for evidence in state.evidence[-_MOST_LINKS:]:
        lines.append(dim(_cut(f"{_INDENT}{evidence.stance}: {clean(evidence.url)}", width)))
    if state.assigned:
        lines.append(dim(_cut(f"at work on it: {clean(', '.join(state.assigned))}", width)))
    return lines


def _known(panel: Panel, width: int) -> list[str]:
    """Reviewed claims that may say the same, and how many others say it."""
    similar = panel.queued.similar
    if similar is None:
        return []
    lines = []
    for match in similar.matches:
        told = f"like {match.handle}: "
        room = max(4, width - columns_of(told) - columns_of(match.claim.status) - 1)
        text = _cut(clean(match.claim.claim.text), room)
        lines.append(f"{dim(told)}{status(match.claim.status)} {dim(text)}")
    if similar.sources:
        count = len(similar.sources)
        others = "1 other source seems" if count == 1 else f"{count} other sources seem"
        told = f"{others} to say so too: searchkit similar {panel.queued.handle}"
        lines.append(dim(_cut(told, width)))
    return lines


def _help(panel: Panel, width: int) -> list[str]:
    words = [f"{bold(key)} {name}" for key, name in panel.keys.items()]
    more = [
        f"{bold(key)} {what}"
        for key, what in (("n", "note"), ("s", "skip"), ("?", "help"), ("q", "quit"))
    ]
    return ["", *_flow([*words, *more], width)]


def _flow(parts: Sequence[str], width: int) -> list[str]:
    """Parts side by side, on as many lines as they need."""
    lines = [""]
    for part in parts:
        joined = f"{lines[-1]}  {part}" if lines[-1] else part
        if columns_of(joined) <= width or not lines[-1]:
            lines[-1] = joined
        else:
            lines.append(part)
    return lines


def _cut(text: str, width: int) -> str:
    """One line, cut where it is too wide."""
    if columns_of(text) <= width:
        return text
    kept = ""
    for character in text:
        if columns_of(kept + character) >= width:
            break
        kept += character
    return f"{kept}…"
