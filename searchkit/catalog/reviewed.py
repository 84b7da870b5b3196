"""What reviewers said, as far as searching and matching need it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter

from attrs import frozen

from searchkit.catalog.database import Database

#: reviewer -> (time, id) of the last event that an undo would take back.
Latest = dict[str, tuple[str, str]]


@frozen
class Summary:
    """What the reviews of one claim come to, as far as searching needs it."""

    article: str
    claim: str
    status: str
    #: Each reviewer's latest status, without repeats.
    statuses: tuple[str, ...]
    #: Who judged it, and who judged it or is at work on it.
    judges: tuple[str, ...]
    reviewers: tuple[str, ...]
    flags: tuple[str, ...]


@frozen
class Statement:
    """What a judged claim says, to be compared with others."""

    article: str
    claim: str
    #: Its words as judged, with the self-contained wording where there is one.
    words: str
    #: The stems of the words, separated by spaces.
    stems: str


class Reviewed:
    """The summaries of sidecars in an open catalog."""

    def __init__(self, db: Database):
        self._db = db

    def stamps(self) -> dict[str, str]:
        """For each reviewed article, what its summaries were computed from."""
        return dict(self._db.execute("SELECT article, stamp FROM summaries"))

    def put(
        self,
        article: str,
        stamp: str,
        latest: Latest,
        rows: Sequence[Summary],
        statements: Sequence[Statement],
    ) -> None:
        """Replace what is known of the reviews of an article's claims."""
        self.drop(article)
        self._db.execute(
            "INSERT INTO summaries VALUES (?, ?, ?)", (article, stamp, json.dumps(latest))
        )
        self._db.executemany(
            "INSERT INTO reviewed VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    row.article,
                    row.claim,
                    row.status,
                    json.dumps(row.statuses),
                    json.dumps(row.judges),
                    json.dumps(row.reviewers),
                    json.dumps(row.flags),
                )
                for row in rows
            ],
        )
        self._db.executemany(
            "INSERT INTO statements VALUES (?, ?, ?, ?)",
            [(one.article, one.claim, one.words, one.stems) for one in statements],
        )

    def drop(self, article: str) -> None:
        """Forget the summaries of an article's claims."""
        self._db.execute("DELETE FROM summaries WHERE article = ?", (article,))
        self._db.execute("DELETE FROM reviewed WHERE article = ?", (article,))
        self._db.execute("DELETE FROM statements WHERE article = ?", (article,))

    def read(self, articles: Iterable[str]) -> dict[str, tuple[str, Latest, tuple[Summary, ...]]]:
        """What is known of the reviews of articles: the stamp, and the claims of each by id."""
        rows = self._db.execute(
            "SELECT s.article, s.stamp, s.latest, r.* FROM summaries s"
            " LEFT JOIN reviewed r ON r.article = s.article"
            " WHERE s.article IN (SELECT value FROM json_each(?)) ORDER BY s.article, r.claim",
            (json.dumps(list(articles)),),
        )
        grouped = groupby(rows, key=itemgetter(slice(3)))
        return dict(self._db.made(grouped, _article))

    def statements(self) -> list[Statement]:
        """What every judged claim says."""
        rows = self._db.execute("SELECT * FROM statements ORDER BY article, claim")
        return [Statement(*row) for row in rows]


def _article(
    about: tuple[str, str, str], rows: Iterable[Sequence[str]]
) -> tuple[str, tuple[str, Latest, tuple[Summary, ...]]]:
    """An article of `read`; one of which no claim is reviewed has a row without a claim."""
    article, stamp, latest = about
    claims = tuple(_summary(*row[3:]) for row in rows if row[3] is not None)
    return article, (stamp, json.loads(latest), claims)


def _summary(article: str, claim: str, status: str, *lists: str) -> Summary:
    statuses, judges, reviewers, flags = (tuple(json.loads(one)) for one in lists)
    return Summary(article, claim, status, statuses, judges, reviewers, flags)
