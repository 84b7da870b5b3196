"""What other sites, other names and strangers try, and what they get."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from desk_visitor import BASE, Office, Visitor, field

from searchkit.desk import Settings
from searchkit.desk.guard import local
from searchkit.errors import UsageError

CRANE = "412,000 containers"
TOKEN = "a token that nobody guesses"


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:80", "localhost.evil.example", "127.0.0.1:81", "10.0.0.7", "x"],
)
def test_a_name_that_leads_here_is_not_answered(office: Office, host: str) -> None:
    response = Visitor(office.app, f"http://{host}").get("/")
    assert response.status_code == 400
    assert "Northport" not in response.text


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]", "127.0.0.1:80"])
def test_the_machines_own_names_are(office: Office, host: str) -> None:
    assert Visitor(office.app, f"http://{host}").get("/").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:81"},
        {"Origin": "http://127.0.0.1.evil.example"},
        {"Referer": "https://evil.example/127.0.0.1/"},
        {},
    ],
)
def test_changes_from_other_sites_are_refused(office: Office, headers: Mapping[str, str]) -> None:
    anna, path = office.visitor(), office.path(CRANE)
    form = {"csrf": anna.csrf(), "status": "false", "heads": ""}
    assert anna.raw_post(f"{path}/mark", form, headers).status_code == 403
    assert office.state(CRANE) is None


def test_a_form_without_its_token_writes_nothing_and_loses_nothing(office: Office) -> None:
    anna, path = office.visitor(), office.path(CRANE)
    form = {"status": "false", "heads": "", "note": "Typed\nwith care."}
    form |= anna.carried(f"{path}/mark")
    for csrf in ({}, {"csrf": ""}, {"csrf": "guessed"}, {"csrf": "é"}):
        refused = anna.raw_post(f"{path}/mark", {**form, **csrf}, {"Origin": BASE})
        assert refused.status_code == 403
        assert "Typed\nwith care." in refused.text
        assert office.state(CRANE) is None
    again = anna.raw_post(
        f"{path}/mark", {**form, "csrf": field(refused.text, "csrf")}, {"Origin": BASE}
    )
    assert again.status_code == 303
    assert office.state(CRANE).status == "false"


def test_reading_changes_nothing(office: Office) -> None:
    anna, path = office.visitor(), office.path(CRANE)
    for act in ("mark", "confirm", "link", "unlink", "note", "assign", "undo", "reattach"):
        assert anna.get(f"{path}/{act}?status=false").status_code == 405
    assert anna.get(f"{path.rpartition('/')[0]}/claims?words=Exports").status_code in (404, 405)
    for method in ("PUT", "DELETE", "PATCH"):
        response = anna.get("/you", method=method, headers={"Origin": BASE})
        assert response.status_code == 405
    assert not list((office.ws.index / "reviews").glob("*.json"))


def test_every_answer_bears_the_headers(office: Office) -> None:
    anna = office.visitor()
    for path in ("/", "/queue", "/nowhere", "/static/desk.css", "/report/preview", "/you"):
        headers = anna.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy or path == "/report/preview"
        assert "script-src 'self'" in policy or path == "/report/preview"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
    cookies = anna.get("/you").headers.getlist("Set-Cookie")
    assert all("HttpOnly" in one and "SameSite=Lax" in one for one in cookies)


def test_no_page_holds_script_or_style_of_its_own(office: Office) -> None:
    anna, path = office.visitor(), office.path(CRANE)
    article = path.rpartition("/")[0]
    for page in (
        "/",
        "/claims",
        "/queue",
        "/dashboard",
        "/report",
        "/health",
        "/you",
        article,
        path,
    ):
        text = anna.page(page)
        assert re.findall(r"<script(?! src=\"/static/desk\.js\")", text) == []
        assert re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:", text) == []


def test_no_page_shows_where_the_project_lies(office: Office) -> None:
    anna, path = office.visitor(), office.path(CRANE)
    anna.post(f"{path}/mark", {"status": "false", "heads": "", "url": "nowhere.txt"})
    outside = office.ws.root.parent / "secret.txt"
    outside.write_text("x", "utf-8")
    refused = anna.post(f"{path}/link", {"url": str(outside)})
    assert refused.status_code == 400
    lying = str(office.ws.root.parent)
    assert lying not in refused.text.replace(f'value="{outside}"', "")
    for page in ("/", path, path.rpartition("/")[0], "/dashboard", "/report"):
        assert lying not in anna.page(page)


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/copies/../reviews",
        "/copies/%2e%2e%2froots.json",
        "/index/roots.json",
        "/corpus/digest.txt",
        "/articles/%00",
    ],
)
def test_no_file_is_served(office: Office, path: str) -> None:
    assert office.visitor().get(path).status_code in (400, 404)


@pytest.mark.parametrize("url", ["https://evil.example", "//evil.example", "/\\evil.example", "x"])
def test_nobody_is_sent_elsewhere(office: Office, url: str) -> None:
    assert local(url, "/") == "/"
    anna, path = office.visitor(), office.path(CRANE)
    done = anna.post(f"{path}/mark", {"status": "false", "heads": "", "next": url, "here": url})
    assert done.headers["Location"] == path
    assert anna.post("/you", {"name": "Anna", "next": url}).headers["Location"] == "/"


def test_a_form_that_is_too_large_is_refused(office: Office) -> None:
    anna, path = office.visitor(), office.path(CRANE)
    form = {"csrf": anna.csrf(), "status": "false", "note": "x" * 2_000_000}
    assert anna.raw_post(f"{path}/mark", form, {"Origin": BASE}).status_code == 413
    assert office.state(CRANE) is None


# An address that others can reach -------------------------------------------------------------


def test_others_need_a_token_that_cannot_be_tried(tmp_path: Path) -> None:
    for host in ("0.0.0.0", "192.168.1.5", "desk.example.org", "::"):
        with pytest.raises(UsageError, match="no token"):
            Settings(tmp_path, host=host)
    with pytest.raises(UsageError, match="shorter"):
        Settings(tmp_path, token="short")
    assert Settings(tmp_path, host="::1").token is None


@pytest.mark.parametrize("wrong", ["", "guess", TOKEN[:-1], f"{TOKEN}x", "é"])
def test_without_the_token_nothing_is_shown(tmp_path: Path, wrong: str) -> None:
    office = Office(tmp_path, host="0.0.0.0", token=TOKEN, reviewer=None)
    visitor = Visitor(office.app, "http://192.168.1.5")
    for path in ("/", "/queue", "/dashboard", "/report/download/json", f"/enter?token={TOKEN}"):
        response = visitor.get(path)
        assert response.status_code == 401
        assert "Northport" not in response.text
    csrf = field(visitor.get("/").text, "csrf")
    origin = {"Origin": "http://192.168.1.5"}
    tried = visitor.raw_post("/enter", {"csrf": csrf, "token": wrong}, origin)
    assert tried.status_code == 401
    assert visitor.get("/").status_code == 401
    assert visitor.raw_post("/you", {"csrf": csrf, "name": "x"}, origin).status_code == 401


def test_a_token_holds_on_the_loopback_too(tmp_path: Path) -> None:
    office = Office(tmp_path, token=TOKEN)
    assert office.visitor().get("/").status_code == 401


def test_a_cookie_that_is_nonsense_opens_nothing(tmp_path: Path) -> None:
    office = Office(tmp_path, token=TOKEN)
    for value in ("\u00e9", "x" * 64, '"', ""):
        cookies = {"Cookie": f"searchkit-token-80={value}; searchkit-desk-80={value}"}
        assert office.visitor().get("/", headers=cookies).status_code == 401


def test_the_token_opens_the_desk_to_this_browser_only(tmp_path: Path) -> None:
    office = Office(tmp_path, host="0.0.0.0", token=TOKEN, reviewer=None)
    visitor = Visitor(office.app, "http://192.168.1.5")
    csrf = field(visitor.get("/").text, "csrf")
    origin = {"Origin": "http://192.168.1.5"}
    came = visitor.raw_post("/enter", {"csrf": csrf, "token": TOKEN}, origin)
    assert came.status_code == 303
    assert TOKEN not in str(came.headers)
    assert "Northport" in visitor.page("/")
    assert "Say who you are" in visitor.page("/")
    assert Visitor(office.app, "http://192.168.1.5").get("/").status_code == 401
    assert Visitor(office.app, "http://evil.example").get("/").status_code == 400
