import numpy as np

from searchkit.engine.columnar.build import Packed, Places
from searchkit.engine.columnar.pairs import Words
from searchkit.engine.columnar.postings import Lists
from searchkit.engine.columnar.ragged import Ints

def by_stem(words: Words, root_of: Ints, of_pairs: Packed, bits: np.uint64) -> Packed: ...
def lists(packed: Packed, bits: np.uint64, words: Words, where: Places, number: Ints) -> Lists: ...
