"""What says the same, and what says otherwise: already checked, corroborated, contradicted."""

from __future__ import annotations

from searchkit.matching.conflicts import Conflict, Statement, conflicts, statement
from searchkit.matching.duplicates import near_duplicates
from searchkit.matching.same import may_say_the_same, says_the_same
from searchkit.matching.similar import Match, most_similar, stems
from searchkit.matching.sources import independent

__all__ = [
    "Conflict",
    "Match",
    "Statement",
    "conflicts",
    "independent",
    "may_say_the_same",
    "most_similar",
    "near_duplicates",
    "says_the_same",
    "statement",
    "stems",
]
