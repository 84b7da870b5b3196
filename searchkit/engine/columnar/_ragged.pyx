# cython: language_level=3, boundscheck=True, wraparound=False, cdivision=True
"""The loops of `ragged`, compiled."""

from libc.stdint cimport int64_t

from numpy import ascontiguousarray, empty


def places(starts, counts, int64_t step=1):
    """See `ragged.places`."""
    cdef const int64_t[::1] begins = ascontiguousarray(starts, "q")
    cdef const int64_t[::1] sizes = ascontiguousarray(counts, "q")
    cdef Py_ssize_t row, at = 0
    cdef int64_t total = 0, value, nth
    for row in range(sizes.shape[0]):
        total += sizes[row]
    found = empty(total, "q")
    cdef int64_t[::1] out = found
    for row in range(sizes.shape[0]):
        value = begins[row]
        for nth in range(sizes[row]):
            out[at] = value
            at += 1
            value += step
    return found
