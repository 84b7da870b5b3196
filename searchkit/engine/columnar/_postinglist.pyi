from searchkit.engine.columnar import postinglist
from searchkit.engine.columnar.postinglist import Numbers
from searchkit.engine.columnar.ragged import Bytes, Ints

PostingList = postinglist.PostingList

def postings(data: Bytes, starts: Ints, ends: Ints) -> tuple[Ints, Numbers, Numbers]: ...
