"""The statuses that a claim can have."""

from __future__ import annotations

from attrs import frozen

UNREVIEWED = "unreviewed"


@frozen
class Status:
    """One step of a scale."""

    name: str
    label: str
    meaning: str
    #: ClaimReview rating from 1 (worst) to 5 (best); None where the status has no order.
    rating: int | None = None


@frozen
class Scale:
    """The statuses that a reviewer can conclude; the first is the absence of a verdict."""

    statuses: tuple[Status, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All names, `unreviewed` included."""
        return tuple(s.name for s in self.statuses)

    @property
    def verdicts(self) -> tuple[str, ...]:
        """The names that a reviewer can give."""
        return tuple(s.name for s in self.statuses if s.name != UNREVIEWED)

    def get(self, name: str) -> Status:
        """The status of that name; one that the scale no longer knows comes back unexplained."""
        for status in self.statuses:
            if status.name == name:
                return status
        return Status(name, name, "not in the present scale")


DEFAULT_SCALE = Scale(
    (
        Status(UNREVIEWED, "Unreviewed", "Nobody has judged it."),
        Status("verified", "Verified", "Evidence supports it as stated.", 5),
        Status("mixed", "Mixed", "Parts of it are right and parts are wrong.", 3),
        Status("misleading", "Misleading", "The words are accurate, the impression is wrong.", 2),
        Status("false", "False", "Evidence refutes it.", 1),
        Status("disputed", "Disputed", "Credible sources contradict it or one another."),
        Status("unproven", "Unproven", "There is not enough evidence either way."),
        Status("not-checkable", "Not checkable", "It is an opinion or a prediction."),
    )
)
