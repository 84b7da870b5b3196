"""The real server: it listens where it says, and ends when it is told to."""

from __future__ import annotations

import http.client
import signal
import socket
from contextlib import closing
from pathlib import Path

from cli_runner import process
from desk_served import served
from projects import indexed

TOKEN = "a token that nobody guesses"


def asked(host: str, port: int, path: str = "/", **headers: str) -> tuple[int, str]:
    with closing(http.client.HTTPConnection(host, port, timeout=20)) as connection:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        return response.status, response.read().decode()


def test_it_listens_on_the_loopback_only(tmp_path: Path) -> None:
    indexed(tmp_path)
    with served(tmp_path, "--by", "Anna Berg") as (host, port, _):
        assert host == "127.0.0.1"
        status, page = asked(host, port)
        assert status == 200
        assert "Anna Berg" in page
        assert asked(host, port, Host="evil.example")[0] == 400
        assert asked(host, port, Host=f"localhost:{port}")[0] == 200
        own = socket.gethostbyname(socket.gethostname())
        if not own.startswith("127."):
            with socket.socket() as probe:
                probe.settimeout(2)
                assert probe.connect_ex((own, port)) != 0


def test_it_ends_quietly_on_ctrl_c(tmp_path: Path) -> None:
    indexed(tmp_path)
    with served(tmp_path) as (host, port, running):
        assert asked(host, port)[0] == 200
        running.send_signal(signal.SIGINT)
        running.wait(20)
        assert running.stderr
        assert "Traceback" not in running.stderr.read()


def test_another_address_needs_a_token(tmp_path: Path) -> None:
    indexed(tmp_path)
    refused = process(tmp_path, "serve", "--port", "0", "--host", "0.0.0.0")
    assert refused.code == 2
    assert "SEARCHKIT_DESK_TOKEN" in refused.err
    with served(tmp_path, "--host", "0.0.0.0", "--token", TOKEN) as (_, port, _running):
        status, page = asked("127.0.0.1", port)
        assert status == 401
        assert "Northport" not in page
        assert asked("127.0.0.1", port, Host=f"evil.example:{port}")[0] == 400


def test_a_missing_extra_is_named_with_its_remedy(tmp_path: Path) -> None:
    indexed(tmp_path)
    refused = process(tmp_path, "serve", wrapper="import sys; sys.modules['waitress'] = None")
    assert refused.code == 1
    assert "pip install 'searchkit-claims[desk]'" in refused.err


def test_what_is_wrong_is_told_before_it_listens(tmp_path: Path) -> None:
    assert "there is no index here" in process(tmp_path, "serve").err
    indexed(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = process(tmp_path, "serve", "--port", str(port))
    assert refused.code == 1
    assert "--port 0 takes a free one" in refused.err
