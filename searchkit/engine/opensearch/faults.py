"""What goes wrong with a cluster, told in one line with a remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from searchkit.engine.opensearch.access import PASSWORD, USER, Access
from searchkit.errors import EngineError, QueryError, SearchkitError

#: Answers that the same request may not get again a moment later.
PASSING = frozenset({429, 502, 503, 504})
_LONGEST = 300
_LOGIN = f"set {USER} and {PASSWORD}, or opensearch.credentials"
_REBUILD = "run `searchkit index --rebuild`"

#: What an exception of OpenSearch means: its type, or words of its reason; message and remedy.
_KNOWN = (
    (
        r"flood-stage|disk usage exceeded",
        "the disks of the cluster are too full to write (flood-stage watermark)",
        "free space on its nodes and run `searchkit index` again; what was sent is not lost",
    ),
    (
        r"index_create_block_exception",
        "the cluster makes no new index (as a rule because its disks are nearly full)",
        "free space on its nodes, or lift cluster.blocks.create_index, and try again",
    ),
    (
        r"cluster_block_exception",
        "the cluster refuses to write to the index (a block is set on it)",
        "lift the block and run `searchkit index` again",
    ),
    (
        r"circuit_breaking_exception",
        "the request needs more memory than the cluster has (circuit breaker)",
        "ask for less, or give its nodes a larger heap",
    ),
    (
        r"allow_expensive_queries",
        "the cluster does not allow the queries that searchkit needs",
        "set search.allow_expensive_queries to true there",
    ),
    (
        r"Trying to create too many (Point In Time|scroll) contexts",
        "too many searches are open on the cluster",
        "try again in five minutes, or raise search.max_open_pit_context there",
    ),
    (
        r"index_not_found_exception",
        "the index is not on the cluster any more",
        _REBUILD,
    ),
    (
        r"(strict_dynamic_mapping|mapper_parsing)_exception",
        "the index on the cluster has another mapping than searchkit gave it{}",
        _REBUILD,
    ),
    (
        r"cluster_manager_not_discovered|master_not_discovered|no_cluster_manager",
        "the cluster has no manager: too few of its nodes are there",
        "bring its nodes back and try again",
    ),
)
_TOO_MUCH = r"too_many_(nested_)?clauses|maxClauseCount|max_nested_depth|nested depth"


def fault(access: Access, status: int, info: object) -> SearchkitError:
    """What an error answer means.

    Args:
        status: of HTTP.
        info: the answer, as far as it is JSON.
    """
    kinds = " ".join(dict.fromkeys(_texts(info)))
    place = access.place
    if re.search(_TOO_MUCH, kinds):
        remedy = "shorten it, or raise indices.query.bool.max_clause_count on the cluster"
        return QueryError("the query is too large for the cluster", place=place, remedy=remedy)
    for pattern, message, remedy in _KNOWN:
        if re.search(pattern, kinds):
            return EngineError(message.format(_reason(info)), place=place, remedy=remedy)
    message, remedy = _by_status(status, _reason(info), access.name)
    return EngineError(message, place=place, remedy=remedy)


def _by_status(status: int, reason: str, name: str) -> tuple[str, str]:
    if status == 401:
        return "the cluster does not let this user in (401)", _LOGIN
    if status == 403:
        message = "the cluster does not allow this user to do that (403)"
        return message, f"ask its administrator for all rights on the indexes {name}*"
    if status == 429:
        return "the cluster is overloaded (429)", "try again later; nothing sent is lost"
    if status in PASSING:
        message = f"the cluster cannot answer in full ({status}{reason})"
        return message, "see whether its status is red, bring its nodes back, and try again"
    return f"the cluster refused a request ({status}{reason})", "look into its logs"


def partial(access: Access) -> EngineError:
    """Some shards gave no answer."""
    return EngineError(
        "part of the index gave no answer, so there is none",
        place=access.place,
        remedy="see whether the status of the cluster is red or yellow, and try again",
    )


def unreachable(access: Access, reason: object) -> EngineError:
    """Nobody answers."""
    # Before the last colon stands which object of which library found it out.
    text = " ".join(str(reason).rpartition(": ")[2].split())[:_LONGEST]
    return EngineError(
        f"the cluster cannot be reached ({text})",
        place=access.place,
        remedy="see whether it runs, and whether the URL is right",
    )


def untrusted(access: Access, reason: object) -> EngineError:
    """Its certificate is not one to trust."""
    text = " ".join(str(reason).split())[:_LONGEST]
    return EngineError(
        f"the cluster's certificate is not to be trusted ({text})",
        place=access.place,
        remedy="name the certificate of its authority as opensearch.ca-file",
    )


def too_slow(access: Access) -> EngineError:
    """It answers, but not in time."""
    return EngineError(
        "the cluster did not answer in time",
        place=access.place,
        remedy="try again when it has less to do; nothing sent is lost",
    )


def _texts(info: object) -> Iterator[str]:
    """The types and reasons of an error and of what caused it."""
    if isinstance(info, dict):
        for key, value in info.items():
            if key in ("type", "reason") and isinstance(value, str):
                yield value
            else:
                yield from _texts(value)
    elif isinstance(info, list):
        for value in info:
            yield from _texts(value)


def _reason(info: Any) -> str:
    error = info.get("error") if isinstance(info, dict) else None
    causes = error.get("root_cause") if isinstance(error, dict) else None
    cause = causes[0] if causes and isinstance(causes, list) else error
    texts = ": ".join(list(_texts(cause))[:2])
    return f", {' '.join(texts.split())[:_LONGEST]}" if texts else ""
