"""``searchkit serve``."""

from __future__ import annotations

import webbrowser
from typing import TYPE_CHECKING

import click

from searchkit.cli.app import App, by_option, pass_app
from searchkit.cli.screen import note, say

if TYPE_CHECKING:
    from searchkit.desk import Settings

_PORT = 8765


@click.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=_PORT,
    show_default=True,
    help="0 takes a free one.",
)
@click.option(
    "--host",
    metavar="ADDRESS",
    default="127.0.0.1",
    show_default=True,
    help="Where to listen. Others can reach any but the loopback: they need the token.",
)
@click.option(
    "--token",
    envvar="SEARCHKIT_DESK_TOKEN",
    show_envvar=True,
    metavar="SECRET",
    help="What the desk asks for. Better set in the environment: a command line can be seen.",
)
@click.option("--open", "open_", is_flag=True, help="Open it in the browser.")
@by_option
@pass_app
def serve(
    app: App, *, port: int, host: str, token: str | None, open_: bool, by: str | None
) -> None:
    """Open the desk: search, read and review in the browser.

    It listens on this machine only, unless --host says otherwise.
    """
    from searchkit.desk import Settings  # noqa: PLC0415 - not for -h
    from searchkit.desk.server import serve as run  # noqa: PLC0415 - the same
    from searchkit.desk.settings import is_loopback  # noqa: PLC0415 - the same
    from searchkit.errors import UsageError  # noqa: PLC0415 - the same

    with app.workspace() as ws:
        # What cannot be opened is told here, not to the first who looks.
        ws.catalog.totals()
        ws.engine.outlets()
        reviewer = None
        # Where others come in, nobody marks under the name of whoever opened the desk.
        if is_loopback(host) or by is not None:
            try:
                reviewer = app.reviewer(ws, by)
            except UsageError:
                if by is not None:
                    raise
        settings = Settings(
            ws.index,
            engine=ws.engine_name,
            scale=ws.scale,
            cluster=ws.cluster,
            report=app.config.report,
            reviewer=reviewer,
            host=host,
            port=port,
            token=token,
        )

    def ready(settings: Settings) -> None:
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        address = f"http://{host}:{settings.port}/"
        say(f"The desk is open at {address}")
        note("Ctrl-C closes it; what was marked is kept")
        if open_:
            webbrowser.open(address)

    run(settings, ready)
