"""How fast, how small, how lean: searchkit beside stock Whoosh, SQLite FTS5 and tantivy."""
