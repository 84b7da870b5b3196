from collections.abc import Callable, Sequence

from searchkit.engine.columnar.ragged import Ints

class Pieces:
    def __init__(self, met: Callable[[Sequence[bytes]], object]) -> None: ...
    def numbers(self, text: bytes, starts: Ints, ends: Ints) -> Ints: ...
