"""docs/format.md and docs/sidecar.schema.json say what the code does."""

from __future__ import annotations

import copy
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from review_samples import IDENTITY, SELECTOR, judge, note, undo

from searchkit.model import QUOTED
from searchkit.reviews import Act, ReviewStore, Sidecar, canonical_json, decode, encode, event_id
from searchkit.reviews.shape import ACTIONS, KINDS, LINK_FIELDS, MAX_DEPTH, fault
from searchkit.sidecars import ARTICLE_ID

PRESERVED = {
    "url": "https://e.org",
    "copy": "ab" * 32,
    "view": "cd" * 32,
    "time": "2024-08-02T09:00:00.000000Z",
    "address": "https://e.org/",
    "status": 200,
    "headers": {"content-type": "text/html"},
    "quote": "q",
    "found": "found",
    "archived": "https://archive.example/1",
}
DOCS = Path(__file__).parents[1] / "docs"
TEXT = (DOCS / "format.md").read_text("utf-8")
SCHEMA = json.loads((DOCS / "sidecar.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def block(name: str) -> str:
    found = re.search(rf"```\w+ {name}\n(.*?)\n```", TEXT, re.DOTALL)
    assert found, name
    return found[1]


def everything(folder: Path) -> Any:
    """A real sidecar with every action in it."""
    store = ReviewStore(folder)
    link = {"url": "https://e.org", "stance": "context", "quote": "q", "accessed": "2024-08-01"}
    words = {"selector": SELECTOR}
    done = store.append(
        IDENTITY,
        [
            judge("k7f", "false", "https://e.org", note="n", wording="w", said_by="s", future=[1]),
            Act("link", "k7f", {"evidence": [link], **words}),
            Act("unlink", "k7f", {"url": "https://e.org"}),
            note("a remark"),
            note("on the whole", None),
            Act("assign", "k7f", {"state": "in-review", "to": "Bob", **words}),
            Act("confirm", "k7f", words),
            Act("reattach", "k7f", words),
            Act("add-claim", "own", words),
            Act("preserve", "k7f", PRESERVED),
        ],
        reviewer="Ann",
    )
    store.append(IDENTITY, [undo(done[0])], reviewer="Bob")
    raw = json.loads(store.path(IDENTITY.id).read_bytes())
    assert {e["action"] for e in raw["events"]} == ACTIONS
    return raw


def test_real_sidecars_are_valid(tmp_path: Path) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    VALIDATOR.validate(everything(tmp_path))
    VALIDATOR.validate(json.loads(encode(Sidecar(IDENTITY, ()))))


SPOILT: list[tuple[str, Any]] = [
    ("version", 2),
    ("more", 1),
    ("article/more", 1),
    ("article/id", "../x"),
    ("article/sketch", ["a"]),
    ("article/sources/0/author", "x"),
    ("events/0/id", "x"),
    ("events/0/time", "2024-08-01T09:00:00Z"),
    ("events/0/reviewer", ""),
    ("events/0/claim", None),
    ("events/0/parents", ["x"]),
    ("events/0/data/status", ""),
    ("events/0/data/selector", None),
    ("events/0/data/selector/exact", ""),
    ("events/0/data/selector/kind", "odd"),
    ("events/0/data/selector/start", -1),
    ("events/0/data/evidence/0/stance", "maybe"),
    ("events/0/data/evidence/0/url", ""),
    ("events/1/data/evidence", {}),
    ("events/2/data/url", 1),
    ("events/3/data/text", ""),
    ("events/3/data/selector", {}),
    ("events/5/data/state", "done"),
    ("events/5/data/to", ""),
    ("events/6/data", {}),
    ("events/9/data/copy", "x"),
    ("events/9/data/time", "today"),
    ("events/9/data/address", ""),
    ("events/9/data/found", "perhaps"),
    ("events/9/data/headers", {"a": 1}),
    ("events/9/data/status", -1),
    ("events/10/data/event", "x"),
]


@pytest.mark.parametrize(("where", "value"), SPOILT)
def test_schema_and_code_refuse_the_same(tmp_path: Path, where: str, value: Any) -> None:
    raw = everything(tmp_path)
    at: Any = raw
    *path, last = where.split("/")
    for key in path:
        at = at[int(key)] if isinstance(at, list) else at[key]
    at[last] = value
    assert not VALIDATOR.is_valid(raw)
    with pytest.raises(Exception, match=r"x\.json"):
        decode(json.dumps(raw).encode(), "x.json")


def test_every_required_field_is_required_by_both(tmp_path: Path) -> None:
    raw = everything(tmp_path)
    for one in raw["events"]:
        for key in one:
            spoilt = {k: v for k, v in one.items() if k != key}
            assert not VALIDATOR.is_valid({**raw, "events": [spoilt]})
            assert (fault(spoilt) is not None) is (key != "id")
        for key in one["data"]:
            spoilt = copy.deepcopy(one)
            del spoilt["data"][key]
            assert VALIDATOR.is_valid({**raw, "events": [spoilt]}) is (fault(spoilt) is None), key


def test_the_worked_example() -> None:
    event = json.loads(block("event"))
    assert fault(event) is None
    assert canonical_json(event).decode() == block("canonical")
    assert hashlib.sha256(block("canonical").encode()).hexdigest() == block("id")
    _, _, (found,) = decode(
        json.dumps(
            {
                "version": 1,
                "article": json.loads(encode(Sidecar(IDENTITY, ())))["article"],
                "events": [{**event, "id": block("id")}],
            }
        ).encode(),
        "example",
    )
    assert event_id(found) == found.id


def test_the_document_names_everything(tmp_path: Path) -> None:
    assert TEXT.index("## Glossary") < TEXT.index("## The file")
    raw = everything(tmp_path)
    fields = {*raw, *(f"article.{key}" for key in raw["article"]), *raw["events"][0]}
    for name in (*ACTIONS, *KINDS, *LINK_FIELDS, *SELECTOR, *PRESERVED, *QUOTED, *fields):
        assert f"`{name}`" in TEXT, name
    assert f"at most {MAX_DEPTH} times" in TEXT
    assert SCHEMA["properties"]["article"]["properties"]["id"]["pattern"] == (
        f"^{ARTICLE_ID.pattern}$"
    )
