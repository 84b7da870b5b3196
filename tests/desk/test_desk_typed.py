"""What was typed is never lost: every refused form shows it again, where it was typed."""

from __future__ import annotations

import re
from html import unescape

import pytest
from desk_visitor import Form, Office

from searchkit.workflow.indexing import index

CRANE = "412,000 containers"
LONG = "x" * 20_001


def filled(page: str, act: str) -> dict[str, list[str]]:
    """What the fields of an act's form hold on a page, without the hidden ones."""
    start = page.index(f'/{act}" method="post"')
    form = page[start : page.index("</form>", start)]
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input name="([^"]+)"[^>]*?value="([^"]*)"', form):
        found.setdefault(name, []).append(unescape(value))
    for name, value in re.findall(r'<textarea name="([^"]+)"[^>]*>([^<]*)</textarea>', form):
        found.setdefault(name, []).append(unescape(value))
    for select in re.findall(r'<select name="stance".*?</select>', form, re.S):
        chosen = re.findall(r'value="([^"]*)" selected', select)
        found.setdefault("stance", []).append(chosen[0] if chosen else "")
    return found


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": ["https://a.example.org", ""], "quote": ["One.", "A quote without a link."]},
        {"url": ["https://a.example.org", "javascript:x"], "quote": ["One.", ""]},
        {"url": ["https://a.example.org", " y "], "quote": ["One.", LONG]},
        {"shown": "other words"},
        {"marking": "another name"},
        {"note": LONG},
        {"wording": LONG},
        {"said_by": LONG},
    ],
)
def test_a_refused_verdict_shows_all_of_its_fields(office: Office, wrong: Form) -> None:
    anna, path = office.visitor(), office.path(CRANE)
    form: dict[str, object] = {
        "status": "false",
        "url": ["https://a.example.org", "https://b.example.org"],
        "stance": ["context", ""],
        "quote": ["One.", 'Two "quoted" & <more>.'],
        "note": "First line.\n  Second line. ",
        "wording": "Northport handled 412,000 containers.",
        "said_by": "Northport Courier",
    }
    form |= wrong
    refused = anna.post(f"{path}/mark", form)  # type: ignore[arg-type]
    assert refused.status_code in (400, 409)
    assert "You were about to mark it <strong>False</strong>" in refused.text
    expected = {name: [value] if isinstance(value, str) else value for name, value in form.items()}
    shown = filled(refused.text, "mark")
    fields = ("url", "stance", "quote", "note", "wording", "said_by")
    assert {name: shown[name] for name in fields} == {name: expected[name] for name in fields}
    assert office.state(CRANE) is None


@pytest.mark.parametrize(
    ("act", "form"),
    [
        ("link", {"url": "javascript:x", "stance": "refutes", "quote": "It says no."}),
        ("link", {"url": "https://a.example.org", "stance": "", "quote": LONG}),
        ("note", {"remark": LONG}),
        ("note", {"remark": "Two\nlines.", "marking": "another name"}),
        ("assign", {"to": LONG}),
    ],
)
def test_a_refused_act_without_a_verdict_shows_its_fields_where_they_were(
    office: Office, act: str, form: dict[str, str]
) -> None:
    anna, path = office.visitor(), office.path(CRANE)
    refused = anna.post(f"{path}/{act}", form)
    assert refused.status_code in (400, 409)
    assert '<details class="more" open>' in refused.text
    shown = filled(refused.text, act)
    assert {name: [form[name]] for name in form if name != "marking"} == shown
    assert not any(map("".join, filled(refused.text, "mark").values()))


def test_a_refused_place_is_shown_again(office: Office) -> None:
    anna, path = office.visitor(), office.path(CRANE)
    anna.post(f"{path}/mark", {"status": "verified"})
    for file in (office.ws.root / "corpus").glob("digest*"):
        text = file.read_text("utf-8")
        gone = text[text.index("The harbour of") : text.index(" The port")]
        file.write_text(text.replace(gone, "A storm came."), "utf-8")
    index(office.ws)
    refused = anna.post(f"{path}/reattach", {"place": 'no such "words"'})
    assert refused.status_code == 400
    assert filled(refused.text, "reattach") == {"place": ['no such "words"']}


def test_a_form_for_a_claim_that_is_gone_is_shown_again(office: Office) -> None:
    anna, path = office.visitor(), office.path(CRANE)
    old = anna.carried(f"{path}/mark")
    file = office.ws.root / "corpus" / "digest.txt"
    file.write_text(file.read_text("utf-8").replace("412,000", "214,000"), "utf-8")
    index(office.ws)
    form = {"status": "verified", "url": "https://a.example.org", "note": "Read\n<twice>."}
    refused = anna.post(f"{path}/mark", old | form)
    assert refused.status_code == 404
    for typed in ("https://a.example.org", "Read\n&lt;twice&gt;.", "verified"):
        assert f">{typed}</dd>" in refused.text
    assert f'href="{path.rpartition("/")[0]}"' in refused.text
    assert office.state("214,000") is None
