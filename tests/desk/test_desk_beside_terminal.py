"""The desk and the terminal side by side: each sees at once what the other did."""

from __future__ import annotations

import re
import threading

from cli_runner import process
from desk_visitor import Office

from searchkit.reviews import ReviewStore
from searchkit.workflow.indexing import index
from searchkit.workflow.workspace import Workspace

CRANE, FERRY = "412,000 containers", "900 passengers"
NEW = "---\ntitle: Lighthouse Lit Again\ndate: 2024-08-01\n---\nIt shines over 22 miles.\n"


def test_marks_of_each_are_seen_by_the_other(office: Office) -> None:
    anna, path = office.visitor(), office.path(CRANE)
    assert "0 articles" in anna.page("/?status=false")
    done = process(office.ws.root, "mark", CRANE, "false", "--by", "Ben")
    assert done.code == 0, done.err
    assert "1 article" in anna.page("/?status=false")
    anna.post(f"{path}/note", {"remark": "Seen at the desk."})
    assert "Seen at the desk." in process(office.ws.root, "history", CRANE).out


def test_the_dashboard_shows_what_was_marked_and_undone_in_the_terminal(office: Office) -> None:
    anna = office.visitor()
    office.visitor("Cleo").post(f"{office.path(FERRY)}/mark", {"status": "verified"})

    def shown() -> tuple[set[str], dict[str, str], str]:
        """The statuses that were given, how many verdicts each reviewer gave, and all by week."""
        page = anna.page("/dashboard")
        parts = dict(re.findall(r'<section aria-labelledby="([\w-]+)">(.*?)</section>', page, re.S))
        people = re.findall(r"reviewer=(\w+).*?(\d+)</td></tr>", parts["by-reviewer"])
        weeks = re.findall(r"<td class=.number.>(\d+)</td>", parts["trend"])
        return set(re.findall(r"status=(\w+)", parts["by-status"])), dict(people), "".join(weeks)

    assert shown() == ({"verified"}, {"Cleo": "1"}, "1")
    assert process(office.ws.root, "mark", CRANE, "false", "--by", "Ben").code == 0
    assert shown() == ({"verified", "false"}, {"Ben": "1", "Cleo": "1"}, "2")
    assert process(office.ws.root, "undo", "--by", "Ben").code == 0
    assert shown() == ({"verified"}, {"Cleo": "1"}, "1")


def test_new_articles_appear_and_rebuilt_indexes_are_taken_up(office: Office) -> None:
    anna = office.visitor()
    assert "Lighthouse" not in anna.page("/")
    (office.ws.root / "corpus" / "light.md").write_text(NEW, "utf-8")
    assert process(office.ws.root, "index").code == 0
    assert "Lighthouse Lit Again" in anna.page("/")
    assert process(office.ws.root, "index", "--rebuild").code == 0
    assert "Lighthouse Lit Again" in anna.page("/?q=lighthouse")
    assert "4</b> articles" in anna.page("/dashboard")


def test_claims_marked_out_at_one_desk_are_found_at_another(office: Office) -> None:
    from desk_visitor import Visitor

    from searchkit.desk.app import create

    other = Visitor(create(office.settings))
    assert "0 claims" in other.page('/claims?q="the new crane"&flag=no-evidence')
    article = office.path(CRANE).rpartition("/")[0]
    made = office.visitor().post(f"{article}/claims", {"words": "the new crane"})
    assert made.status_code == 303
    assert made.headers["Location"] in other.page('/claims?q="the new crane"')


def test_no_act_of_many_writers_is_lost(office: Office) -> None:
    path = office.path(CRANE)
    codes: list[int] = []

    def desk(number: int) -> None:
        visitor = office.visitor(f"Desk {number}")
        for turn in range(5):
            codes.append(visitor.post(f"{path}/note", {"remark": f"{number}.{turn}"}).status_code)
            visitor.page("/?q=harbour")

    def terminal(number: int) -> None:
        from searchkit.workflow.reviewing import note

        with Workspace.open(office.ws.index) as ws:
            for turn in range(5):
                note(ws, CRANE, f"t{number}.{turn}", reviewer=f"Terminal {number}")
                index(ws)

    threads = [
        threading.Thread(target=work, args=(number,))
        for work in (desk, terminal)
        for number in (1, 2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [303] * 10
    assert len(office.state(CRANE).notes) == 20
    assert ReviewStore(office.ws.index / "reviews").problems() == []
