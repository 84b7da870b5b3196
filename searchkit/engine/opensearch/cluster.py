"""The connection: one request at a time, tried again while there is hope, its errors explained."""

from __future__ import annotations

import json
import logging
import random
import ssl
import time
import warnings
from collections.abc import Mapping
from typing import Any

from searchkit.engine.opensearch import faults
from searchkit.engine.opensearch.access import Access
from searchkit.errors import EngineError, SearchkitError
from searchkit.installed import needed

#: Seconds that a request is tried again for.
READING, WRITING = 10.0, 30.0
#: Seconds that an answer may take.
_TIMEOUT = 30.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0
_OLDEST = (2, 4)
_LINES = {"content-type": "application/x-ndjson"}
#: A certificate that does not fit will not fit a moment later.
_FINAL = ("certificate", "CERTIFICATE", "hostname", "WRONG_VERSION")


class Rejected(Exception):  # noqa: N818 - it becomes an error only where nobody expects it
    """The cluster answered with an error.

    Args:
        status: of HTTP.
        info: the answer, as far as it is JSON.
    """

    def __init__(self, status: int, info: object):
        super().__init__(status)
        self.status = status
        self.info = info


class Cluster:
    """What the engine asks a cluster through.

    Raises:
        SearchkitError: the library for it is not installed, or the credentials cannot be read.
    """

    def __init__(self, access: Access):
        self.access = access
        library = needed("opensearchpy", "OpenSearch clusters", error=EngineError)
        # Its warnings about each failed try would stand on the user's screen.
        logging.getLogger("opensearch").addHandler(logging.NullHandler())
        warnings.filterwarnings("ignore", module="opensearchpy")
        self._errors = library.exceptions
        encrypted = any(url.startswith("https:") for url in access.urls)
        self._transport = library.OpenSearch(
            hosts=list(access.urls),
            http_auth=access.login(),
            # A cluster on this machine would only be kept busy with unpacking.
            http_compress=not access.local,
            timeout=_TIMEOUT,
            # The tries are counted here; a node that did not answer is left aside for a while.
            max_retries=0,
            retry_on_timeout=True,
            **({"ssl_context": _trust(access)} if encrypted else {}),
        ).transport

    def close(self) -> None:
        """Let go of the sockets."""
        self._transport.close()

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        params: Mapping[str, str] | None = None,
        patience: float = READING,
    ) -> Any:
        """Send a request that does no harm twice, and return the answer.

        Args:
            body: to be sent as JSON; bytes are lines of it and are sent as they are.
            patience: seconds that it is tried again for.

        Raises:
            Rejected: the cluster answered with an error that a later try would get too.
            EngineError: it does not answer, or is overloaded, after all tries.
        """
        until = time.monotonic() + patience
        pause = _FIRST_PAUSE
        attempts = 0
        while True:
            attempts += 1
            try:
                return self._once(method, path, body, params)
            except _PassingError as problem:
                # One that hangs may have taken all the time, and another node may answer.
                if attempts >= len(self.access.urls) and time.monotonic() + pause > until:
                    raise problem.error from problem.__cause__
            time.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - to spread the tries
            pause = min(2 * pause, _LONGEST_PAUSE)

    def get(self, path: str, **params: str) -> Any:
        """Ask for something that is there.

        Raises:
            SearchkitError: it is not, or the cluster does not answer.
        """
        try:
            return self.ask("GET", path, params=params)
        except Rejected as rejected:
            raise self.explained(rejected) from rejected

    def explained(self, rejected: Rejected) -> SearchkitError:
        """What an error answer means."""
        return faults.fault(self.access, rejected.status, rejected.info)

    def check(self) -> None:
        """Make sure that it is an OpenSearch of a version that has what the engine needs.

        Raises:
            SearchkitError: it is not, or it does not answer.
        """
        told = self.get("/")
        version = told.get("version") if isinstance(told, dict) else None
        version = version if isinstance(version, dict) else {}
        number = str(version.get("number", "?"))
        parts = tuple(int(part) for part in number.split(".")[:2] if part.isdecimal())
        if version.get("distribution") != "opensearch" or parts < _OLDEST:
            product = version.get("distribution") or "another server"
            raise EngineError(
                f"{product} {number} is not supported",
                place=self.access.place,
                remedy="take OpenSearch 2.4 or newer",
            )

    def _once(self, method: str, path: str, body: object, params: Mapping[str, str] | None) -> Any:
        errors = self._errors
        sent = json.dumps(body).encode() if isinstance(body, dict) else body
        try:
            return self._transport.perform_request(
                method,
                path,
                params=dict(params or {}),
                body=sent,
                headers=_LINES if isinstance(body, bytes) else None,
            )
        except errors.SSLError as error:
            distrust = faults.untrusted(self.access, error.info)
            if any(word in str(error.info) for word in _FINAL):
                raise distrust from error
            raise _PassingError(distrust) from error
        except errors.ConnectionTimeout as error:
            raise _PassingError(faults.too_slow(self.access)) from error
        except errors.ConnectionError as error:
            raise _PassingError(faults.unreachable(self.access, error.info)) from error
        except errors.SerializationError as error:
            reason = "its answer is not JSON"
            raise _PassingError(faults.unreachable(self.access, reason)) from error
        except errors.TransportError as error:
            told = faults.fault(self.access, error.status_code, error.info)
            if error.status_code in faults.PASSING and "watermark" not in str(told):
                raise _PassingError(told) from error
            raise Rejected(error.status_code, error.info) from error


class _PassingError(Exception):
    """What may be over in a moment.

    Args:
        error: what to tell when it is not.
    """

    def __init__(self, error: SearchkitError):
        super().__init__(str(error))
        self.error = error


def _trust(access: Access) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=access.ca_file)
    except (OSError, ssl.SSLError) as error:
        raise EngineError(
            "this is no file of certificates",
            place=str(access.ca_file),
            remedy="name a PEM file as opensearch.ca-file",
        ) from error
