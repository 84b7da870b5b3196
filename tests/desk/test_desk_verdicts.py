"""Marking, and everything else that a reviewer does, by forms alone."""

from __future__ import annotations

import re
import threading
from pathlib import Path

from desk_visitor import Office, field

from searchkit.workflow.indexing import index
from searchkit.workflow.reading import read_article
from searchkit.workflow.reviewing import mark, note

CRANE = "412,000 containers"


def test_a_mark_carries_its_links_and_texts(office: Office) -> None:
    anna, path = office.visitor(), office.path(CRANE)
    sent = anna.post(
        f"{path}/mark",
        {
            "heads": field(anna.page(path), "heads"),
            "status": "false",
            "url": ["https://port.example.org/may", "", "doi:10.1000/182"],
            "stance": ["", "", "context"],
            "quote": ["420,000 in May", "", ""],
            "note": "The port says\r\notherwise.",
            "wording": "Northport handled 412,000 containers.",
            "said_by": "Northport Courier",
        },
    )
    assert sent.status_code == 303
    page = anna.page(sent.headers["Location"])
    assert "Undo" in page
    state = office.state(CRANE)
    assert (state.status, state.judgements[0].reviewer) == ("false", "Anna Berg")
    assert state.judgements[0].note == "The port says\notherwise."
    links = [(e.url, e.stance, e.quote) for e in state.evidence]
    assert links == [
        ("https://port.example.org/may", "refutes", "420,000 in May"),
        ("https://doi.org/10.1000/182", "context", None),
    ]
    assert state.wording == "Northport handled 412,000 containers."
    assert state.said_by == "Northport Courier"


def test_the_second_of_two_is_shown_the_first_and_asked(office: Office) -> None:
    path = office.path(CRANE)
    anna, ben = office.visitor("Anna Berg"), office.visitor("Ben Okafor")
    seen = field(anna.page(path), "heads")
    assert field(ben.page(path), "heads") == seen
    anna.post(f"{path}/mark", {"heads": seen, "status": "verified", "note": "Counted."})
    form = {"heads": seen, "status": "false", "note": "I doubt it.", "url": "https://x.example.org"}
    asked = ben.post(f"{path}/mark", form)
    assert asked.status_code == 409
    assert "Anna Berg" in asked.text
    assert "Counted." in asked.text
    assert "I doubt it." in asked.text
    assert 'value="https://x.example.org"' in asked.text
    assert len(office.state(CRANE).history) == 1
    again = ben.post(f"{path}/mark", form | {"heads": field(asked.text, "heads")})
    assert again.status_code == 303
    state = office.state(CRANE)
    assert {j.reviewer: j.status for j in state.judgements} == {
        "Anna Berg": "verified",
        "Ben Okafor": "false",
    }


def test_a_mark_of_the_terminal_counts_as_well(office: Office) -> None:
    anna, path = office.visitor(), office.path(CRANE)
    seen = field(anna.page(path), "heads")
    mark(office.ws, [CRANE], "mixed", reviewer="Cem")
    assert anna.post(f"{path}/mark", {"heads": seen, "status": "false"}).status_code == 409
    assert "Mixed" in anna.page(path)


def test_notes_and_verdicts_elsewhere_stop_nobody(office: Office) -> None:
    anna, path = office.visitor(), office.path(CRANE)
    seen = field(anna.page(path), "heads")
    note(office.ws, CRANE, "Asked the port.", reviewer="Cem")
    mark(office.ws, ["Exports of timber"], "verified", reviewer="Cem")
    assert anna.post(f"{path}/mark", {"heads": seen, "status": "false"}).status_code == 303


def test_of_many_at_once_only_one_is_not_asked(office: Office) -> None:
    path = office.path(CRANE)
    seen = field(office.visitor().page(path), "heads")
    codes: list[int] = []
    people = [office.visitor(f"Reviewer {number}") for number in range(6)]

    def go(number: int) -> None:
        form = {"heads": seen, "status": "verified"}
        codes.append(people[number].post(f"{path}/mark", form).status_code)

    threads = [threading.Thread(target=go, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [303, 409, 409, 409, 409, 409]
    assert len(office.state(CRANE).judgements) == 1


def test_a_refused_mark_keeps_what_was_typed(office: Office) -> None:
    anna, path = office.visitor(), office.path(CRANE)
    refused = anna.post(
        f"{path}/mark",
        {"status": "false", "url": "javascript:alert(1)", "note": "A long\nreason."},
    )
    assert refused.status_code == 400
    assert "javascript: links are not taken" in refused.text
    assert "A long\nreason.</textarea>" in refused.text
    assert office.state(CRANE) is None
    for form in ({"status": "unreviewed"}, {"status": "nonsense"}, {}, {"stance": "x", "url": "y"}):
        assert anna.post(f"{path}/mark", form).status_code == 400
    assert office.state(CRANE) is None


def test_links_notes_assignments_and_undo_are_acts_of_their_own(office: Office) -> None:
    anna, path = office.visitor(), office.path(CRANE)
    for act, form in (
        ("link", {"url": "https://x.example.org/1", "stance": "refutes", "quote": "No."}),
        ("note", {"remark": "Asked the port."}),
        ("assign", {"to": ""}),
        ("mark", {"status": "false", "heads": ""}),
    ):
        assert anna.post(f"{path}/{act}", form).status_code == 303
    state = office.state(CRANE)
    assert [e.stance for e in state.evidence] == ["refutes"]
    assert [n.text for n in state.notes] == ["Asked the port."]
    assert state.assigned == ("Anna Berg",)
    anna.post(f"{path}/undo", {})
    anna.post(f"{path}/unlink", {"gone": "https://x.example.org/1"})
    anna.post(f"{path}/assign", {"to": "", "release": "1"})
    state = office.state(CRANE)
    assert (state.status, state.evidence, state.assigned) == ("unreviewed", (), ())
    assert anna.post(f"{path}/link", {"url": ""}).status_code == 400
    assert anna.post(f"{path}/note", {"remark": " "}).status_code == 400
    assert anna.post(f"{path}/nonsense", {}).status_code == 404


def test_changed_words_are_confirmed_and_lost_ones_get_their_new_place(office: Office) -> None:
    anna, path = office.visitor(), office.path(CRANE)
    anna.post(f"{path}/mark", {"status": "verified", "heads": ""})
    file = office.ws.root / "corpus" / "digest.txt"
    text = file.read_text("utf-8")
    file.write_text(text.replace("handled 412,000", "handled some 412,000"), "utf-8")
    index(office.ws)
    page = anna.page(path)
    assert "The text changed since it was judged." in page
    assert anna.post(f"{path}/confirm", {"heads": field(page, "heads")}).status_code == 303
    page = anna.page(path)
    assert "The text changed" not in page
    history = page[page.index("History:") :]
    assert re.search("<ins>some ?</ins>", history)
    sentence = text[text.index("The harbour of") : text.index(" The port")]
    file.write_text(text.replace(sentence, "A storm came."), "utf-8")
    index(office.ws)
    article = path.rpartition("/")[0]
    assert "Verdicts on words that are gone" in anna.page(article)
    assert anna.post(f"{path}/reattach", {"place": "A storm came."}).status_code == 303
    assert "Verdicts on words that are gone" not in anna.page(article)


def test_any_span_becomes_a_claim(office: Office) -> None:
    anna, article = office.visitor(), office.path(CRANE).rpartition("/")[0]
    page = anna.page(article)
    text = read_article(office.ws, article.rpartition("/")[2]).article.text
    start = text.index("the new crane")
    form = {"text": field(page, "text"), "start": str(start), "end": str(start + 13)}
    made = anna.post(f"{article}/claims", form)
    assert made.status_code == 303
    assert "the new crane" in anna.page(made.headers["Location"])
    for place in ("9" * 5_000, "٣", "²", "-1", ""):
        odd = {"text": form["text"], "start": place, "end": place}
        assert anna.post(f"{article}/claims", odd).status_code == 400
    typed = anna.post(f"{article}/claims", {"words": "for the third month"})
    assert typed.status_code == 303
    assert anna.post(f"{article}/claims", {"words": "no such words"}).status_code == 400
    assert anna.post(f"{article}/claims", form | {"text": "stale"}).status_code == 409
    claims = read_article(office.ws, article.rpartition("/")[2]).claims
    assert [c.claim.text for c in claims if c.claim.kind == "custom"] == [
        "the new crane",
        "for the third month",
    ]
    undone = anna.post(f"{made.headers['Location']}/undo", {})
    assert undone.headers["Location"] == article


def test_no_claim_is_out_of_sight(office: Office) -> None:
    anna, path = office.visitor(), office.path("Exports of timber")
    article = path.rpartition("/")[0]
    for words in ("Exports of timber fell", "for the third month."):
        assert anna.post(f"{article}/claims", {"words": words}).status_code == 303
    anna.post(f"{path}/mark", {"status": "false", "heads": ""})
    page = anna.page(article)
    assert "Claims that others cover" in page
    assert page.count(f'href="{path}"') == 2
    for file in (office.ws.root / "corpus").iterdir():
        file.unlink()
    index(office.ws, prune=True)
    page = anna.page(article)
    assert "no longer in the corpus" in page
    assert "Verdicts on words that are gone" in page
    assert "Exports of timber" in anna.page(path)


def test_words_that_occur_twice_are_marked_out_where_they_were_chosen(tmp_path: Path) -> None:
    text = "The dam holds. Later the engineers said that the dam holds."
    office = Office(tmp_path, {"dam.md": f"---\ntitle: Dam\ndate: 2024-05-01\n---\n{text}\n"})
    anna = office.visitor()
    id = office.ws.engine.ids("articles")[0]
    stored = read_article(office.ws, id).article.text
    start = stored.rindex("dam holds")
    page = anna.page(f"/articles/{id}")
    form = {"text": field(page, "text"), "start": str(start), "end": str(start + 9)}
    assert anna.post(f"/articles/{id}/claims", form).status_code == 303
    found = [c.claim for c in read_article(office.ws, id).claims if c.claim.kind == "custom"]
    assert [claim.span.start for claim in found] == [start]


def test_whoever_is_not_named_is_asked_for_a_name(tmp_path: Path) -> None:
    office = Office(tmp_path, reviewer=None)
    visitor, path = office.visitor(), office.path(CRANE)
    assert 'name="reviewer" required' in visitor.page(path)
    refused = visitor.post(f"{path}/mark", {"status": "false", "heads": ""})
    assert refused.status_code == 400
    assert "say who you are" in refused.text
    visitor.post(f"{path}/mark", {"status": "false", "heads": "", "reviewer": "李 雷"})
    assert office.state(CRANE).judgements[0].reviewer == "李 雷"
    assert "李 雷" in visitor.page("/")
    assert visitor.post("/you", {"name": "a\nb\u202e"}).status_code == 400


def test_the_script_gets_the_panel_alone(office: Office) -> None:
    anna, path = office.visitor(), office.path(CRANE)
    part = anna.get(path, headers={"X-Desk": "part"}).text
    assert part.lstrip().startswith("<section")
    assert "<html" not in part
    done = anna.post(f"{path}/mark", {"status": "false", "heads": ""}, **{"X-Desk": "part"})
    assert done.status_code == 200
    assert re.search('data-look="bad"', done.text)
    assert "<html" not in done.text
