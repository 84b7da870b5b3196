"""``searchkit completion``."""

from __future__ import annotations

import click

_INSTALL = {
    "bash": 'eval "$(searchkit completion bash)"   # in ~/.bashrc',
    "zsh": 'eval "$(searchkit completion zsh)"   # in ~/.zshrc, after compinit',
    "fish": "searchkit completion fish | source   # in ~/.config/fish/config.fish",
}


@click.command(epilog="\b\n" + "\n".join(_INSTALL.values()))
@click.argument("shell", type=click.Choice(list(_INSTALL)))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print what makes a shell complete commands, statuses, outlets and ids."""
    from click.shell_completion import get_completion_class  # noqa: PLC0415 - rarely needed

    kind = get_completion_class(shell)
    assert kind
    root = ctx.find_root()
    click.echo(kind(root.command, {}, "searchkit", "_SEARCHKIT_COMPLETE").source())
