"""What a damaged index turns into."""

from __future__ import annotations

from types import TracebackType

from searchkit.errors import EngineError

REBUILD = "run `searchkit index --rebuild`"


class DamageError(Exception):
    """Something of the index is not as it was written; the message says what."""


_DAMAGES = (OSError, ValueError, LookupError, TypeError, ArithmeticError, MemoryError)


class reading:  # noqa: N801 - used as a function is
    """A block in which whatever a damaged index leads to becomes one clear error.

    Args:
        place: named in the error.

    Raises:
        EngineError
    """

    # A class, since a query enters many such blocks and a generator costs several times more.
    __slots__ = ("_place",)

    def __init__(self, place: str):
        self._place = place

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if kind is None or not isinstance(error, (DamageError, *_DAMAGES)):
            return
        what = str(error) if isinstance(error, DamageError) else type(error).__name__
        raise EngineError(
            f"the index is damaged ({what})", place=self._place, remedy=REBUILD
        ) from error
