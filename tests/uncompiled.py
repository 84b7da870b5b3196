"""Everything without what is compiled: ``python -m pytest -p tests.uncompiled tests/engine``."""

import sys

from tests.engine.fresh import COMPILED

sys.modules.update(dict.fromkeys(COMPILED))
