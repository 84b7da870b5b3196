from searchkit.engine.columnar.lookup import Occurrences
from searchkit.engine.columnar.ragged import Ints
from searchkit.engine.spaces import Floats

def _saturated(
    found: Occurrences, at: Ints | None, own: Floats, title: Floats, most: float
) -> Floats: ...
