"""Imports run downwards only, and each library stays in the room that it belongs to."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from projects import indexed

import searchkit.model

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "searchkit"

LEVELS = (
    {"errors", "lazily"},
    {"model"},
    {"text", "files", "analysis", "figures", "installed"},
    {"claims", "anchor", "query", "identity", "outlets", "sidecars", "worth", "worddiff"},
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

COMPILED = sorted(PACKAGE.rglob("*.pyx"))
FILES = sorted([*PACKAGE.rglob("*.py"), *COMPILED])


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    if path in COMPILED:
        # Cython's own `cimport` brings in what needs no module when it runs.
        yield from re.findall(
            r"^(?:from|import) ([\w.]+)(?: import |$)", path.read_text("utf-8"), re.M
        )
        return
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


@pytest.mark.parametrize("path", COMPILED, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_what_is_compiled_stands_beside_what_it_serves(path: Path) -> None:
    """Its functions take the place of those of one module, which says where."""
    served = path.with_name(f"{path.stem[1:]}.py")
    assert path.stem.startswith("_")
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    assert f"from {name} import" in served.read_text("utf-8")
    assert path.with_suffix(".pyi").is_file()


def test_every_room_has_a_level() -> None:
    assert {room_of(path) for path in FILES} - ROOF == set(LEVEL)


def loaded_by(*arguments: str, folder: Path | None = None) -> set[str]:
    """The modules that a command line imports in a new process."""
    code = (
        "import sys; from searchkit.cli.main import main; main(sys.argv[1:]);"
        "print('|', *sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
    )
    return set(done.stdout.rpartition("|")[2].split())


@pytest.mark.parametrize("arguments", [["--version"], ["-h"], ["search", "-h"], ["mark", "-h"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    loaded = loaded_by(*arguments)
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


#: What takes its time to import, and is for other commands, for mistakes or for a terminal.
NOT_FOR_SEARCHING = {
    "calendar",
    "cattrs",
    "difflib",
    "html",
    "jinja2",
    "rapidfuzz",
    "secrets",
    "shutil",
    "socket",
    "subprocess",
    "tempfile",
    "tomllib",
    "whoosh",
    "yaml",
    "searchkit.evidence",
    "searchkit.identity",
    "searchkit.outlets",
    "searchkit.readers",
    "searchkit.reports",
    "searchkit.worth",
    "searchkit.workflow.saved",
    "searchkit.engine.columnar.exceptions",
    "searchkit.engine.columnar.union",
    "searchkit.engine.columnar.writer",
    "searchkit.engine.health",
}
#: What is for articles that somebody judged.
FOR_REVIEWS = {
    "sqlite3",
    "searchkit.anchor",
    "searchkit.catalog",
    "searchkit.model.reviews",
    "searchkit.reviews",
}


def test_a_search_loads_what_it_needs(tmp_path: Path) -> None:
    ws, _ = indexed(tmp_path)
    ws.close()
    loaded = loaded_by("search", "harbour", "may", folder=tmp_path)
    assert "searchkit.engine.whoosh" in loaded
    assert not loaded & (NOT_FOR_SEARCHING | FOR_REVIEWS)


@pytest.mark.parametrize("package", [searchkit, searchkit.model], ids=lambda p: p.__name__)
def test_packages_have_what_they_name(package: ModuleType) -> None:
    assert [name for name in package.__all__ if not hasattr(package, name)] == []
