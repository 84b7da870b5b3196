"""The query language: what is read as what, and that everything else is one clear error."""

from __future__ import annotations

import datetime as dt
import re
import string
import unicodedata
from pathlib import Path

import pytest
from attrs import evolve, has
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.errors import QueryError
from searchkit.query import parse, positive_leaves, replace_reviews, review_fields
from searchkit.query.tree import (
    And,
    Boost,
    DateRange,
    Everything,
    Fuzzy,
    Id,
    IdSet,
    Leaf,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Review,
    Wildcard,
    Word,
)

DOCS = Path(__file__).parent.parent / "docs" / "query.md"
DAY = dt.date.fromisoformat


def bare(node: Node) -> Node:
    """The tree without positions."""
    if isinstance(node, And | Or):
        return evolve(node, children=tuple(bare(child) for child in node.children))
    if isinstance(node, Not | Boost):
        return evolve(node, child=bare(node.child))
    if isinstance(node, IdSet | Everything):
        return node
    return evolve(node, position=0)


def w(text: str, field: str | None = None) -> Word:
    return Word(text, field)  # type: ignore[arg-type]


A, B, C = w("a"), w("b"), w("c")

READ_AS: list[tuple[str, Node]] = [
    ("", Everything()),
    (" \u3000\n\t", Everything()),
    ("*", Everything()),
    ("a", A),
    ("a b c", And((A, B, C))),
    ("a\u3000b", And((A, B))),
    ("a AND b", And((A, B))),
    ("a OR b c", Or((A, And((B, C))))),
    ("a b OR c", Or((And((A, B)), C))),
    ("a and or not b", And((A, w("and"), w("or"), w("not"), B))),
    ("NOT a b", And((Not(A), B))),
    ("a AND NOT b", And((A, Not(B)))),
    ("a -b", And((A, Not(B)))),
    ("-(a OR b)", Not(Or((A, B)))),
    ("NOT -a", Not(Not(A))),
    ("(-a)", Not(A)),
    ("a-b", w("a-b")),
    ("a --b", And((A, w("--b")))),
    ("a b-", And((A, w("b-")))),
    ("+a", w("+a")),
    ("(a OR b) c", And((Or((A, B)), C))),
    ("（a OR b）c", And((Or((A, B)), C))),
    ("a(b)", And((A, B))),
    ('"a b"', Phrase("a b")),
    ("“a b”", Phrase("a b")),
    ("„a b“", Phrase("a b")),
    ('"a b”', Phrase("a b")),
    ("「月の裏」『a』", And((Phrase("月の裏"), Phrase("a")))),
    ("«a b»", Phrase("a b")),
    ('"a "b', And((Phrase("a "), B))),
    ('"a OR (b) c:* \\"d\\" \\\\"', Phrase('a OR (b) c:* "d" \\')),
    ('"a b"~5', Phrase("a b", slop=5)),
    ('"a b"~5^2', Boost(Phrase("a b", slop=5), 2)),
    ('title:"a b"~1', Phrase("a b", "title", 1)),
    ("a*", Prefix("a")),
    ("title:a*", Prefix("a", "title")),
    ("a*b", Wildcard("a*b")),
    ("*a", Wildcard("*a")),
    ("a?b", Wildcard("a?b")),
    ("a?b?", Wildcard("a?b")),
    ("a*?", Prefix("a")),
    ("a?", w("a?")),
    ("a\\*", w("a*")),
    ("a？b", w("a？b")),
    ("a~", Fuzzy("a")),
    ("a~1", Fuzzy("a")),
    ("body:a~2", Fuzzy("a", "body", 2)),
    ("a~2^3", Boost(Fuzzy("a", distance=2), 3)),
    ("a~b", w("a~b")),
    ("a\\~2", w("a~2")),
    ("~5", w("~5")),
    ("a^2", Boost(A, 2)),
    ("a^.5 b", And((Boost(A, 0.5), B))),
    ("(a b)^1.5", Boost(And((A, B)), 1.5)),
    ("NOT a^2", Not(Boost(A, 2))),
    ("title:a", w("a", "title")),
    ("TITLE:a", w("a", "title")),
    ("title：a", w("a", "title")),
    ("outlet:a body:b", And((w("a", "outlet"), w("b", "body")))),
    ("title:(a OR body:b)", Or((w("a", "title"), w("b", "body")))),
    ("title：（a OR b）", Or((w("a", "title"), w("b", "title")))),
    ("-title:a", Not(w("a", "title"))),
    ("title:12:30", w("12:30", "title")),
    ("title:https://x.org/?a*", w("https://x.org/?a*", "title")),
    ("12:30", w("12:30")),
    ("(https://x.org/?q=a)", w("https://x.org/?q=a")),
    ("(https://x.org/Moon_(band))", w("https://x.org/Moon_(band)")),
    ('https://x.org/"a"', And((w("https://x.org/"), Phrase("a")))),
    ("a::b", w("a::b")),
    ("a: b", And((w("a:"), B))),
    ("记者：他说", w("记者：他说")),
    ("title\\:a", w("title:a")),
    ("\\OR \\-a", And((w("OR"), w("-a")))),
    ("a\\ b", w("a b")),
    ("status:false", Review("status", "false")),
    ('status:"in review"', Review("status", "in review")),
    ("status:(false OR b)", Or((Review("status", "false"), Review("status", "b")))),
    ("flag:stale", Review("flag", "stale")),
    ("reviewer:“Anna B”", Review("reviewer", "Anna B")),
    ("id:k7f", Id("k7f")),
    ("date:2024", DateRange(DAY("2024-01-01"), DAY("2024-12-31"))),
    ("date:2024-02", DateRange(DAY("2024-02-01"), DAY("2024-02-29"))),
    ("date:2024-7-1", DateRange(DAY("2024-07-01"), DAY("2024-07-01"))),
    ('date:"2024-07-01"', DateRange(DAY("2024-07-01"), DAY("2024-07-01"))),
    ("date:[2024-07 TO 2024-08]", DateRange(DAY("2024-07-01"), DAY("2024-08-31"))),
    ("date：［2024-07 TO *］", DateRange(DAY("2024-07-01"), None)),
    ("date:[* TO *]", DateRange(None, None)),
    ("date:*", DateRange(None, None)),
    ("date:>2024-07", DateRange(DAY("2024-08-01"), None)),
    ("date:>=2024-07", DateRange(DAY("2024-07-01"), None)),
    ("date:<2024-07", DateRange(None, DAY("2024-06-30"))),
    ("date:<=2024-07", DateRange(None, DAY("2024-07-31"))),
    ("date:2024-07..2024-08-05", DateRange(DAY("2024-07-01"), DAY("2024-08-05"))),
    ("date:2024-07..", DateRange(DAY("2024-07-01"), None)),
    ("date:..2024-07", DateRange(None, DAY("2024-07-31"))),
]

#: query, the position of the problem, a part of the message
REFUSED: list[tuple[str, int, str]] = [
    ("a titel:b", 2, 'no field "titel"'),
    ("标题:b", 0, 'no field "标题"'),
    ('note:"b"', 0, 'no field "note"'),
    ("created_at:2024", 0, "no field"),
    ('a "b', 2, "quote is not closed"),
    ("a 「b", 2, "quote is not closed"),
    ("a」", 1, "never opened"),
    ("(a", 0, "not closed"),
    ("a (b (c)", 2, "not closed"),
    ("a)", 1, "never opened"),
    (")", 0, "never opened"),
    ("a ()", 2, "empty"),
    ("title:()", 6, "empty"),
    ("a OR", 2, "follows OR"),
    ("a AND", 2, "follows AND"),
    ("a OR OR b", 2, "follows OR"),
    ("(a OR)", 3, "follows OR"),
    ("OR a", 0, "before OR"),
    ("(AND a)", 1, "before AND"),
    ("NOT", 0, "follows NOT"),
    ("a NOT OR b", 2, "follows NOT"),
    ("-OR", 0, "follows -"),
    ("a & b", 2, '"&" holds no letter'),
    ("a - b", 2, '"-" holds no letter'),
    ("a –", 2, "holds no letter"),
    ("?", 0, "holds no letter"),
    ("**", 0, "holds no letter"),
    ("title:*", 0, "lone *"),
    ('" … "', 0, "no letter or digit"),
    ('""', 0, "no letter or digit"),
    ("a\\", 1, "backslash"),
    ('"a\\', 2, "backslash"),
    ("a^", 1, "needs a number"),
    ("a^x", 1, "needs a number"),
    ("a^0", 1, "above 0"),
    ("a^1001", 1, "at most 1000"),
    ("a^1e9", 1, "needs a number"),
    ("a^²", 1, "needs a number"),
    ("(a)^-1", 3, "needs a number"),
    ("a ^2", 2, "right before ^"),
    ("a~3", 0, "1 or 2 edits"),
    ("a*~", 0, "cannot be fuzzy"),
    ("a\\*b*", 0, "themselves"),
    ('"a b"~', 5, "number of words"),
    ('"a b"~101', 5, "number of words"),
    ("title: a", 0, "right after title:"),
    ("title:", 0, "right after title:"),
    ("(title:)", 1, "right after title:"),
    ("title:-a", 6, "minus"),
    ("status:a*", 0, "no pattern"),
    ("reviewer:a~", 0, "no pattern"),
    ('id:"a"~2', 0, "no pattern"),
    ("date:yesterweek", 0, "no date"),
    ("date:2024-13", 0, 'no date "2024-13"'),
    ("date:2023-02-29", 0, "no date"),
    ("date:0000", 0, "no date"),
    ("date:２０２４", 0, "is no date"),
    ("date:>9999", 0, "no day beyond"),
    ("date:2024*", 0, "no pattern"),
    ("date:..", 0, "no letter or digit"),
    ("date:2024..2023", 0, "ends before"),
    ("date:2024..soon", 0, '"soon" is no date'),
    ("date:[2024]", 0, "TO between"),
    ("date:[2024 TO 2023]", 0, "ends before"),
    ("date:[2024 TO 2025", 5, "bracket is not closed"),
    ("date:[2024 TO 2025]x", 19, "right after the range"),
    ("a\ud800", 1, "not valid Unicode"),
    ("(" * 10_000, 100, "100 deep"),
    ("NOT " * 2_000 + "a", 400, "100 deep"),
    ("a" * 10_001, 10_000, "10,000 characters"),
]


@pytest.mark.parametrize(("query", "tree"), READ_AS)
def test_read_as(query: str, tree: Node) -> None:
    assert bare(parse(query)) == tree


@pytest.mark.parametrize(("query", "position", "message"), REFUSED)
def test_refused_with_place_and_remedy(query: str, position: int, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    error = caught.value
    assert error.position == position
    assert message in error.message
    assert error.place == f"query, character {position + 1}"
    assert error.remedy
    shown = error.message.rpartition("▸")[2]
    assert query[position : position + 5].replace("\ud800", "").strip() in shown
    assert len(str(error)) < 400
    assert "\n" not in str(error)


def test_unknown_field_names_the_known_ones() -> None:
    with pytest.raises(QueryError, match="title, body, outlet, date, status, flag, reviewer, id"):
        parse("titel:a")


def test_positions_point_at_the_leaves() -> None:
    tree = parse('a (title:b OR "c d") -status:x')
    assert tree == And(
        (
            Word("a", None, 0),
            Or((Word("b", "title", 3), Phrase("c d", None, 0, 14))),
            Not(Review("status", "x", 22)),
        )
    )


@pytest.mark.parametrize("opening", ["(", "NOT (", "x (y OR "])
def test_the_deepest_query_is_read(opening: str) -> None:
    levels = 100 // (2 if "NOT" in opening else 1)
    query = opening * levels + "title:a" + ")" * levels
    tree = parse(query)
    assert tree == parse(query)
    assert hash(tree) == hash(parse(query))
    expected = 1 + query.count("x") + query.count("y") if "NOT" not in opening else 0
    assert len(positive_leaves(tree)) == expected
    assert replace_reviews(tree, lambda review: review) == tree
    with pytest.raises(QueryError, match="100 deep"):
        parse(f"({query})")


def test_positive_leaves_stand_in_order_and_leave_out_the_excluded() -> None:
    tree = parse('a "b c"~2^2 (d* OR title:e?f) -g NOT (h i~) date:2024 status:x id:y *')
    assert [bare(leaf) for leaf in positive_leaves(tree)] == [
        A,
        Phrase("b c", slop=2),
        Prefix("d"),
        Wildcard("e?f", "title"),
    ]


def test_reviews_are_replaced_wherever_they_stand() -> None:
    tree = parse("a -(status:x^2 OR flag:y) b")
    sets = {"x": IdSet(frozenset({"k"})), "y": IdSet(frozenset(), complement=True)}
    replaced = replace_reviews(tree, lambda review: sets[review.value])
    assert bare(replaced) == And((A, Not(Or((Boost(sets["x"], 2), sets["y"]))), B))
    assert review_fields(tree) == {"status", "flag"}
    assert review_fields(replaced) == frozenset()


@given(st.text(max_size=60))
def test_any_text_is_a_query_or_one_clear_error(query: str) -> None:
    check_total(query)


PIECES = st.sampled_from(
    [
        *'()（）[]"“」-~^*?\\: >.&a1月\u3000',
        *(" OR ", " AND ", " NOT ", "title:", "date:", "status：", "id:", "https://"),
        *("2024-07", " TO ", "~2", "^2", "word", "[2024 TO *]"),
    ]
)


@settings(max_examples=400)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_any_mix_of_operators_is_a_query_or_one_clear_error(query: str) -> None:
    check_total(query)


def check_total(query: str) -> None:
    refused: QueryError | None = None
    try:
        tree = parse(query)
    except QueryError as error:
        refused = error
    if refused:
        assert 0 <= refused.position <= len(query)
        assert refused.place
        assert refused.remedy
        assert str(refused).isprintable()
    else:
        assert all(0 <= leaf.position < len(query) for leaf in positive_leaves(tree))


# Trees written down as queries and read again.

SPECIAL = string.punctuation + "“”「（：　 "
plain_text = st.text(
    st.one_of(st.sampled_from("ab12é月の" + SPECIAL), st.characters(exclude_categories=["Cs"])),
    min_size=1,
    max_size=8,
).filter(lambda text: any(c.isalnum() for c in unicodedata.normalize("NFKC", text)))
text_fields = st.sampled_from([None, "title", "body", "outlet"])
letters = st.text("abé月2", min_size=1, max_size=4)
patterns = st.builds("{}{}{}".format, letters, st.sampled_from("*?"), letters) | letters.map(
    "*{}".format
)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("today", "2024-03-01", "2024-03-01"),
        ("Yesterday", "2024-02-29", "2024-02-29"),
        ("this-week", "2024-02-26", "2024-03-03"),
        ('"last week"', "2024-02-19", "2024-02-25"),
        ("this_month", "2024-03-01", "2024-03-31"),
        ("last-month", "2024-02-01", "2024-02-29"),
        ("this-year", "2024-01-01", "2024-12-31"),
        ("last-year", "2023-01-01", "2023-12-31"),
        ('"last 7 days"', "2024-02-24", "2024-03-01"),
        ("[last-year TO yesterday]", "2023-01-01", "2024-02-29"),
        (">=last-month", "2024-02-01", None),
        ("<this-month", None, "2024-02-29"),
    ],
)
def test_days_in_words(words: str, first: str, last: str | None) -> None:
    found = parse(f"date:{words}", DAY("2024-03-01"))
    assert found == DateRange(first and DAY(first), last and DAY(last))


@pytest.mark.parametrize("words", ["next-week", "last-days", "last", "lastweek", '"last 7"'])
def test_days_in_words_that_are_none(words: str) -> None:
    with pytest.raises(QueryError, match="is no date"):
        parse(f"date:{words}", DAY("2024-03-01"))


days = st.none() | st.dates()
ranges = st.tuples(days, days).filter(lambda d: not (d[0] and d[1]) or d[0] <= d[1])
names = plain_text.map(str.strip)
leaves: st.SearchStrategy[Node] = st.one_of(
    st.builds(Word, plain_text, text_fields),
    st.builds(Phrase, plain_text, text_fields, st.integers(0, 100)),
    st.builds(Prefix, letters, text_fields),
    st.builds(Wildcard, patterns, text_fields),
    st.builds(Fuzzy, plain_text, text_fields, st.integers(1, 2)),
    ranges.map(lambda d: DateRange(*d)),
    st.builds(Id, names),
    st.builds(Review, st.sampled_from(["status", "flag", "reviewer"]), names),
    st.just(Everything()),
)
boosts = st.integers(1, 80).map(lambda n: n / 8)
trees = st.recursive(
    leaves,
    lambda node: st.one_of(
        st.lists(node, min_size=2, max_size=4).map(lambda c: And(tuple(c))),
        st.lists(node, min_size=2, max_size=4).map(lambda c: Or(tuple(c))),
        st.builds(Not, node),
        st.builds(Boost, node, boosts),
    ),
    max_leaves=12,
)


def written(node: Node) -> str:
    """A query that means the tree."""
    match node:
        case And(children):
            query = " ".join(map(grouped, children))
        case Or(children):
            query = " OR ".join(map(grouped, children))
        case Not(child):
            query = f"NOT {grouped(child)}"
        case Boost(child, factor):
            query = f"{grouped(child)}^{factor}"
        case DateRange(start, end):
            query = f"date:[{start or '*'} TO {end or '*'}]"
        case Id(prefix):
            query = f"id:{quoted(prefix)}"
        case Review(field, value):
            query = f"{field}:{quoted(value)}"
        case Word() | Phrase() | Prefix() | Wildcard() | Fuzzy():
            query = (f"{node.field}:" if node.field else "") + written_leaf(node)
        case _:
            query = "*"
    return query


def written_leaf(leaf: Leaf) -> str:
    match leaf:
        case Word(text):
            return escaped(text)
        case Phrase(text, _, slop):
            return f"{quoted(text)}~{slop}"
        case Prefix(text):
            return f"{text}*"
        case Wildcard(pattern):
            return pattern
        case Fuzzy(text, _, distance):
            return f"{escaped(text)}~{distance}"


def grouped(node: Node) -> str:
    return f"({written(node)})" if isinstance(node, And | Or | Not | Boost) else written(node)


def quoted(text: str) -> str:
    return '"' + re.sub(r'(["“”„‟＂\\])', r"\\\1", text) + '"'


def escaped(text: str) -> str:
    return "".join(c if c.isalnum() else f"\\{c}" for c in text)


@settings(max_examples=300)
@given(trees)
def test_a_tree_written_down_is_read_again(tree: Node) -> None:
    assert has(type(tree))
    assert bare(parse(written(tree))) == tree


# The reference.


def documented(errors: bool) -> list[tuple[str, str]]:
    """The first column of the tables, and the second, of the chapter on errors or the others."""
    head, _, tail = DOCS.read_text(encoding="utf-8").partition("## Errors")
    return re.findall(r"^\| `([^`]+)` \| (.+) \|$", tail if errors else head, re.MULTILINE)


@pytest.mark.parametrize(("query", "meaning"), documented(errors=False))
def test_documented_queries_parse(query: str, meaning: str) -> None:
    tree = parse(query)
    same = re.match(r"`([^`]+)`$", meaning)
    if same:
        assert bare(tree) == bare(parse(same[1]))


@pytest.mark.parametrize(("query", "message"), documented(errors=True))
def test_documented_errors_are_raised(query: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)
    assert message in caught.value.message


def test_the_reference_has_examples_and_names_every_field() -> None:
    assert len(documented(errors=False)) > 40
    assert len(documented(errors=True)) > 10
    with pytest.raises(QueryError) as caught:
        parse("nosuchfield:x")
    fields = re.search(r"the fields are ([a-z, ]+);", caught.value.remedy or "")
    assert fields
    text = DOCS.read_text(encoding="utf-8")
    assert all(f"`{name}:" in text for name in fields[1].split(", "))
