from collections.abc import Sequence

from searchkit.identity.sketch import Hashes

def hashes(texts: Sequence[str]) -> Hashes: ...
