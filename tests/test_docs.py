"""The docs say what is there: links lead somewhere, examples run, names exist."""

from __future__ import annotations

import inspect
import re
import shutil
from pathlib import Path

import click
import pytest

import searchkit
from searchkit.cli.main import cli

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])

_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")
_ROOM = re.compile(r"^\| \d+ \| `([a-z_.]+)/?` \|", re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in _LINK.findall(_CODE.sub("", page.read_text("utf-8"))):
        assert (page.parent / target).exists(), target


def test_architecture_names_every_room() -> None:
    named = set(_ROOM.findall((ROOT / "docs" / "architecture.md").read_text("utf-8")))
    there = {path.name for path in (ROOT / "searchkit").iterdir()}
    assert named == {name for name in there if not name.startswith("__")}


def test_the_api_page_names_every_public_function_as_it_is() -> None:
    text = (ROOT / "docs" / "api.md").read_text("utf-8")
    for name in searchkit.__all__:
        thing = getattr(searchkit, name)
        assert re.search(rf"\b{name}\b", text), name
        parameters = list(inspect.signature(thing).parameters) if inspect.isfunction(thing) else []
        if parameters[:1] == ["ws"]:
            shown = re.search(rf"`{name}\(ws(?:, )?([^`]*)\)`", text)
            assert shown, name
            told = re.findall(r"(?:^|, )([a-z_]+)(?==|,|$)", re.sub(r"\*, ", "", shown[1]))
            assert told == parameters[1:], name


def test_the_api_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "corpus", tmp_path / "corpus")
    monkeypatch.chdir(tmp_path)
    page = (ROOT / "docs" / "api.md").read_text("utf-8")
    example = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert example
    exec(compile(example[1], "api.md", "exec"), {})
    assert "as it says" in (tmp_path / "report.md").read_text("utf-8")


def test_every_option_has_a_help_text() -> None:
    context = click.Context(cli)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command
        assert command.name == name
        assert command.help, name
        for parameter in command.params:
            if parameter.param_type_name == "option":
                assert getattr(parameter, "help", None), f"{name} {parameter.name}"


def test_the_readme_opens_with_its_two_commands() -> None:
    first = (ROOT / "README.md").read_text("utf-8").split("\n")[:40]
    assert "bin/demo" in first
    assert "bin/test" in first
