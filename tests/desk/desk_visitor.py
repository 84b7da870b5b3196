"""Somebody at the desk: what a browser sends, without a socket between."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import unescape
from pathlib import Path
from typing import Any

from flask import Flask
from projects import indexed
from werkzeug.test import TestResponse

from searchkit.desk import Settings
from searchkit.desk.app import create
from searchkit.workflow.reading import read_article, resolve_claim
from searchkit.workflow.workspace import Workspace

BASE = "http://127.0.0.1"

_CARRIED = ("heads", "marking", "shown", "text")

Form = Mapping[str, str | Sequence[str]]


class Visitor:
    """A browser without script that keeps its cookies."""

    def __init__(self, app: Flask, base: str = BASE):
        self._client = app.test_client()
        self.base = base

    def get(self, path: str, **more: Any) -> TestResponse:
        """A page."""
        return self._client.open(path, base_url=self.base, buffered=True, **more)

    def page(self, path: str) -> str:
        """The text of a page that must be there, redirects followed."""
        response = self.get(path, follow_redirects=True)
        assert response.status_code == 200, response.text
        return response.text

    def csrf(self) -> str:
        """The token that this browser's forms carry."""
        return field(self.page("/you"), "csrf")

    def post(self, path: str, form: Form, **headers: str) -> TestResponse:
        """Send a form as the desk's own pages do."""
        data = {"csrf": self.csrf(), **self.carried(path), **form}
        return self._client.post(
            path, base_url=self.base, data=data, headers={"Origin": self.base, **headers}
        )

    def carried(self, path: str) -> dict[str, str]:
        """What the forms of a page say of that page by themselves, as it stands now."""
        page = self.get(path.rpartition("/")[0] or "/").text
        return {name: field(page, name) for name in _CARRIED if f'name="{name}"' in page}

    def raw_post(self, path: str, form: Form, headers: Mapping[str, str]) -> TestResponse:
        """Send a form as anybody could."""
        return self._client.post(path, base_url=self.base, data=form, headers=dict(headers))


class Office:
    """A small indexed project with a desk over it."""

    def __init__(self, folder: Path, files: dict[str, str] | None = None, **settings: Any):
        self.ws: Workspace
        self.ws, _ = indexed(folder, files)
        given: dict[str, Any] = {"reviewer": "Anna Berg", "port": 80, **settings}
        self.settings = Settings(self.ws.index, **given)
        self.app = create(self.settings)

    def visitor(self, name: str | None = None) -> Visitor:
        """Somebody who comes in, under a name of their own if one is given."""
        visitor = Visitor(self.app)
        if name:
            assert visitor.post("/you", {"name": name}).status_code == 303
        return visitor

    def path(self, words: str) -> str:
        """The address of the claim that says so."""
        article, claim = resolve_claim(self.ws, words)
        return f"/articles/{article}/{claim}"

    def state(self, words: str) -> Any:
        """What stands on the claim that says so."""
        article, claim = resolve_claim(self.ws, words)
        found = read_article(self.ws, article).claim(claim)
        assert found
        return found.state


def field(page: str, name: str) -> str:
    """The value of the first hidden field of that name."""
    found = re.search(f'name="{name}" value="([^"]*)"', page)
    assert found, f"no field {name}"
    return unescape(found[1])
