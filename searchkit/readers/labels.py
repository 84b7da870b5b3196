"""Labels of sources: an outlet, a date and links on one line."""

from __future__ import annotations

import re

from searchkit.model import Source
from searchkit.readers.dates import split_label

#: A link, bare or in angle brackets; full-width punctuation after it is no part of it.
LINK = re.compile(r"<?(https?://[^\s<>。，；、）】」”]+)>?", re.IGNORECASE)


def read_label(label: str) -> list[Source]:
    """The sources that a label names: one for each link, or one without a link.

    Args:
        label: "outlet, date", with or without links in it; the date is read from the right.
    """
    links = [found[1] for found in LINK.finditer(label)]
    outlet, date = split_label(" ".join(LINK.sub(" ", label).split()))
    return [Source(outlet, date, link) for link in links or [None]]
