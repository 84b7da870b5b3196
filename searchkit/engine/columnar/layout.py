"""What the files of an index mean, for those who write them and those who read them."""

from __future__ import annotations

from searchkit.model import ClaimKind

#: How the names of files end: of a segment, and of the articles of one that were deleted since.
SEGMENT, DELETIONS = ".seg", ".del"
#: In the column of dates: none of its sources has one.
UNDATED = 0
#: Claim kinds by their number in the column.
KINDS: tuple[ClaimKind, ...] = ("title", "sentence", "clause", "custom")


def id_key(id: bytes) -> int:
    """The first eight bytes of an id as a number that sorts as they do."""
    return int.from_bytes(id[:8].ljust(8, b"\0"), "big")
