# cython: language_level=3, boundscheck=True, wraparound=False, cdivision=True
"""The loops of `ragged`, compiled."""

from libc.stdint cimport int64_t

from numpy import empty


def places(const int64_t[::1] starts, const int64_t[::1] counts, int64_t step=1):
    """See `ragged.places`."""
    cdef Py_ssize_t row, at = 0
    cdef int64_t total = 0, value, nth
    for row in range(counts.shape[0]):
        total += counts[row]
    found = empty(total, "q")
    cdef int64_t[::1] out = found
    for row in range(counts.shape[0]):
        value = starts[row]
        for nth in range(counts[row]):
            out[at] = value
            at += 1
            value += step
    return found
