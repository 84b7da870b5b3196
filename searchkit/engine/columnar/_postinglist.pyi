from searchkit.engine.columnar import postinglist

PostingList = postinglist.PostingList
