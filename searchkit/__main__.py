"""``python -m searchkit``."""

from __future__ import annotations

import gc
import os
import sys

#: More than a short command ever makes, in objects that can hold others.
_OBJECTS = 100_000


def main() -> None:
    """Run the command line of this process."""
    # Nothing here needs the threads that numpy's linear algebra starts when it is imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Python looks for cycles after every 700 objects, and again at the end, through all that was
    # imported: a tenth of the time of a search, and there are none.
    gc.set_threshold(_OBJECTS)
    from searchkit.cli.main import main as run  # noqa: PLC0415 - so that importing does nothing

    code = run()
    gc.freeze()
    sys.exit(code)


if __name__ == "__main__":
    main()
