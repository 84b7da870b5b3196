"""What kind of thing something is, as HTTP and web archives say it."""

from __future__ import annotations


def content_type(value: str | None) -> tuple[str, str | None]:
    """Media type and charset of a Content-Type header.

    Args:
        value: ``text/html; charset=utf-8``; None where there is no such header.

    Returns:
        The type in lower case, empty where none is given, and the charset as it is written.
    """
    kind, *parameters = (value or "").split(";")
    for parameter in parameters:
        name, _, given = parameter.partition("=")
        if name.strip().lower() == "charset":
            return kind.strip().lower(), given.strip(" \t\"'") or None
    return kind.strip().lower(), None
