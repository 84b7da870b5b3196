"""Files are replaced whole or not at all; locks exclude and say who holds them."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import searchkit
from searchkit.errors import LockedError, SearchkitError
from searchkit.files import contained, fsync_dir, locked, sweep, write_atomic

ROOT = Path(searchkit.__file__).parents[1]


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_new_and_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    write_atomic(path, b"one")
    write_atomic(path, b"")
    assert path.read_bytes() == b""
    big = os.urandom(3_000_000)
    write_atomic(path, big)
    assert path.read_bytes() == big
    assert names(tmp_path) == {"a.json"}


def test_permissions(tmp_path: Path) -> None:
    path = tmp_path / "private"
    write_atomic(path, b"one", mode=0o600)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o664)
    write_atomic(path, b"two", mode=0o600)
    assert stat.S_IMODE(path.stat().st_mode) == 0o664, "whoever shared the file meant it"


def test_short_writes_are_continued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: real(fd, bytes(data[:3])))
    write_atomic(tmp_path / "a", b"0123456789")
    assert (tmp_path / "a").read_bytes() == b"0123456789"


def test_what_may_get_lost_does_not_wait_for_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[int] = []
    monkeypatch.setattr(os, "fsync", waited.append)
    write_atomic(tmp_path / "a", b"one", durable=False)
    assert (tmp_path / "a").read_bytes() == b"one"
    assert not waited
    write_atomic(tmp_path / "a", b"two")
    assert len(waited) == 2, "the file and its folder"


@pytest.mark.parametrize("step", ["open", "write", "fsync", "replace"])
@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt()])
def test_each_step_can_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException
) -> None:
    path = tmp_path / "a"
    write_atomic(path, b"old")

    def fail(*args: object, **more: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(os, step, fail)
        with pytest.raises((SearchkitError, KeyboardInterrupt)) as caught:
            write_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == {"a"}
    if isinstance(error, OSError):
        text = str(caught.value)
        assert text.startswith(str(path))
        assert "free some space" in text
        assert "nothing was changed" in text


def test_an_unflushed_folder_is_not_called_unchanged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = os.fsync, []

    def second_fails(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 2:
            raise OSError(errno.EIO, "input/output error")
        real(handle)

    monkeypatch.setattr(os, "fsync", second_fails)
    with pytest.raises(SearchkitError, match="written, but") as caught:
        write_atomic(tmp_path / "a", b"new")
    assert "nothing was changed" not in str(caught.value)
    assert (tmp_path / "a").read_bytes() == b"new"


def test_a_file_size_limit_of_the_system(tmp_path: Path) -> None:
    """A real refusal by the kernel in the middle of a write."""
    (tmp_path / "a").write_bytes(b"old")
    code = (
        "import resource, signal, sys, pathlib\n"
        "from searchkit.errors import SearchkitError\n"
        "from searchkit.files import write_atomic\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))\n"
        "try: write_atomic(pathlib.Path(sys.argv[1]), b'x' * 9000)\n"
        "except SearchkitError as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "a"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "cannot be written (File too large)" in done.stdout
    assert (tmp_path / "a").read_bytes() == b"old"
    assert names(tmp_path) == {"a"}


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only to root")
def test_read_only_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(SearchkitError, match="make the folder writable"):
            write_atomic(tmp_path / "a", b"new")
    finally:
        tmp_path.chmod(0o700)


def test_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(SearchkitError, match="cannot be written"):
        write_atomic(tmp_path / "none" / "a", b"new")


def test_only_regular_files_are_replaced(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"keep")
    (tmp_path / "link").symlink_to(target)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("link", "pipe", "folder"):
        with pytest.raises(SearchkitError, match="not a regular file"):
            write_atomic(tmp_path / name, b"new")
    assert target.read_bytes() == b"keep"
    assert names(tmp_path) == {"target", "link", "pipe", "folder"}


def test_sweep_takes_temporary_files_alone(tmp_path: Path) -> None:
    for name in (".tmp-1-aa", "a.json", ".other"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / ".tmp-folder").mkdir()
    (tmp_path / ".tmp-link").symlink_to(tmp_path / "a.json")
    sweep(tmp_path)
    assert names(tmp_path) == {"a.json", ".other", ".tmp-folder", ".tmp-link"}
    sweep(tmp_path / "none")


def test_fsync_dir_tells_of_a_folder_that_is_not_there(tmp_path: Path) -> None:
    fsync_dir(tmp_path)
    with pytest.raises(FileNotFoundError):
        fsync_dir(tmp_path / "none")


def test_lock_cannot_be_taken_twice_and_names_its_holder(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    with locked(path, timeout=1, what="indexing"):
        with (
            pytest.raises(LockedError) as caught,
            locked(path, timeout=0.05, what="marking"),
        ):
            pytest.fail("taken twice")
        assert f"process {os.getpid()} on " in str(caught.value)
        assert "indexing since 2" in str(caught.value)
    with locked(path, timeout=0, what="marking"):
        pass
    assert names(tmp_path) <= {".lock"}


def test_lock_is_released_by_an_exception(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    with pytest.raises(KeyboardInterrupt), locked(path, timeout=1, what="marking"):
        raise KeyboardInterrupt
    with locked(path, timeout=0, what="marking"):
        pass


def test_lock_between_threads(tmp_path: Path) -> None:
    inside: list[int] = []
    most: list[int] = []

    def work() -> None:
        for _ in range(20):
            with locked(tmp_path / ".lock", timeout=20, what="testing"):
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 100


def test_lock_goes_with_its_process(tmp_path: Path) -> None:
    code = (
        "import sys, time, pathlib\n"
        "from searchkit.files import locked\n"
        "with locked(pathlib.Path(sys.argv[1]), timeout=1, what='dreaming'):\n"
        "    print('held', flush=True)\n"
        "    time.sleep(60)\n"
    )
    path = tmp_path / ".lock"
    with subprocess.Popen(
        [sys.executable, "-c", code, path], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with (
            pytest.raises(LockedError, match=f"process {holder.pid} on .*dreaming"),
            locked(path, timeout=0.05, what="marking"),
        ):
            pytest.fail("taken twice")
        holder.kill()
    with locked(path, timeout=5, what="marking"):
        pass
    assert names(tmp_path) == {".lock"}


def test_the_holders_text_is_not_trusted(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    with locked(path, timeout=1, what="indexing"):
        (tmp_path / ".lock.holder").write_bytes(b"\x1b[31mred\xff\n\0" + b"x" * 10_000)
        with pytest.raises(LockedError) as caught, locked(path, timeout=0, what="marking"):
            pytest.fail("taken twice")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 600


def test_lock_in_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with (
        pytest.raises(SearchkitError, match=r"file.\.lock"),
        locked(tmp_path / "file" / ".lock", timeout=0, what="marking"),
    ):
        pytest.fail("no such folder")


def test_contained(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (root / "sub" / "a").write_bytes(b"")
    (root / "out").symlink_to(tmp_path)
    (root / "loop").symlink_to(root / "loop")
    assert contained(root, Path("sub/a")) == (root / "sub" / "a").resolve()
    assert contained(root, root / "sub" / ".." / "sub") == (root / "sub").resolve()
    for path in ("..", "sub/../../x", "/etc/passwd", "out/x", "../root2"):
        with pytest.raises(SearchkitError, match="leads out of"):
            contained(root, Path(path))
    for path in ("loop", "a\0b"):
        with pytest.raises(SearchkitError, match="leads nowhere"):
            contained(root, Path(path))
