"""Web pages that a browser saved as one MHTML file."""

from __future__ import annotations

import email
import email.policy
from email.errors import MessageError

from searchkit.errors import ReadError
from searchkit.model import Parsed
from searchkit.readers import html


def parse(data: bytes, path: str) -> Parsed:
    """The article of the page that the file was made of.

    Raises:
        ReadError: there is no page in it, or no article in the page.
    """
    try:
        message = email.message_from_bytes(data, policy=email.policy.compat32)
        pages = [part for part in message.walk() if part.get_content_type() == "text/html"]
        if pages:
            body = pages[0].get_payload(decode=True)
            charset = pages[0].get_content_charset()
            address = message.get("Snapshot-Content-Location") or pages[0].get("Content-Location")
            if isinstance(body, bytes):
                url = "".join(str(address).split()) if address else None
                return html.read_page(body, path, charset=charset, url=url)
    except (MessageError, LookupError, ValueError, RecursionError):
        pass
    raise ReadError("no web page is in it", place=path, remedy="save the page anew as HTML")
