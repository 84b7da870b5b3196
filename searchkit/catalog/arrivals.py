"""Which articles are new: what run of indexing first stored each, and what runs were looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

from searchkit.catalog import database
from searchkit.catalog.database import Database
from searchkit.errors import EngineError


@frozen
class Seen:
    """What tells which articles are new."""

    #: Number of the last run of indexing.
    run: int
    #: The run that each look saw, by what was looked at.
    looks: Mapping[str, int]
    #: The run that first stored each article.
    added: Mapping[str, int]
    #: Number of articles of which that cannot be read any more.
    lost: int


class Arrivals:
    """Runs and looks in an open catalog."""

    def __init__(self, db: Database):
        self._db = db
        #: Number of the run of indexing that is under way.
        self.run = 0

    def begin_run(self) -> None:
        """Count a run of indexing; articles are known by the run that first stored them."""
        self.run = database.number(self._db, "run") + 1
        database.set_meta(self._db, "run", str(self.run))

    def new(self, what: str = "") -> list[str]:
        """Ids of the articles that were first stored after the last look.

        Args:
            what: was looked at; empty for all that came.
        """
        rows = self._db.execute(
            "SELECT id FROM articles WHERE stored != '' AND added > ? ORDER BY id",
            (database.number(self._db, _looked(what)),),
        )
        return [row[0] for row in rows]

    def look(self, what: str = "") -> None:
        """From now on, only what comes later is new; `what` as of `new`."""
        run = database.number(self._db, "run")
        database.set_meta(self._db, _looked(what), str(run))

    def seen(self, articles: Iterable[str]) -> Seen:
        """What tells whether articles are new, as far as it can still be read.

        Raises:
            EngineError: nothing of it can be read.
        """
        run = database.number(self._db, "run")
        rows = self._db.execute("SELECT key, value FROM meta WHERE key LIKE 'looked%'")
        looks = dict(self._db.made(rows, lambda key, value: (str(key), int(value))))
        added, lost = {}, 0
        for article in articles:
            try:
                row = self._db.execute(
                    "SELECT added FROM articles WHERE id = ? AND stored != ''", (article,)
                ).fetchone()
            except EngineError:
                lost += 1
                continue
            if row and row[0] in range(1, run + 1):
                added[article] = row[0]
            else:
                lost += row is not None
        return Seen(run, {key: look for key, look in looks.items() if look <= run}, added, lost)

    def inherit(self, seen: Seen) -> None:
        """Take over from the catalog that this one replaces which articles are new."""
        database.set_meta(self._db, "run", str(seen.run + 1))
        for key, look in seen.looks.items():
            database.set_meta(self._db, key, str(look))
        self._db.execute("UPDATE articles SET added = ?", (seen.run + 1,))
        self._db.executemany(
            "UPDATE articles SET added = ? WHERE id = ?",
            [(run, article) for article, run in seen.added.items()],
        )


def _looked(what: str) -> str:
    return f"looked:{what}" if what else "looked"
