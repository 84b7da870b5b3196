"""The desk on a port of this machine."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable

from attrs import evolve

from searchkit.desk.settings import Settings
from searchkit.errors import SearchkitError

_THREADS = 4


def serve(settings: Settings, ready: Callable[[Settings], None]) -> None:
    """Answer requests until the process is told to end.

    Args:
        settings: with port 0 a free one is taken.
        ready: called with the settings as they came to be, when the desk can be reached.

    Raises:
        SearchkitError: the address cannot be listened on, or flask or waitress is not installed.
    """
    try:
        import waitress  # noqa: PLC0415 - belongs to an extra

        from searchkit.desk.app import create  # noqa: PLC0415 - brings flask
    except ModuleNotFoundError as error:
        remedy = "pip install 'searchkit-claims[desk]'"
        raise SearchkitError(f"the desk needs {error.name}", remedy=remedy) from error
    # It counts every request that waits for a moment.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    listening = _listening(settings)
    settings = evolve(settings, port=listening.getsockname()[1])
    server = waitress.create_server(
        create(settings), sockets=[listening], threads=_THREADS, ident=None
    )
    ready(settings)
    try:
        server.run()
    finally:
        server.close()


def _listening(settings: Settings) -> socket.socket:
    try:
        family, _, _, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM
        )[0]
        found = socket.socket(family, socket.SOCK_STREAM)
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
    except OSError as error:
        place = f"{settings.host}:{settings.port}"
        remedy = "name another with --port; --port 0 takes a free one"
        message = f"cannot be listened on ({error.strerror or error})"
        raise SearchkitError(message, place=place, remedy=remedy) from error
    return found
