"""Settings: flag, else environment, else ``searchkit.toml``, else default, from one table."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from searchkit.errors import SearchkitError
from searchkit.model import DEFAULT_SCALE, UNREVIEWED, Scale, Status

if TYPE_CHECKING:
    from searchkit.engine.opensearch.access import Access
    from searchkit.reports import ReportSettings

FILE = "searchkit.toml"


@frozen
class Setting:
    """One thing that can be set."""

    #: In ``searchkit.toml``; what stands before a dot is its table.
    key: str
    environment: str
    #: Command-line option, where there is one.
    flag: str | None
    default: str | None
    meaning: str


SETTINGS = (
    Setting("index", "SEARCHKIT_INDEX", "--index", None, "the index folder"),
    Setting("engine", "SEARCHKIT_ENGINE", "--engine", "whoosh", "what stores and searches"),
    Setting("opensearch.url", "SEARCHKIT_URL", "--url", None, "the OpenSearch cluster"),
    Setting(
        "opensearch.index-name",
        "SEARCHKIT_INDEX_NAME",
        None,
        "searchkit",
        "what its indexes are called there",
    ),
    Setting(
        "opensearch.ca-file",
        "SEARCHKIT_OPENSEARCH_CA",
        None,
        None,
        "certificate (PEM) of whoever vouches for the cluster",
    ),
    Setting(
        "opensearch.credentials",
        "SEARCHKIT_OPENSEARCH_CREDENTIALS",
        None,
        None,
        "a file with user:password",
    ),
    Setting(
        "opensearch.plain-http",
        "SEARCHKIT_OPENSEARCH_PLAIN_HTTP",
        None,
        "no",
        "yes to let others on the way read along",
    ),
    Setting("opensearch.shards", "SEARCHKIT_OPENSEARCH_SHARDS", None, "1", "of a new index"),
    Setting("opensearch.replicas", "SEARCHKIT_OPENSEARCH_REPLICAS", None, "1", "of a new index"),
    Setting("reviewer", "SEARCHKIT_REVIEWER", "--by", None, "who marks"),
    Setting(
        "report.title", "SEARCHKIT_REPORT_TITLE", None, "Fact-check report", "title of reports"
    ),
    Setting("report.publisher", "SEARCHKIT_REPORT_PUBLISHER", None, None, "who publishes them"),
    Setting("report.contact", "SEARCHKIT_REPORT_CONTACT", None, None, "where readers can turn to"),
    Setting("report.method", "SEARCHKIT_REPORT_METHOD", None, None, "how claims are checked"),
    Setting(
        "links.archive",
        "SEARCHKIT_LINKS_ARCHIVE",
        None,
        "https://web.archive.org/save/",
        "what --archive hands pages over to; the link is put behind it",
    ),
    Setting("report.corrections", "SEARCHKIT_REPORT_CORRECTIONS", None, None, "corrections policy"),
)
_STATUS_KEYS = {"name", "label", "meaning", "rating"}


@frozen
class Config:
    """What is set, whatever it was set by."""

    values: Mapping[str, str | None]
    scale: Scale = DEFAULT_SCALE
    #: The file that was read; None when there is none.
    path: Path | None = None
    #: What the file adds to the names of outlets.
    outlets: Mapping[str, Sequence[str]] = field(factory=dict)

    @property
    def index(self) -> Path | None:
        """The index folder; None to look for the nearest."""
        value = self.values["index"]
        return Path(value) if value else None

    @property
    def cluster(self) -> Access | None:
        """The cluster of the engine; None where the engine needs none.

        Raises:
            UsageError: a setting of it is missing, or not what it should be.
        """
        if self.values["engine"] != "opensearch":
            return None
        from searchkit.engine.opensearch.access import access  # noqa: PLC0415 - for clusters only

        table = "opensearch."
        named = {k.removeprefix(table): v for k, v in self.values.items() if k.startswith(table)}
        return access(named)

    @property
    def report(self) -> ReportSettings:
        """What the publisher says in reports."""
        from searchkit.reports import ReportSettings  # noqa: PLC0415 - for reports only

        return ReportSettings(
            title=self.values["report.title"] or "Fact-check report",
            publisher=self.values["report.publisher"],
            contact=self.values["report.contact"],
            method=self.values["report.method"],
            corrections=self.values["report.corrections"],
        )


def load(
    flags: Mapping[str, str | None],
    *,
    file: Path | None = None,
    environment: Mapping[str, str] | None = None,
    start: Path | None = None,
) -> Config:
    """Read the settings.

    Args:
        flags: by key; None where a flag was not given.
        file: the configuration file; by default ``SEARCHKIT_CONFIG``, else the nearest
            ``searchkit.toml`` upwards from `start`.
        environment: by default that of the process.
        start: where to look from; the current folder by default.

    Raises:
        SearchkitError: the file cannot be read, or holds what is not known.
    """
    given = os.environ if environment is None else environment
    path = file or (Path(given["SEARCHKIT_CONFIG"]) if given.get("SEARCHKIT_CONFIG") else None)
    path = path or _nearest((start or Path.cwd()).absolute())
    content = _read(path) if path else {}
    scale = _scale(content.pop("status", None), path)
    outlets = _outlets(content.pop("outlets", {}), path)
    stored = _flat(content, path)
    values = {
        s.key: flags.get(s.key) or given.get(s.environment) or stored.get(s.key) or s.default
        for s in SETTINGS
    }
    if path and stored.get("index") and values["index"] == stored["index"]:
        values["index"] = str(path.absolute().parent / stored["index"])
    return Config(values, scale, path, outlets)


def git_name() -> str | None:
    """The name that git knows the user by."""
    import subprocess  # noqa: PLC0415 - for those who named themselves nowhere else

    try:
        found = subprocess.run(
            ["git", "config", "user.name"],  # noqa: S607 - the user's own git
            capture_output=True,
            timeout=5,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return found.stdout.decode(errors="replace").strip() or None


def _nearest(start: Path) -> Path | None:
    return next((f / FILE for f in (start, *start.parents) if (f / FILE).is_file()), None)


def _read(path: Path) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - many have no such file

    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        message = f"the settings cannot be read ({error.strerror})"
        raise SearchkitError(message, place=str(path)) from error
    except (ValueError, RecursionError) as error:
        message = f"not valid TOML ({error})"
        remedy = "correct it; docs/configuration.md has an example"
        raise SearchkitError(message, place=str(path), remedy=remedy) from error


def _flat(content: Mapping[str, Any], path: Path | None) -> dict[str, str]:
    known = {setting.key for setting in SETTINGS}
    tables = {key.partition(".")[0] for key in known if "." in key}
    found: dict[str, str] = {}
    for name, value in content.items():
        inside = (
            {f"{name}.{key}": inner for key, inner in value.items()}
            if name in tables and isinstance(value, dict)
            else {name: value}
        )
        for key, inner in inside.items():
            if key not in known:
                import difflib  # noqa: PLC0415 - for mistakes

                near = difflib.get_close_matches(key, [*known, "status", "outlets"], n=1)
                remedy = f"did you mean {near[0]}?" if near else "remove it"
                raise SearchkitError(f"unknown setting {key!r}", place=str(path), remedy=remedy)
            if not isinstance(inner, str):
                remedy = f'write {key.rpartition(".")[2]} = "…"'
                raise SearchkitError(f"{key} is not a text", place=str(path), remedy=remedy)
            found[key] = inner
    return found


def _scale(value: Any, path: Path | None) -> Scale:
    """A scale of one's own, from ``[[status]]`` tables."""
    if value is None:
        return DEFAULT_SCALE
    statuses = [DEFAULT_SCALE.get(UNREVIEWED)]
    for number, entry in enumerate(value if isinstance(value, list) else [value], 1):
        where = f"{path}: status {number}"
        if not isinstance(entry, dict) or not isinstance(entry.get("name"), str):
            remedy = 'write [[status]] and below it name = "…"'
            raise SearchkitError("a status needs a name", place=where, remedy=remedy)
        if unknown := sorted(set(entry) - _STATUS_KEYS):
            remedy = f"it can have: {', '.join(sorted(_STATUS_KEYS))}"
            raise SearchkitError(f"unknown key {unknown[0]!r}", place=where, remedy=remedy)
        statuses.append(_status(entry, where))
    names = [status.name for status in statuses]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        remedy = "give each status a name of its own"
        raise SearchkitError(f"two statuses are called {twice!r}", place=str(path), remedy=remedy)
    return Scale(tuple(statuses))


def _outlets(value: Any, path: Path | None) -> dict[str, list[str]]:
    """What else outlets go by, from ``[outlets]``."""
    given = value.items() if isinstance(value, dict) else [("outlets", None)]
    table: dict[str, list[str]] = {}
    for outlet, aliases in given:
        if not isinstance(aliases, list) or not all(isinstance(a, str) for a in aliases):
            remedy = 'write [outlets] and below it "BBC" = ["BBC News", "bbc.com"]'
            message = f"{outlet!r} has no list of names"
            raise SearchkitError(message, place=str(path), remedy=remedy)
        table[outlet] = aliases
    return table


def _status(entry: Mapping[str, Any], where: str) -> Status:
    name = entry["name"]
    if not name or name != name.lower() or not name.replace("-", "").isalnum():
        remedy = "use small letters, digits and hyphens"
        raise SearchkitError(f"{name!r} cannot be a status's name", place=where, remedy=remedy)
    label = entry.get("label", name.replace("-", " ").capitalize())
    meaning = entry.get("meaning", "")
    rating = entry.get("rating")
    if not isinstance(label, str) or not isinstance(meaning, str):
        remedy = 'write label = "…" and meaning = "…"'
        raise SearchkitError("label and meaning are texts", place=where, remedy=remedy)
    if rating is not None and (type(rating) is not int or not 1 <= rating <= 5):
        remedy = "leave it out where the status has no order"
        raise SearchkitError("a rating is a number from 1 to 5", place=where, remedy=remedy)
    return Status(name, label, meaning, rating)
