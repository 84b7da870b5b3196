"""``python -m searchkit``."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line of this process."""
    from searchkit.cli.main import main as run  # noqa: PLC0415 - so that importing does nothing

    sys.exit(run())


if __name__ == "__main__":
    main()
