"""Reviews: what people concluded, as a graph of events in one sidecar for each article."""

from __future__ import annotations

from searchkit.reviews.acts import Timed, chained
from searchkit.reviews.codec import VERSION, decode, encode
from searchkit.reviews.compare import Printed, differences, printed_heads
from searchkit.reviews.events import (
    Act,
    Sidecar,
    canonical_json,
    event_id,
    heads,
    merge,
    missing,
    ordered,
    undone,
    unseen,
)
from searchkit.reviews.file import merge_files
from searchkit.reviews.fold import FLAGS, UNSETTLED, custom_claims, flags, fold
from searchkit.reviews.shape import LINK_FIELDS, evidence_data, selector_data
from searchkit.reviews.store import ReviewStore
from searchkit.reviews.words import earlier_words, judged_words

__all__ = [
    "FLAGS",
    "LINK_FIELDS",
    "UNSETTLED",
    "VERSION",
    "Act",
    "Printed",
    "ReviewStore",
    "Sidecar",
    "Timed",
    "canonical_json",
    "chained",
    "custom_claims",
    "decode",
    "differences",
    "earlier_words",
    "encode",
    "event_id",
    "evidence_data",
    "flags",
    "fold",
    "heads",
    "judged_words",
    "merge",
    "merge_files",
    "missing",
    "ordered",
    "printed_heads",
    "selector_data",
    "undone",
    "unseen",
]
