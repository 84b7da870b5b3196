"""The desk: searching, reading and reviewing in the browser, over the same index and sidecars.

A plain WSGI callable over `workflow`; needs the extra ``desk`` (flask, waitress).
"""

from __future__ import annotations

from searchkit.desk.settings import Settings

__all__ = ["Settings"]
