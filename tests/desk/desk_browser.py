"""A real Chromium, the system's own, and what people do in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_SWITCHES = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}


def chromium() -> str:
    """The browser's file; the tests that need it are skipped where there is none."""
    pytest.importorskip("playwright", reason="playwright is not installed: pip --group browser")
    found = os.environ.get("SEARCHKIT_CHROMIUM") or next(
        filter(None, map(shutil.which, _NAMES)), ""
    )
    if not found:
        pytest.skip("no Chromium is installed; SEARCHKIT_CHROMIUM can name one")
    return found


@contextmanager
def browsing() -> Iterator[Any]:
    """A browser without a window."""
    path = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=_SWITCHES.split())
        yield browser
        browser.close()


class Window:
    """A window of somebody's own, which notes what the browser complains of."""

    def __init__(self, browser: Any, base: str, **options: Any):
        self._context = browser.new_context(base_url=base, **{"viewport": DESKTOP, **options})
        self._context.set_default_timeout(10_000)
        self.page = self._context.new_page()
        #: Errors of scripts, refusals of the content policy, and dialogs.
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._console)
        self.page.on("dialog", self._dialog)

    def _console(self, message: Any) -> None:
        expected = "status of 409" in message.text or "status of 400" in message.text
        if message.type == "error" and not expected:
            self.complaints.append(message.text)

    def _dialog(self, dialog: Any) -> None:
        self.complaints.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def close(self) -> None:
        """Shut the window; nothing may have gone wrong in it."""
        self._context.close()
        assert self.complaints == [], self.complaints
