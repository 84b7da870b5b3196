"""How a cluster is reached: its URL, who asks, and whom to trust."""

from __future__ import annotations

import ipaddress
import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from attrs import frozen

from searchkit.errors import SearchkitError, UsageError

USER, PASSWORD = "SEARCHKIT_OPENSEARCH_USER", "SEARCHKIT_OPENSEARCH_PASSWORD"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
_YES = {"yes": True, "no": False}
_MOST_SHARDS = 1_024


@frozen
class Access:
    """A cluster, and the names that an index folder goes by there."""

    #: The nodes that are asked, without what stands behind the last slash.
    urls: tuple[str, ...]
    #: What the names of all indexes begin with, and the alias of the one in use.
    name: str = "searchkit"
    #: Certificates of authorities (PEM); those that the system trusts by default.
    ca_file: Path | None = None
    #: ``user:password`` in a line.
    credentials: Path | None = None
    #: Of a new index.
    shards: int = 1
    replicas: int = 1

    @property
    def place(self) -> str:
        """How the cluster is named to the user."""
        return self.urls[0]

    @property
    def local(self) -> bool:
        """All nodes are on this machine."""
        return all(_is_loopback(urlsplit(url)) for url in self.urls)

    @property
    def readable(self) -> bool:
        """Others on the way to it can read along."""
        return not self.local and any(url.startswith("http:") for url in self.urls)

    def login(self, environment: Mapping[str, str] | None = None) -> tuple[str, str] | None:
        """User and password: those of the environment, else of the file, else none.

        Raises:
            SearchkitError: the file cannot be read, others can read it too, or it holds something
                else.
        """
        given = os.environ if environment is None else environment
        if given.get(USER):
            return given[USER], given.get(PASSWORD, "")
        return _login_of(self.credentials) if self.credentials else None


def access(settings: Mapping[str, str | None]) -> Access:
    """The cluster that settings name.

    Args:
        settings: url (one, or several with commas between), index-name, ca-file, credentials,
            plain-http, shards, replicas; None or left out where not set.

    Raises:
        UsageError: a setting is missing, or not what it should be.
    """
    given = {key: value for key, value in settings.items() if value}
    urls = tuple(url.strip().rstrip("/") for url in given.get("url", "").split(",") if url.strip())
    if not urls:
        remedy = "say --url https://…, or set opensearch.url"
        raise UsageError("no OpenSearch cluster is named", remedy=remedy)
    plain = given.get("plain-http", "no")
    if plain not in _YES:
        raise UsageError("opensearch.plain-http is neither yes nor no", remedy='write "yes"')
    for url in urls:
        _check(url, plain=_YES[plain])
    name = given.get("index-name", Access(urls).name)
    if not _NAME.fullmatch(name):
        remedy = "use small letters, digits, - and _"
        raise UsageError(f"{name!r} cannot be the name of an index", remedy=remedy)
    return Access(
        urls,
        name,
        _path(given.get("ca-file")),
        _path(given.get("credentials")),
        _number(given, "shards", 1),
        _number(given, "replicas", 0),
    )


def _path(given: str | None) -> Path | None:
    return Path(given).expanduser() if given else None


def _number(given: Mapping[str, str], key: str, least: int) -> int:
    text = given.get(key, "1")
    if not text.isdecimal() or not least <= int(text) <= _MOST_SHARDS:
        remedy = f"give a number from {least} to {_MOST_SHARDS}"
        raise UsageError(f"opensearch.{key} is {text!r}", remedy=remedy)
    return int(text)


def _check(url: str, *, plain: bool) -> None:
    try:
        parts = urlsplit(url)
        named = bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        named = False
    # What is wrong with a URL is told without it: it may hold a password.
    if not named or parts.scheme not in ("http", "https") or parts.query or parts.fragment:
        remedy = "write it like https://search.example.org:9200"
        raise UsageError("that is no URL of a cluster", remedy=remedy)
    if parts.username is not None or parts.password is not None:
        remedy = f"set {USER} and {PASSWORD}, or opensearch.credentials"
        raise UsageError("the URL of the cluster holds a user or a password", remedy=remedy)
    if parts.scheme == "http" and not plain and not _is_loopback(parts):
        remedy = 'take https, or set opensearch.plain-http = "yes" where nobody can listen'
        raise UsageError("the cluster would be asked over plain http", place=url, remedy=remedy)


def _is_loopback(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _login_of(path: Path) -> tuple[str, str]:
    try:
        with path.open(encoding="utf-8") as file:
            state = os.fstat(file.fileno())
            if os.name != "nt" and (
                state.st_mode & (stat.S_IRWXG | stat.S_IRWXO) or state.st_uid != os.getuid()
            ):
                raise SearchkitError(
                    "others than its owner can read the password in it",
                    place=str(path),
                    remedy=f"run `chmod 600 {path}` as its owner",
                )
            user, colon, password = file.readline(10_000).rstrip("\r\n").partition(":")
    except OSError as error:
        message = f"the credentials cannot be read ({error.strerror})"
        raise SearchkitError(message, place=str(path)) from error
    except UnicodeDecodeError:
        user = colon = password = ""
    if not colon or not user:
        remedy = "write user:password into its first line"
        raise SearchkitError("there are no credentials in it", place=str(path), remedy=remedy)
    return user, password
