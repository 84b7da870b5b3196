"""Questions that no article answers in full, and articles that are like one."""

from __future__ import annotations

import pytest
from projects import BRIDGE, HARBOUR, indexed

from searchkit.errors import NotFoundError
from searchkit.query import parse
from searchkit.query.tree import Everything
from searchkit.workflow.loosening import any_of, question
from searchkit.workflow.searching import search
from searchkit.workflow.workspace import Workspace

FILES = {
    "digest.txt": f"{HARBOUR}\n{BRIDGE}",
    "zh.txt": "北港大桥因维修关闭\n\n市政府宣布，北港大桥从六月起关闭维修，渡轮增加班次。\n",
    "tw.txt": "颱風侵襲臺灣東部\n\n氣象署表示，颱風造成花蓮多處道路中斷。\n",
    "ja.txt": "半導体工場の建設が始まる\n\n熊本県で新しい半導体工場の建設が始まった。\n",
    "ja2.txt": "市民マラソンについて\n\n大会は何時に始まるのですか。いつ届くのですか。\n",
    "ko.txt": "부산항 물동량 증가\n\n부산항의 컨테이너 물동량이 지난달 크게 늘었다.\n",
    "th.txt": "น้ำท่วมภาคเหนือ\n\nฝนตกหนักทำให้เกิดน้ำท่วมในจังหวัดเชียงใหม่\n",
}


@pytest.fixture(scope="module")
def ws(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace, _ = indexed(tmp_path_factory.mktemp("project"), FILES)
    return workspace


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("北港的大桥为什么关闭了", "北港大桥因维修关闭"),
        ("北港的大橋為什麼關閉了", "北港大桥因维修关闭"),
        ("台风造成哪里的道路中断了", "颱風侵襲臺灣東部"),
        ("どの県で半導体の工場が建設されるのですか", "半導体工場の建設が始まる"),
        ("ﾊﾝﾄﾞｳﾀｲではなく半導体工場の完成時期", "半導体工場の建設が始まる"),
        ("부산항에서는 컨테이너가 얼마나 늘었나", "부산항 물동량 증가"),
        ("ทำไมน้ำท่วมที่เชียงใหม่", "น้ำท่วมภาคเหนือ"),
        ("Northport 的港口处理了多少 containers", "Harbour Handles More Containers in May"),
    ],
)
def test_a_question_without_spaces_finds_what_answers_it(
    ws: Workspace, asked: str, title: str
) -> None:
    found = search(ws, asked)
    assert found.loosened
    assert found.items[0].article.title == title
    assert found.items[0].snippets[0].marks


@pytest.mark.parametrize("text", ["北港大桥", "臺灣", "台湾", "半導体工場", "부산항", "เชียงใหม่"])
def test_what_stands_there_as_asked_is_found_strictly(ws: Workspace, text: str) -> None:
    found = search(ws, text)
    assert found.total == 1
    assert not found.loosened


@pytest.mark.parametrize(
    "text", ["大桥港", '"北港的大桥为什么关闭了"', "body:北港的大桥为什么关闭了", "大*关闭"]
)
def test_few_characters_and_what_has_operators_are_taken_at_their_word(
    ws: Workspace, text: str
) -> None:
    found = search(ws, text)
    assert (found.total, found.loosened) == (0, False)


def test_grammar_in_hiragana_says_little(ws: Workspace) -> None:
    found = search(ws, "建設はいつ始まるのですか")
    assert found.items[0].article.title == "半導体工場の建設が始まる"
    marked = {s.text[a:b] for s in found.items[0].snippets for a, b in s.marks}
    assert marked == {"建設"}


@pytest.mark.parametrize(
    ("query", "asking"),
    [
        ("one two three four five", "one two three four five"),
        ("one two three four", ""),
        ("one-two-three four five", "one-two-three four five"),
        ("one two three four date:2024", ""),
        ("月球背面", "月球背面"),
        ("月球背", ""),
        ("月球 背面", ""),
        ("", ""),
    ],
)
def test_what_counts_as_a_question(query: str, asking: str) -> None:
    assert question(parse(query)) == asking


def test_a_question_of_any_signs_and_any_length_can_be_asked(ws: Workspace) -> None:
    for text in ("", "?!", "🚀", 'AND OR NOT ( ~ ^ " *', "“", "wide " * 5_000, "月" * 5_000):
        tree = any_of(ws.engine, text)
        assert tree == Everything() or ws.engine.search("articles", tree).total < len(FILES) + 2
        ws.engine.search("claims", any_of(ws.engine, text, "claims"))


def test_articles_like_one(ws: Workspace) -> None:
    harbour = search(ws, "containers").items[0]
    found = search(ws, "", like=harbour.article.id)
    titles = [item.article.title for item in found.items]
    assert titles[0].startswith("Old Bridge")
    assert harbour.article.title not in titles
    by_claim = search(ws, "", like=harbour.best.claim.id if harbour.best else "")
    assert [i.article.id for i in by_claim.items] == [i.article.id for i in found.items]
    assert search(ws, "ferry", like=harbour.article.id).total == 1
    assert search(ws, "zebra", like=harbour.article.id).total == 0
    with pytest.raises(NotFoundError, match="no article 'qqq'"):
        search(ws, "", like="qqq")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("newcrane", {"newcrane": ("new crane",)}),
        ("harbuor ferry", {"harbuor": ("harbour",)}),
        ("brigde", {"brigde": ("bridge",)}),
        ("zzzzzz", {}),
        ("大桥港", {}),
    ],
)
def test_what_was_meant(ws: Workspace, typed: str, offered: dict[str, tuple[str, ...]]) -> None:
    assert search(ws, typed).suggestions == offered


def test_two_words_may_be_one(ws: Workspace) -> None:
    assert search(ws, "old north port").suggestions == {"north port": ("northport",)}
