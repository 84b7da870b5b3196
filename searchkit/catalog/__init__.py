"""SQLite cache of what the corpus held when it was last read, and of what reviewers said of it.

Everything in it can be computed again from the corpus and the sidecars; a catalog of another
version is simply made anew.
"""

from __future__ import annotations

from searchkit.catalog.corpus import Catalog, Entry, FileRecord, Stored
from searchkit.catalog.reviewed import Latest, Reviewed, Statement, Summary

__all__ = [
    "Catalog",
    "Entry",
    "FileRecord",
    "Latest",
    "Reviewed",
    "Statement",
    "Stored",
    "Summary",
]
