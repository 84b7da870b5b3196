"""Imports run downwards only, and each library stays in the room that it belongs to."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "searchkit"

LEVELS = (
    {"errors"},
    {"model"},
    {"text", "files", "analysis", "figures", "installed"},
    {"claims", "anchor", "query", "identity", "outlets", "worth", "worddiff"},
    {"readers", "engine", "catalog", "reviews", "evidence"},
    {"reports", "snippets", "matching"},
    {"interchange"},
    {"workflow"},
    {"config"},
    {"desk"},
    {"cli"},
)
LEVEL = {room: number for number, rooms in enumerate(LEVELS) for room in rooms}
#: They stand above all rooms.
ROOF = {"__init__", "__main__"}
#: Library -> the only room that may import it.
RESERVED = {
    "click": "cli",
    "tabulate": "cli",
    "whoosh": "engine",
    "opensearchpy": "engine",
    "httpcore": "evidence",
    "nh3": "evidence",
    "flask": "desk",
    "waitress": "desk",
}
#: Where the import name is not the distribution's. From Python 3.14 on, the standard library has
#: what `backports.zstd` gives to the others.
DISTRIBUTIONS = {
    "whoosh": "whoosh3",
    "opensearchpy": "opensearch-py",
    "yaml": "pyyaml",
    "stemmer": "pystemmer",
    "compression": "backports",
    "charset_normalizer": "charset-normalizer",
    "werkzeug": "flask",
}

FILES = sorted(PACKAGE.rglob("*.py"))


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} has a relative import"
            assert node.module
            if node.module == "searchkit":
                yield from (f"searchkit.{alias.name}" for alias in node.names)
            else:
                yield node.module


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_downwards(path: Path) -> None:
    room = room_of(path)
    if room in ROOF:
        return
    for name in imported(path):
        parts = name.split(".")
        if parts[0] != "searchkit" or parts[1].startswith("__") or parts[1] == room:
            continue
        assert LEVEL[parts[1]] < LEVEL[room], f"{room} imports {name}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_libraries_stay_in_their_rooms_and_are_declared(path: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = (one for extra in project["optional-dependencies"].values() for one in extra)
    given = (*project["dependencies"], *extras)
    declared = {re.split(r"[^\w-]", one)[0].lower() for one in given}
    for name in imported(path):
        library = name.partition(".")[0]
        if library == "searchkit" or library in sys.stdlib_module_names:
            continue
        assert RESERVED.get(library, room_of(path)) == room_of(path)
        assert DISTRIBUTIONS.get(library.lower(), library.lower()) in declared


def test_every_room_has_a_level() -> None:
    assert {room_of(path) for path in FILES} - ROOF == set(LEVEL)


@pytest.mark.parametrize("arguments", [["--version"], ["-h"], ["search", "-h"], ["mark", "-h"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys; from searchkit.cli.main import main; main(sys.argv[1:]);"
        "print('|', *sorted({m.partition('.')[0] for m in sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    loaded = set(done.stdout.rpartition("|")[2].split())
    assert "click" in loaded
    assert not loaded & {
        "numpy",
        "whoosh",
        "cattrs",
        "rapidfuzz",
        "Stemmer",
        "sqlite3",
        "yaml",
        "flask",
    }
