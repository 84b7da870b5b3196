"""Preserved copies: served by their hash, inert, and nothing else with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk_visitor import Office

PAGE, RAW = "a" * 64, "b" * 64


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path)
    folder = office.ws.index / "evidence"
    folder.mkdir()
    (folder / f"{PAGE}.html").write_text("<script>alert(1)</script><p>kept", "utf-8")
    (folder / f"{RAW}.warc.gz").write_bytes(b"\x1f\x8b<script>")
    (folder / "notes.txt").write_text("secret", "utf-8")
    (folder / f"{'c' * 64}.html").symlink_to(office.ws.root / "corpus" / "digest.txt")
    (folder / f"{'d' * 64}").mkdir()
    return office


def test_a_page_shows_and_does_nothing(office: Office) -> None:
    response = office.visitor().get(f"/copies/{PAGE}")
    assert response.status_code == 200
    policy = response.headers["Content-Security-Policy"]
    assert policy.endswith("sandbox")
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_anything_else_is_a_download(office: Office) -> None:
    response = office.visitor().get(f"/copies/{RAW}")
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.mimetype == "application/octet-stream"
    assert "sandbox" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "name", ["c" * 64, "d" * 64, "e" * 64, "notes.txt", f"{PAGE}.html", PAGE[:-1], PAGE.upper(), ""]
)
def test_nothing_else_is_served(office: Office, name: str) -> None:
    assert office.visitor().get(f"/copies/{name}").status_code == 404
