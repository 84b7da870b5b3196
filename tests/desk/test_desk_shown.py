"""A form stands for what its page showed: for other words or another name nothing is written."""

from __future__ import annotations

import re

import pytest
from desk_visitor import BASE, Form, Office, Visitor

from searchkit.workflow.indexing import index
from searchkit.workflow.reading import read_article
from searchkit.workflow.reviewing import mark
from searchkit.workflow.settling import reattach

CRANE = "412,000 containers"
CHANGED = "the text changed while you read it"


def rewrite(office: Office, old: str, new: str) -> None:
    """Let the article say something else."""
    file = office.ws.root / "corpus" / "digest.txt"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")
    index(office.ws)


def send(visitor: Visitor, path: str, form: Form) -> tuple[int, str]:
    """Send just this, as a page that was opened long ago would."""
    sent = visitor.raw_post(path, {"csrf": visitor.csrf(), **form}, {"Origin": BASE})
    return sent.status_code, sent.text


def test_no_verdict_is_given_on_words_that_nobody_read(office: Office) -> None:
    path = office.path(CRANE)
    mark(office.ws, [CRANE], "verified", reviewer="Anna Berg")
    ben = office.visitor("Ben Okafor")
    old = ben.carried(f"{path}/mark")
    rewrite(office, "412,000", "214,000")
    form = {"status": "verified", "note": "I read 412,000.", "url": "https://x.example.org"}
    code, asked = send(ben, f"{path}/mark", form | old)
    assert code == 409
    assert CHANGED in asked
    assert "You were about to mark it <strong>Verified</strong>" in asked
    assert "I read 412,000.</textarea>" in asked
    assert 'value="https://x.example.org"' in asked
    assert "214,000" in re.sub("<[^>]+>", "", asked[asked.index("<blockquote") :])
    assert len(office.state("214,000").history) == 1
    assert send(ben, f"{path}/mark", form | ben.carried(f"{path}/mark"))[0] == 303
    assert office.state("214,000").selector.exact.count("214,000") == 1


def test_a_verdict_still_holds_for_the_words_on_the_page_only(office: Office) -> None:
    anna, path = office.visitor(), office.path(CRANE)
    anna.post(f"{path}/mark", {"status": "verified"})
    rewrite(office, "handled 412,000", "handled some 412,000")
    old = anna.carried(f"{path}/confirm")
    rewrite(office, "some 412,000", "some 214,000")
    code, asked = send(anna, f"{path}/confirm", old)
    assert code == 409
    assert CHANGED in asked
    assert "The text changed since it was judged." in anna.page(path)
    assert send(anna, f"{path}/confirm", anna.carried(f"{path}/confirm"))[0] == 303


def test_a_new_place_is_one_in_the_text_on_the_page(office: Office) -> None:
    anna, path = office.visitor(), office.path(CRANE)
    anna.post(f"{path}/mark", {"status": "verified"})
    text = (office.ws.root / "corpus" / "digest.txt").read_text("utf-8")
    sentence = text[text.index("The harbour of") : text.index(" The port")]
    rewrite(office, sentence, "A storm came.")
    old = anna.carried(f"{path}/reattach")
    rewrite(office, "A storm came.", "A storm came. It went.")
    code, asked = send(anna, f"{path}/reattach", old | {"place": "A storm came."})
    assert code == 409
    assert CHANGED in asked
    assert 'name="place" value="A storm came."' in asked
    old = anna.carried(f"{path}/reattach")
    reattach(office.ws, path.rpartition("/")[2], "It went.", reviewer="Ben")
    assert send(anna, f"{path}/reattach", old | {"place": "A storm came."})[0] == 409


@pytest.mark.parametrize("act", ["mark", "confirm", "reattach"])
def test_a_page_that_does_not_say_what_it_showed_is_outdated(office: Office, act: str) -> None:
    anna, path = office.visitor(), office.path(CRANE)
    form = {"heads": "", "status": "false", "place": "x", "note": "Typed."}
    code, asked = send(anna, f"{path}/{act}", form)
    assert code == 409
    assert CHANGED in asked
    assert "Typed.</textarea>" in asked
    code, _ = send(anna, f"{path}/mark", {**form, "shown": "é", "status": "nonsense"})
    assert code == 409
    assert office.state(CRANE) is None


@pytest.mark.parametrize("act", ["mark", "link", "note", "assign", "undo"])
def test_nothing_is_written_under_another_name_than_the_page_shows(
    office: Office, act: str
) -> None:
    anna, path = office.visitor("Anna Berg"), office.path(CRANE)
    anna.post(f"{path}/mark", {"status": "verified"})
    old = anna.carried(f"{path}/{act}")
    assert anna.post("/you", {"name": "Bob"}).status_code == 303
    before = office.state(CRANE).history
    form = {"status": "false", "url": "https://x.example.org", "remark": "Seen.", "note": "Typed."}
    unsaid = {name: value for name, value in old.items() if name != "marking"}
    for page in (old, unsaid):
        code, asked = send(anna, f"{path}/{act}", form | page)
        assert code == 409
        assert "you are now marking as Bob" in asked
        assert "Typed.</textarea>" in asked
    assert office.state(CRANE).history == before
    if act != "undo":
        assert send(anna, f"{path}/{act}", form | anna.carried(f"{path}/{act}"))[0] == 303
        assert office.state(CRANE).history[-1].reviewer == "Bob"


def test_no_claim_is_marked_out_under_another_name(office: Office) -> None:
    anna = office.visitor("Anna Berg")
    article = office.path(CRANE).rpartition("/")[0]
    old = anna.carried(f"{article}/claims")
    anna.post("/you", {"name": "Bob"})
    code, asked = send(anna, f"{article}/claims", old | {"words": "the new crane"})
    assert code == 409
    assert "you are now marking as Bob" in asked
    assert "the new crane</textarea>" in asked
    claims = read_article(office.ws, article.rpartition("/")[2]).claims
    assert not [one for one in claims if one.claim.kind == "custom"]
