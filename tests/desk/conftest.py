"""The desk's tests need its extra; the browser's, a browser too."""

from __future__ import annotations

import pytest

pytest.importorskip("flask", reason="the extra desk is not installed")
