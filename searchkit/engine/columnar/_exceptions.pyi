from searchkit.engine.columnar.exceptions import Parted
from searchkit.engine.columnar.ragged import Ints

def parted(values: Ints, counts: Ints) -> Parted: ...
