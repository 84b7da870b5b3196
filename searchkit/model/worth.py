"""How much a claim deserves checking."""

from __future__ import annotations

from attrs import frozen


@frozen
class Worth:
    """How much a claim deserves checking, with the reasons."""

    #: 0 to 1.
    score: float
    #: Readable reasons with their weights, the weightiest first.
    reasons: tuple[tuple[str, float], ...] = ()
