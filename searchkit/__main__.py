"""``python -m searchkit``."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line of this process."""
    # Nothing here needs the threads that numpy's linear algebra starts when it is imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from searchkit.cli.main import main as run  # noqa: PLC0415 - so that importing does nothing

    sys.exit(run())


if __name__ == "__main__":
    main()
