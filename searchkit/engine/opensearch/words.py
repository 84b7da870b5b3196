"""The vocabulary of a cluster's articles, for guessing what a misspelt word may have meant."""

from __future__ import annotations

from collections.abc import Sequence

from searchkit.engine.opensearch.compile import Query, any_of
from searchkit.engine.opensearch.layout import field_of, word_term
from searchkit.engine.opensearch.snapshot import Snapshot
from searchkit.query.tree import TextField

_FIELDS: tuple[TextField, ...] = ("title", "body")
#: Near words of one field that are looked at; nearer ones come first.
_MOST = 200


class Words:
    """The words of articles; how many hold each is asked for many at once."""

    def __init__(self, snapshot: Snapshot):
        self._snapshot = snapshot
        self._documents: dict[str, int] = {}

    def near(self, word: str, distance: int) -> list[str]:
        """The words that so many edits make of another."""
        suggest = {
            name: {
                "text": word_term(word),
                "term": {
                    "field": field_of("articles", name),
                    "analyzer": "keyword",
                    "suggest_mode": "always",
                    "max_edits": distance,
                    # What tells words from stems is no letter of them.
                    "prefix_length": 1,
                    "min_word_length": 1,
                    "size": _MOST,
                    "shard_size": _MOST,
                    "string_distance": "damerau_levenshtein",
                    "accuracy": 0.0,
                },
            }
            for name in _FIELDS
        }
        told = self._snapshot.search({"size": 0, "suggest": suggest})["suggest"]
        options = (o for name in _FIELDS for entry in told[name] for o in entry["options"])
        found = sorted({option["text"].removeprefix(word_term("")) for option in options})
        self.count(found)
        return found

    def documents(self, word: str) -> int:
        """How many articles hold a word."""
        if word not in self._documents:
            # Where one half of a word is asked about, so will be the others.
            self.count([word[:at] for at in range(1, len(word) + 1)] + [word])
            self.count([word[at:] for at in range(1, len(word))])
        return self._documents[word]

    def count(self, words: Sequence[str]) -> None:
        """Ask how many articles hold each of some words."""
        asked = sorted(set(words) - set(self._documents))
        counts = self._snapshot.counts("articles", list(map(_holding, asked)))
        self._documents.update(zip(asked, counts, strict=True))


def _holding(word: str) -> Query:
    return any_of([{"term": {field_of("articles", name): word_term(word)}} for name in _FIELDS])
