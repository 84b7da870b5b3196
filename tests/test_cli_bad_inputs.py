"""Bad input gets one clear line on stderr, and nothing is lost or half-written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_runner import Cli, Ran, command, environment, process, started
from pages import page, zipped

from searchkit.engine.columnar.manifest import Manifest

_CONTAINERS = "412,000 containers"
_BY = ("--by", "Ann")
_LINK = "https://a.example.org/1"


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return started(tmp_path, monkeypatch, capsys)


def refused(ran: Ran, *told: str) -> None:
    """One line on stderr that says all this, nothing on stdout, and code 1."""
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.count("\n") == 1
    for part in told:
        assert part in ran.err


def _write(cli: Cli, name: str, content: bytes) -> None:
    path = cli.folder / "corpus" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("binary.txt", bytes(range(256)) * 20, "not a text file"),
        ("empty.txt", b"", "it is empty"),
        ("array.json", b'{"a": [', "line 1: no article could be read: broken JSON"),
        (
            "front.md",
            b"---\ntitle: [a\ndate: :\n---\nText.\n",
            "line 3: its front matter is broken",
        ),
        ("open.md", b"---\ntitle: never ends\nText.\n", "its front matter has no end"),
        ("half.txt", bytes([0x81, 0x20, 0xFF, 0xFE, 0x00, 0xD8]) * 30, "not a text file"),
        ("mixed.txt", "漢字の文章。".encode("shift_jis") * 3 + b"\xff\xff caf\xe9", "encoding"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_and_the_rest_goes_on(
    cli: Cli, name: str, content: bytes, told: str
) -> None:
    _write(cli, name, content)
    _write(cli, "fresh.txt", b"Fresh News\n\nThe mill reopened.\n")
    ran = cli("index")
    assert ran.code == 1
    assert ran.err.count("\n") == 1
    assert f"corpus/{name}" in ran.err
    assert told in ran.err
    assert "4 articles" in ran.out
    assert [i["title"] for i in cli.json("search", "mill")["items"]] == ["Fresh News"]


def test_broken_lines_of_json_cost_only_themselves(cli: Cli) -> None:
    good = '{"title": "Mill", "text": "The mill reopened."}'
    _write(cli, "lines.jsonl", f'{good}\n{{"title": "Half\n{good.replace("Mill", "M2")}\n'.encode())
    ran = cli("index")
    assert (ran.code, ran.err) == (0, "")
    assert "1 piece went into no article" in ran.out
    listed = cli("index", "--left-out")
    assert "corpus/lines.jsonl:2" in listed.out + listed.err
    assert cli.json("search", "mill")["total"] == 2


def test_one_line_of_megabytes(cli: Cli) -> None:
    _write(cli, "long.txt", b"word " * 500_000 + b"zebra")
    assert "4 articles" in cli.ok("index")
    assert cli.json("search", "zebra")["total"] == 1


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_links_that_lead_out_of_the_corpus(cli: Cli) -> None:
    outside = cli.folder.parent / "secret.txt"
    outside.write_text("Secret Title\n\nA secret text.\n", "utf-8")
    (cli.folder / "corpus" / "way.txt").symlink_to(outside)
    (cli.folder / "corpus" / "out").symlink_to(outside.parent)
    ran = cli("index")
    assert ran.code == 1
    assert sorted(line.split(":")[0] for line in ran.err.splitlines()) == [
        "skipped corpus/out",
        "skipped corpus/way.txt",
    ]
    assert cli.json("search", "secret")["total"] == 0


def test_what_is_asked_for_wrongly(cli: Cli) -> None:
    before = cli.sidecars()
    refused(cli("mark", _CONTAINERS, "verifed", *_BY), "no status 'verifed'", "verified?")
    refused(cli("mark", "zzzzz", "false", *_BY), "there is no claim 'zzzzz'")
    for link in ("javascript:alert(1)", "ftp://a.example.org/1", "/etc/passwd"):
        refused(cli("verify", _CONTAINERS, link, *_BY), link, "give an http or https address")
    refused(cli("search", 'the "open'), "character 5", "the quote is not closed")
    refused(cli("search", "foo:bar"), "character 1", 'no field "foo"')
    refused(cli("search", "(" * 10_000 + "a" + ")" * 10_000), "longer than 10,000 characters")
    refused(cli("search", "(" * 4_000 + "a" + ")" * 4_000), "parentheses")
    assert cli.sidecars() == before == {}


@pytest.fixture
def reviewed(cli: Cli) -> Cli:
    cli.ok("verify", _CONTAINERS, _LINK, *_BY)
    return cli


def _sidecar(cli: Cli) -> Path:
    (path,) = (cli.folder / "index" / "reviews").glob("*.json")
    return path


def _cut(content: bytes) -> bytes:
    return content[:200]


def _newer(content: bytes) -> bytes:
    return content.replace(b'"version": 1', b'"version": 2')


@pytest.mark.parametrize(
    ("damage", "told"), [(_cut, "not a sidecar"), (_newer, "version 2, written by a newer")]
)
def test_a_sidecar_that_cannot_be_read_is_named_and_left_alone(
    reviewed: Cli, damage: object, told: str
) -> None:
    cli = reviewed
    cli.ok("dispute", "eight people", _LINK, *_BY)
    path = next(p for p in (cli.folder / "index" / "reviews").glob("*.json") if b"412" in _read(p))
    assert callable(damage)
    path.write_bytes(damage(path.read_bytes()))
    left = path.read_bytes()
    for args in (["mark", _CONTAINERS, "false", *_BY], ["show", _CONTAINERS], ["report"]):
        refused(cli(*args), path.name, told)
    doctor = cli("doctor")
    assert (doctor.code, doctor.err.count("\n")) == (1, 1)
    # Listings go on without it, and say so every time.
    for _ in range(2):
        for args in (["search", "containers OR ferry"], ["claims", "containers OR ferry"]):
            ran = cli(*args)
            assert (ran.code, ran.err.count("\n")) == (1, 1)
            assert path.name in ran.err
            assert "eight people" in ran.out or "ferry" in ran.out
        assert cli("stats").code == 1
    assert "412,000" not in cli("claims", "containers").out
    assert "unreviewed" not in cli("search", "412,000").out
    assert path.read_bytes() == left
    cli.ok("note", "eight people", "still works", *_BY)


def _read(path: Path) -> bytes:
    return path.read_bytes()


def test_an_index_of_another_version(reviewed: Cli) -> None:
    Manifest(1, ()).write(
        reviewed.folder / "index" / "engine" / "articles", {"layout": "0", "analysis": "0"}
    )
    refused(reviewed("search", "harbour"), "another version", "searchkit index --rebuild")
    reviewed.ok("index", "--rebuild")
    assert reviewed.json("search", "status:verified")["total"] == 1


_ADDED = """
import sys, pathlib
name = {name!r}
folder = pathlib.Path({folder!r}) / (name.replace("-", "_") + "-9.dist-info")
folder.mkdir()
(folder / "METADATA").write_text("Metadata-Version: 2.1\\nName: " + name + "\\nVersion: 9\\n")
sys.path.append({folder!r})
"""


@pytest.mark.parametrize("name", ["whoosh-reloaded", "whoosh", "searchkit"])
def test_another_distribution_with_the_same_files(cli: Cli, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    wrapper = _ADDED.format(name=name, folder=str(folder))
    ran = process(cli.folder, "search", "harbour", wrapper=wrapper)
    refused(ran, f"the distribution {name} stands in the way", f"pip uninstall {name}")


_QUAY = ("The quay of Northport was cleared of snow by 40 people before the ferry came in.",)
_LOCK = ("Barges wait no longer: the lock below the weir was repaired within eleven days.",)
_BROKEN = """
import sys, pathlib
folder = pathlib.Path({folder!r})
(folder / "trafilatura.py").write_text({code!r})
sys.path.insert(0, str(folder))
"""


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("raise ImportError('its cleaner is now\\na separate project')", "a separate project)"),
        ("import no_such_module", "No module named 'no_such_module')"),
        ("raise ValueError('built for another numpy')", "built for another numpy)"),
    ],
)
def test_a_library_that_cannot_be_loaded_is_not_called_missing(
    cli: Cli, tmp_path: Path, code: str, told: str
) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    _write(cli, "a.html", page(title="Quay Cleared", paragraphs=_QUAY).encode())
    lock = page(title="Lock Repaired", paragraphs=_LOCK)
    _write(cli, "more.zip", zipped({"b.html": lock, "c.txt": "Mill\n\nThe mill reopened."}))
    wrapper = _BROKEN.format(folder=str(folder), code=code)
    first = process(cli.folder, "index", wrapper=wrapper)
    assert first.code == 1
    assert first.err.count("\n") == 1
    assert "trafilatura, which is installed but cannot be loaded" in first.err
    assert told in first.err
    assert "not installed" not in first.err
    again = process(cli.folder, "index", wrapper=wrapper)
    assert again.err == first.err
    # Somebody put it right.
    ran = cli("index")
    assert (ran.code, ran.err) == (0, "")
    assert "6 articles" in ran.out
    assert "0 new, 0 changed, 4 unchanged" in cli.ok("index")


def _powerless() -> list[str]:
    """What runs a command line without root's right to pass by permissions."""
    if os.name == "nt":
        pytest.skip("permissions work otherwise there")
    if os.geteuid():
        return []
    tool = shutil.which("setpriv")
    line = [tool or "", "--bounding-set=-dac_override,-dac_read_search"]
    if not tool or subprocess.run([*line, "true"], check=False).returncode:
        pytest.skip("run as root, without setpriv to give up its rights")
    return line


def _without_rights(folder: Path, *args: str) -> Ran:
    done = subprocess.run(
        [*_powerless(), *command(args)],
        cwd=folder,
        env=environment(),
        capture_output=True,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def locked(reviewed: Cli) -> Iterator[Cli]:
    folders = [reviewed.folder / "corpus" / "private", reviewed.folder / "index" / "reviews"]
    _write(reviewed, "private/a.txt", b"Private\n\nA text.\n")
    folders[0].chmod(0)
    yield reviewed
    for folder in folders:
        folder.chmod(0o755)


def test_an_unreadable_folder_is_named(locked: Cli) -> None:
    ran = _without_rights(locked.folder, "index")
    assert ran.code == 1
    assert ran.err.startswith("skipped corpus/private: ")
    assert "3 articles" in ran.out


def test_reviews_that_cannot_be_written(locked: Cli) -> None:
    before = locked.sidecars()
    (locked.folder / "index" / "reviews").chmod(0o500)
    ran = _without_rights(locked.folder, "dispute", _CONTAINERS, *_BY)
    refused(ran, "index/reviews", "Permission denied")
    assert locked.sidecars() == before


@pytest.fixture
def read_only(cli: Cli) -> Iterator[Cli]:
    cli.ok("search", "--save", "ferries", "ferry")
    _write(cli, "mill.txt", b"Mill\n\nThe mill has a ferry.\n")
    cli.ok("index")
    cache = cli.folder / "index" / "engine"
    (cache / "catalog.sqlite").chmod(0o400)
    cache.chmod(0o500)
    yield cli
    cache.chmod(0o700)


@pytest.mark.parametrize("more", [(), ("--json",)])
@pytest.mark.parametrize(("args", "new"), [(("new",), 4), (("saved", "ferries"), 1)])
def test_what_is_new_is_shown_where_nothing_can_be_written(
    read_only: Cli, args: tuple[str, ...], new: int, more: tuple[str, ...]
) -> None:
    for _ in range(2):
        ran = _without_rights(read_only.folder, *args, *more)
        assert "Mill" in ran.out
        assert (f'"total": {new}' if more else f"{new} new article") in ran.out
        assert (ran.code, ran.err.count("\n")) == (1, 1)
        assert "catalog.sqlite: the catalog cannot be written (" in ran.err
        assert ran.err.endswith("; what is new will be shown again\n")
        assert "mistake" not in ran.err
    kept = _without_rights(read_only.folder, *args, "--keep", *more)
    assert (kept.code, kept.err) == (0, "")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if sys.platform != "linux" or os.geteuid() or subprocess.run(mount, check=False).returncode:
        pytest.skip("a small disk can only be mounted by root on Linux")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk(
    disk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cli = started(disk, monkeypatch, capsys)
    cli.ok("verify", _CONTAINERS, _LINK, *_BY)
    before = cli.sidecars()
    with (disk / "fill").open("wb", buffering=0) as fill:
        try:
            while fill.write(bytes(4096)):
                pass
        except OSError:
            pass
    refused(cli("dispute", _CONTAINERS, *_BY), "No space left on device")
    _write_if_possible(cli)
    assert cli.sidecars() == before
    ran = cli("index", "--rebuild")
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert cli.json("search", "harbour")["total"] > 0
    (disk / "fill").unlink()
    cli.ok("index")
    cli.ok("dispute", _CONTAINERS, *_BY)
    assert "sound" in cli.ok("doctor")
    names = {path.name for path in (cli.folder / "index" / "reviews").iterdir()}
    assert not [name for name in names if name.startswith(".tmp-")]


def _write_if_possible(cli: Cli) -> None:
    """Change the corpus in place: a full disk has no room for another file."""
    path = cli.folder / "corpus" / "school.md"
    content = path.read_bytes()
    path.write_bytes(content.replace(b"31", b"32"))
