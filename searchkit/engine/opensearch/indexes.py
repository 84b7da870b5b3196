"""The indexes of one index folder on the cluster: which is in use, how one comes and goes.

Each is made under a name of its own, which the folder's state file holds; the alias shows others
the one in use. A rebuilt index is filled beside it, and then takes its place in one step.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import secrets
from pathlib import Path
from typing import Any, Self

import attrs
from attrs import frozen

from searchkit.engine.opensearch.cluster import WRITING, Cluster, Rejected
from searchkit.engine.opensearch.layout import SETTINGS, VERSIONS, mapping
from searchkit.errors import EngineError
from searchkit.files import write_atomic

_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]*")
_REBUILD = "run `searchkit index --rebuild`"


@frozen
class State:
    """What an index folder knows of its index on the cluster."""

    index: str
    #: Tells indexes of this folder from those of others under the same name.
    owner: str
    #: False as long as it is being made.
    made: bool = False

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """The state that a folder holds, if any.

        Raises:
            EngineError: it cannot be read.
        """
        path = _path(folder)
        try:
            state = cls(**json.loads(path.read_text("utf-8")))
            # It becomes part of paths that the cluster is asked for.
            if not (_PLAIN.fullmatch(state.index) and _PLAIN.fullmatch(state.owner)):
                raise ValueError
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError) as error:
            message = "the state of the index cannot be read"
            remedy = "delete it and run `searchkit index --rebuild` with another index-name"
            raise EngineError(message, place=str(path), remedy=remedy) from error
        else:
            return state

    def write(self, folder: Path) -> None:
        """Keep it in a folder."""
        write_atomic(_path(folder), json.dumps(attrs.asdict(self)).encode(), mode=0o600)


def _path(folder: Path) -> Path:
    return folder / "state.json"


def made(cluster: Cluster, folder: Path, beside: Path | None) -> State:
    """The index of a folder, which is made if there is none yet.

    Args:
        beside: the folder of the index that this one shall take the place of.

    Raises:
        EngineError: the name belongs to others, or the cluster does not make it.
    """
    state = State.read(folder)
    if state is None:
        before = State.read(beside) if beside else None
        owner = before.owner if before else secrets.token_hex(16)
        _in_use(cluster, owner)
        now = dt.datetime.now(dt.UTC)
        name = f"{cluster.access.name}-{now:%Y%m%d%H%M%S}-{secrets.token_hex(3)}"
        state = State(name, owner)
        # Whoever is killed here finds the name again.
        state.write(folder)
    if not state.made:
        _make(cluster, state)
        state = attrs.evolve(state, made=True)
        state.write(folder)
    return state


def _make(cluster: Cluster, state: State) -> None:
    access = cluster.access
    sizes = {"number_of_shards": access.shards, "number_of_replicas": access.replicas}
    body = {"settings": {**SETTINGS, **sizes}, "mappings": mapping(state.owner)}
    try:
        told = cluster.ask("PUT", f"/{state.index}", body, patience=WRITING)
    except Rejected as rejected:
        if "resource_already_exists_exception" not in str(rejected.info):
            raise cluster.explained(rejected) from rejected
        return
    if not told.get("shards_acknowledged"):
        raise EngineError(
            "the cluster made the index, but no node took it",
            place=access.place,
            remedy="see whether its nodes have room, and try again",
        )


def verify(cluster: Cluster, state: State) -> None:
    """Make sure that the index of a folder is there and was made by this version.

    Raises:
        EngineError: it is not.
    """
    meta = _metas(cluster, state.index).get(state.index)
    if meta is None:
        message = f"the index {state.index} is not on this cluster"
        raise EngineError(message, place=cluster.access.place, remedy=_REBUILD)
    if meta.get("owner") != state.owner:
        message = f"the index {state.index} was not made by this index folder"
        raise EngineError(message, place=cluster.access.place, remedy=_REBUILD)
    if {key: meta.get(key) for key in VERSIONS} != VERSIONS:
        message = "the index was made by another version of searchkit"
        raise EngineError(message, place=cluster.access.place, remedy=_REBUILD)


def publish(cluster: Cluster, state: State) -> None:
    """Let the alias show the index in use, in one step, and delete what came before it.

    Raises:
        EngineError: the name belongs to others.
    """
    access = cluster.access
    shown = _in_use(cluster, state.owner)
    if shown != {state.index}:
        actions: list[dict[str, Any]] = [
            {"remove": {"index": name, "alias": access.name}} for name in sorted(shown)
        ]
        actions.append({"add": {"index": state.index, "alias": access.name}})
        _do(cluster, "POST", "/_aliases", {"actions": actions})
    for name, meta in _metas(cluster, f"{access.name}-*").items():
        if meta.get("owner") == state.owner and name != state.index:
            _do(cluster, "DELETE", f"/{name}")


def _in_use(cluster: Cluster, owner: str) -> set[str]:
    """The indexes that the alias shows.

    Raises:
        EngineError: one of them is another's, or the name is that of an index.
    """
    name = cluster.access.name
    metas = _metas(cluster, name)
    if name in metas or any(meta.get("owner") != owner for meta in metas.values()):
        raise EngineError(
            f"the name {name!r} belongs to another index folder, or to something else",
            place=cluster.access.place,
            remedy="take another one with opensearch.index-name, or delete what has it",
        )
    return set(metas)


def _metas(cluster: Cluster, name: str) -> dict[str, dict[str, Any]]:
    """What indexes say of themselves, by their names."""
    try:
        told = cluster.ask("GET", f"/{name}/_mapping")
    except Rejected as rejected:
        if rejected.status == 404:
            return {}
        raise cluster.explained(rejected) from rejected
    return {index: held.get("mappings", {}).get("_meta", {}) for index, held in told.items()}


def _do(cluster: Cluster, method: str, path: str, body: object = None) -> None:
    try:
        cluster.ask(method, path, body, patience=WRITING)
    except Rejected as rejected:
        if method == "DELETE" and rejected.status == 404:
            return
        raise cluster.explained(rejected) from rejected
