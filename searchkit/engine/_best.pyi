from searchkit.engine.columnar.ragged import Ints
from searchkit.engine.spaces import Floats

def _largest(values: Floats | Ints, most: int) -> Ints: ...
