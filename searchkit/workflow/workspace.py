"""The open index that every use case works on: its folders, engine, catalog and reviews."""

from __future__ import annotations

import json
import os
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from searchkit.errors import EngineError, SearchkitError, UsageError
from searchkit.files import locked, write_atomic
from searchkit.model import DEFAULT_SCALE, Scale
from searchkit.sidecars import Sidecars

if TYPE_CHECKING:
    from searchkit.catalog import Catalog
    from searchkit.engine.base import Engine
    from searchkit.engine.opensearch.access import Access
    from searchkit.evidence.copies import Copies
    from searchkit.model import ReviewedArticle
    from searchkit.outlets import Outlets, Table
    from searchkit.reviews import ReviewStore
    from searchkit.workflow.summaries import Reviews

ENGINES = ("whoosh", "opensearch")
LOCK_TIMEOUT = 20.0
#: No names of outlets besides those that searchkit knows.
EMPTY: Table = {}
_MARKS = ("engine", "reviews", "roots.json")
_IGNORED = (
    "engine*/\n.lock*\nreviews/.lock*\nreviews/.tmp-*\n"
    "evidence/.lock*\nevidence/.tmp-*\nlinks.sqlite*\n"
)


class Workspace:
    """An index folder and what belongs to it. Use it as a context manager.

    Args:
        index: the index folder.
        engine: name of the engine.
        scale: the statuses that reviewers can conclude.
        outlets: what else outlets go by, on top of what searchkit knows.
        cluster: for the engine opensearch.
        cache: folder of the engine and the catalog, when it is not the usual one.
    """

    def __init__(
        self,
        index: Path,
        *,
        engine: str = "whoosh",
        scale: Scale = DEFAULT_SCALE,
        outlets: Table = EMPTY,
        cluster: Access | None = None,
        cache: Path | None = None,
    ):
        if engine not in ENGINES:
            remedy = f"take one of: {', '.join(ENGINES)}"
            raise UsageError(f"there is no engine {engine!r}", remedy=remedy)
        self.index = index.absolute()
        #: The project folder; paths in the corpus are shown relative to it.
        self.root = self.index.parent
        self.scale = scale
        self.engine_name = engine
        self.outlet_table = outlets
        self.cluster = cluster
        #: Each engine has a catalog of its own: what one has stored the other has not.
        self.usual_cache = self.index / ("engine" if engine == "whoosh" else f"engine-{engine}")
        self.cache = cache or self.usual_cache
        #: Article id -> what is wrong with its sidecar, for those that a listing went on without.
        self.damaged: dict[str, str] = {}
        #: The summaries of all reviews, as they were last asked for.
        self.summarised: Reviews | None = None
        #: Article id -> what `read_article` put together last, and what it was made from.
        self.assembled: OrderedDict[str, tuple[object, ReviewedArticle]] = OrderedDict()

    @classmethod
    def open(
        cls,
        index: Path | None = None,
        *,
        start: Path | None = None,
        create: bool = False,
        engine: str = "whoosh",
        scale: Scale = DEFAULT_SCALE,
        outlets: Table = EMPTY,
        cluster: Access | None = None,
    ) -> Self:
        """Find the index, or say where a new one shall be.

        Args:
            index: the index folder; None takes the nearest ``index/`` upwards from `start`.
            start: where to look from; the current folder by default.
            create: make the folder when there is none.

        Raises:
            SearchkitError: there is no index and `create` is not set, or it cannot be made.
        """
        here = (start or Path.cwd()).absolute()
        folder = index or find_index(here)
        if folder is None or not folder.is_dir():
            if not create:
                raise SearchkitError(
                    "there is no index here",
                    place=str(index or here),
                    remedy="run `searchkit index FOLDER` first, or name one with --index",
                )
            folder = folder or here / "index"
        workspace = cls(folder, engine=engine, scale=scale, outlets=outlets, cluster=cluster)
        if create:
            workspace._make()
        return workspace

    def _make(self) -> None:
        try:
            self.index.mkdir(parents=True, exist_ok=True)
            ignored = self.index / ".gitignore"
            if not ignored.exists():
                write_atomic(ignored, _IGNORED.encode())
        except OSError as error:
            message = f"the index folder cannot be made ({error.strerror})"
            raise SearchkitError(message, place=str(self.index)) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of files; the workspace opens them again when it needs them."""
        for name in ("engine", "catalog"):
            if opened := self.__dict__.pop(name, None):
                opened.close()
        self.forget_checks()

    def forget_checks(self) -> None:
        """Ask the record of checked links again; somebody may have added to it."""
        self.__dict__.pop("dead_links", None)

    @cached_property
    def engine(self) -> Engine:
        """The engine, opened for searching."""
        return self._open_engine(create=False)

    @cached_property
    def catalog(self) -> Catalog:
        """The catalog, opened for reading."""
        return self._open_catalog(create=False)

    @property
    def catalog_path(self) -> Path:
        """The file of the catalog, which may be missing."""
        return self.cache / "catalog.sqlite"

    @cached_property
    def sidecars(self) -> Sidecars:
        """Which sidecars there are."""
        return Sidecars(self.index / "reviews")

    @cached_property
    def reviews(self) -> ReviewStore:
        """The sidecars, to be read and written."""
        from searchkit.reviews import ReviewStore  # noqa: PLC0415 - not needed to search

        return ReviewStore(self.sidecars.folder)

    @cached_property
    def outlets(self) -> Outlets:
        """One name for each outlet.

        Raises:
            SearchkitError: the settings give one name to two outlets.
        """
        from searchkit.outlets import outlets  # noqa: PLC0415 - for indexing and filters

        return outlets(self.outlet_table)

    @cached_property
    def copies(self) -> Copies:
        """The preserved copies of pages."""
        from searchkit.evidence.copies import Copies  # noqa: PLC0415 - for reports and links

        return Copies(self.index / "evidence")

    @cached_property
    def dead_links(self) -> frozenset[str]:
        """The links that checks found dead."""
        path = self.index / "links.sqlite"
        if not path.exists():
            return frozenset()
        from searchkit.evidence.record import dead_links  # noqa: PLC0415 - seldom there

        return dead_links(path)

    def review_stamps(self) -> dict[str, str]:
        """For each reviewed article, a text that changes whenever its sidecar does."""
        return {id: "-".join(map(str, fp)) for id, fp in self.sidecars.fingerprints().items()}

    def create_cache(self) -> None:
        """Open engine and catalog, making what is missing."""
        self.close()
        try:
            self.cache.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            message = f"the index folder cannot be written ({error.strerror})"
            raise EngineError(message, place=str(self.index)) from error
        self.__dict__["engine"] = self._open_engine(create=True)
        self.__dict__["catalog"] = self._open_catalog(create=True)

    def _open_engine(self, *, create: bool) -> Engine:
        self._find_cache(create=create)
        if self.engine_name == "opensearch":
            return self._open_cluster(create=create)
        from searchkit.engine.whoosh import WhooshEngine  # noqa: PLC0415 - heavy

        return WhooshEngine.open(self.cache, create=create)

    def _open_cluster(self, *, create: bool) -> Engine:
        from searchkit.engine.opensearch.engine import OpenSearchEngine  # noqa: PLC0415 - an extra

        if self.cluster is None:
            remedy = "say --url https://…, or set opensearch.url"
            raise UsageError("no OpenSearch cluster is named", remedy=remedy)
        beside = None if self.cache == self.usual_cache else self.usual_cache
        return OpenSearchEngine.open(self.cache, self.cluster, create=create, beside=beside)

    def _open_catalog(self, *, create: bool) -> Catalog:
        from searchkit.catalog import Catalog  # noqa: PLC0415 - not needed by every command

        self._find_cache(create=create)
        return Catalog(self.catalog_path, create=create)

    def _find_cache(self, *, create: bool) -> None:
        self._recover()
        if not create and not self.cache.is_dir():
            raise EngineError(
                "nothing is indexed here yet",
                place=str(self.index),
                remedy="run `searchkit index`",
            )

    def _recover(self) -> None:
        """Undo the first half of an exchange of caches that a kill cut in two."""
        old = self.cache.with_name(f"{self.cache.name}.old")
        if not self.cache.exists() and old.is_dir():
            old.replace(self.cache)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the lock of the one indexer.

        Raises:
            LockedError: another one did not finish in time; it is named.
        """
        with locked(self.index / ".lock", timeout=LOCK_TIMEOUT, what="indexing"):
            yield

    # Roots ----------------------------------------------------------------------------------

    @property
    def roots(self) -> list[Path]:
        """The remembered corpus folders and files."""
        path = self.index / "roots.json"
        try:
            names = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            return []
        except (OSError, ValueError) as error:
            remedy = "delete it, and name the folders again with `searchkit index FOLDER…`"
            message = f"the list of corpus folders cannot be read ({error})"
            raise SearchkitError(message, place=str(path), remedy=remedy) from error
        if not isinstance(names, list) or not all(isinstance(n, str) for n in names):
            remedy = "delete it, and name the folders again with `searchkit index FOLDER…`"
            raise SearchkitError("not a list of folders", place=str(path), remedy=remedy)
        return [self.root / name for name in names]

    def set_roots(self, roots: Sequence[Path]) -> None:
        """Remember these corpus folders and files."""
        names = sorted({self.display(root) for root in roots})
        text = json.dumps(names, ensure_ascii=False, indent=1) + "\n"
        write_atomic(self.index / "roots.json", text.encode())

    def display(self, path: Path) -> str:
        """The path as shown and stored: relative to the project folder where it lies inside."""
        full = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links
        try:
            return full.relative_to(self.root).as_posix()
        except ValueError:
            return full.as_posix()

    def full(self, shown: str) -> Path:
        """The inverse of `display`."""
        return self.root / shown


def find_index(start: Path) -> Path | None:
    """The nearest folder ``index/`` upwards that searchkit made, as git finds its own."""
    for folder in (start, *start.parents):
        candidate = folder / "index"
        if any((candidate / mark).exists() for mark in _MARKS):
            return candidate
    return None
