"""Columnar storage: an index as immutable segments of checksummed arrays, mapped into memory."""
