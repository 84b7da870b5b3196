"""``searchkit review``: the keyboard queue."""

from __future__ import annotations

import contextlib
import shutil
import sys
import webbrowser
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import click
from attrs import evolve

from searchkit.cli.app import App, by_option, filter_options, pass_app
from searchkit.cli.screen import bold, clean, counted, dim, note, say, shortened, wrapped
from searchkit.errors import SearchkitError

if TYPE_CHECKING:
    from searchkit.cli.keys import Keyboard
    from searchkit.model import Stance
    from searchkit.workflow.queue import Queue, QueuedClaim
    from searchkit.workflow.selection import ClaimFilter
    from searchkit.workflow.workspace import Workspace

_ACTS: Mapping[str, str] = {
    "n": "note: the reasoning of the next verdict, or a remark once you gave one",
    "w": "wording that can be understood alone, for publication",
    "t": "turn the last pasted link: supports, refutes, context, as the verdict",
    "=": "confirm: the verdict is still right for the changed words",
    "s": "skip: it comes back at the end",
    "b": "back to the one before",
    "u": "undo your last act on this claim",
    "a": "assign it to yourself, or somebody else",
    "o": "open the source in the browser",
    "/": "search",
    "?": "this help",
    "q": "quit; what you did is kept, and the queue goes on from there",
}
_STANCES: tuple[Stance | None, ...] = (None, "supports", "refutes", "context")
_CLEAR = "\x1b[?25l\x1b[H\x1b[2J"
#: Between these a terminal shows what it showed before, if it can (synchronized output, mode 2026).
_BEGIN, _END = "\x1b[?2026h", "\x1b[?2026l"


@click.command()
@filter_options
@by_option
@click.option(
    "--second-opinion", is_flag=True, help="What others judged, their verdicts hidden until yours."
)
@pass_app
def review(app: App, *, wanted: ClaimFilter, by: str | None, second_opinion: bool) -> None:
    """Go through claims one by one with a key for each verdict.

    WORDS are a query over claims, as in `claims`.
    """
    from searchkit.cli.keys import Keyboard  # noqa: PLC0415 - not for -h
    from searchkit.workflow.queue import Queue  # noqa: PLC0415

    keyboard = Keyboard()
    with app.workspace() as ws:
        reviewer = app.reviewer(ws, by)
        queue = Queue(ws, wanted, reviewer=reviewer, second_opinion=second_opinion)
        session = _Session(ws, queue, keyboard, reviewer, second=second_opinion)
        with keyboard, contextlib.suppress(KeyboardInterrupt):
            session.run()
        coverage = queue.coverage()
        app.missing += ws.damaged.values()
    say(f"{counted(session.marked, 'verdict')} given; {coverage.done:,} of {coverage.total:,} done")
    if session.finished:
        note("nothing waits any more")
    if queue.note:
        note(queue.note)


class _Session:
    """One sitting of one reviewer."""

    def __init__(
        self, ws: Workspace, queue: Queue, keyboard: Keyboard, reviewer: str, *, second: bool
    ):
        from searchkit.cli.panel import Draft  # noqa: PLC0415 - as the caller's imports
        from searchkit.workflow.queue import status_keys  # noqa: PLC0415 - the same

        self._ws = ws
        self._queue = queue
        self._keyboard = keyboard
        self._reviewer = reviewer
        self._second = second
        self._keys = status_keys(ws.scale.verdicts, _ACTS)
        self._none = Draft()
        self._draft = self._none
        self._message = ""
        #: Verdicts that were given in this sitting, and whether nothing waits any more.
        self.marked = 0
        self.finished = False

    def run(self) -> None:
        """Go on until the reviewer quits or nothing waits."""
        acts: Mapping[str, Callable[[QueuedClaim], None]] = {
            "n": self._note,
            "w": self._wording,
            "t": self._turn,
            "=": self._confirm,
            "s": self._skip,
            "b": self._back,
            "u": self._undo,
            "a": self._assign,
            "o": self._open,
            "/": self._search,
            "?": self._help,
        }
        while queued := self._queue.current():
            self._draw(queued)
            press = self._keyboard.read()
            if press.kind == "end" or (press.kind, press.text) == ("key", "q"):
                return
            self._message = ""
            try:
                if press.kind == "paste":
                    self._link(queued, press.text)
                elif press.text in self._keys:
                    self._mark(queued, self._keys[press.text])
                elif press.text in acts:
                    acts[press.text](queued)
                elif press.kind == "key":
                    self._message = "that key does nothing; ? lists the keys"
            except SearchkitError as error:
                self._message = clean(str(error))
        self.finished = True

    def _draw(self, queued: QueuedClaim) -> None:
        from searchkit.cli.panel import Panel, render  # noqa: PLC0415 - as the caller's imports

        size = shutil.get_terminal_size()
        panel = Panel(
            queued,
            self._queue.coverage(),
            self._draft,
            self._keys,
            self._message,
            hidden=self._hidden(queued),
        )
        _paint(render(panel, size.columns, size.lines))

    def _judged(self, queued: QueuedClaim) -> bool:
        """Whether the reviewer gave a verdict on it."""
        state = queued.claim.state
        return any(j.reviewer == self._reviewer for j in (state.judgements if state else ()))

    def _hidden(self, queued: QueuedClaim) -> bool:
        """Whether what others judged is not to be seen yet."""
        return self._second and not self._judged(queued)

    def _seen(self, queued: QueuedClaim) -> Sequence[str] | None:
        """What the reviewer had before the eyes; None where that is nothing on purpose."""
        return None if self._hidden(queued) else queued.article.heads

    def _ask(self, prompt: str) -> str | None:
        """A line that is typed; None when it is empty or given up."""
        sys.stdout.write("\r\n")
        try:
            with self._keyboard.line_editing():
                return input(f"{prompt}: ").strip() or None
        except (EOFError, KeyboardInterrupt):
            return None

    def _mark(self, queued: QueuedClaim, status: str) -> None:
        from searchkit.workflow.links import Link  # noqa: PLC0415
        from searchkit.workflow.reviewing import mark  # noqa: PLC0415

        draft = self._draft
        done = mark(
            self._ws,
            [queued.claim.claim.id],
            status,
            [Link(link.url, link.stance) for link in draft.links],
            reviewer=self._reviewer,
            note=draft.note,
            wording=draft.wording,
            seen=self._seen(queued),
        )[0]
        self.marked += 1
        self._message = f"{status}: {shortened(queued.claim.claim.text, 40)}  (b goes back)"
        if done.note:
            self._message = f"{self._message}  {clean(done.note)}"
        self._go_on()

    def _go_on(self) -> None:
        self._draft = self._none
        self._queue.forward()
        self._keyboard.forget()

    def _link(self, queued: QueuedClaim, pasted: str) -> None:
        from searchkit.cli.panel import DraftLink  # noqa: PLC0415
        from searchkit.workflow.links import Link, parse_link  # noqa: PLC0415
        from searchkit.workflow.reviewing import link  # noqa: PLC0415

        for word in pasted.split():
            url = parse_link(self._ws, word)
            if self._judged(queued):
                link(self._ws, queued.claim.claim.id, [Link(url)], reviewer=self._reviewer)
                self._message = f"link added: {clean(url)}"
            else:
                self._draft = evolve(self._draft, links=(*self._draft.links, DraftLink(url)))
                self._message = "the verdict will carry it; t turns its stance"

    def _turn(self, _: QueuedClaim) -> None:
        if not self._draft.links:
            self._message = "paste a link first"
            return
        *rest, last = self._draft.links
        stance = _STANCES[(_STANCES.index(last.stance) + 1) % len(_STANCES)]
        self._draft = evolve(self._draft, links=(*rest, evolve(last, stance=stance)))

    def _note(self, queued: QueuedClaim) -> None:
        from searchkit.workflow.reviewing import note as remark  # noqa: PLC0415

        text = self._ask("note")
        if text and self._judged(queued):
            remark(self._ws, queued.claim.claim.id, text, reviewer=self._reviewer)
            self._message = "noted"
        elif text:
            self._draft = evolve(self._draft, note=text)

    def _wording(self, _: QueuedClaim) -> None:
        if text := self._ask("wording"):
            self._draft = evolve(self._draft, wording=text)
            self._message = "the verdict will carry it"

    def _confirm(self, queued: QueuedClaim) -> None:
        from searchkit.workflow.settling import confirm  # noqa: PLC0415

        if self._hidden(queued):
            self._message = "its verdict is hidden from you: give your own first"
            return
        confirm(
            self._ws,
            [queued.claim.claim.id],
            reviewer=self._reviewer,
            seen=self._seen(queued),
        )
        self._message = f"confirmed: {shortened(queued.claim.claim.text, 40)}  (b goes back)"
        self._go_on()

    def _skip(self, _: QueuedClaim) -> None:
        self._draft = self._none
        self._queue.skip()

    def _back(self, _: QueuedClaim) -> None:
        self._draft = self._none
        if not self._queue.back():
            self._message = "this is the first one"

    def _undo(self, queued: QueuedClaim) -> None:
        from searchkit.workflow.reviewing import undo  # noqa: PLC0415

        if self._draft != self._none:
            self._draft = self._none
            self._message = "what the verdict would have carried is gone"
            return
        done = undo(self._ws, queued.claim.claim.id, reviewer=self._reviewer)
        self._message = f"undone; now {done.claim.status}"

    def _assign(self, queued: QueuedClaim) -> None:
        from searchkit.workflow.reviewing import assign  # noqa: PLC0415

        to = self._ask("to whom (empty: to you)") or self._reviewer
        assign(self._ws, queued.claim.claim.id, to=to, reviewer=self._reviewer)
        self._message = f"assigned to {clean(to)}"

    def _open(self, queued: QueuedClaim) -> None:
        links = queued.article.article.links
        if not links:
            self._message = "its source has no link"
        elif webbrowser.open(links[0]):
            self._message = f"opened {clean(links[0])}"
        else:
            self._message = f"no browser could be started: {clean(links[0])}"

    def _search(self, _: QueuedClaim) -> None:
        from searchkit.workflow.searching import search  # noqa: PLC0415

        words = self._ask("search")
        if not words:
            return
        size = shutil.get_terminal_size()
        found = search(self._ws, words, limit=max(1, size.lines // 5))
        lines = [bold(counted(found.total, "article")), ""]
        for hit in found.items:
            article = hit.article
            where = " ".join(filter(None, (s.outlet for s in article.sources)))
            lines += [bold(line) for line in wrapped(article.title, size.columns)]
            lines.append(dim(shortened(f"{article.id}  {article.date or ''}  {where}")))
            for snippet in hit.snippets[:1]:
                lines += wrapped(snippet.text, size.columns, snippet.marks)[:2]
        self._page(lines)

    def _help(self, _: QueuedClaim) -> None:
        size = shutil.get_terminal_size()
        lines = [f"{bold(key)}  {status}" for key, status in self._keys.items()]
        lines += ["", "Paste a link: the next verdict carries it.", ""]
        for key, what in _ACTS.items():
            first, *rest = wrapped(what, size.columns - 3)
            lines += [f"{bold(key)}  {first}", *(f"   {line}" for line in rest)]
        self._page(lines)

    def _page(self, lines: Sequence[str]) -> None:
        """Show lines until a key is pressed."""
        height = shutil.get_terminal_size().lines
        _paint([*lines[: height - 1], dim("any key goes back")])
        while self._keyboard.read().kind == "resize":
            pass


def _paint(lines: Sequence[str]) -> None:
    """Put lines in place of all that the screen holds, in one step where the terminal can."""
    sys.stdout.write(_BEGIN + _CLEAR + "\r\n".join(lines) + _END)
    sys.stdout.flush()
