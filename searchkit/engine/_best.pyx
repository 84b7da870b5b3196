# cython: language_level=3, boundscheck=True, wraparound=False, cdivision=True, initializedcheck=False
"""The loops of `best`, compiled."""

from libc.stdint cimport int64_t

from numpy import argsort, ascontiguousarray, empty


# So few are sorted by insertion.
cdef Py_ssize_t _FEW = 64


def _largest(values, Py_ssize_t most):
    """See `best._largest`; the largest so far are kept in a heap."""
    cdef const double[::1] given = ascontiguousarray(values, "d")
    cdef Py_ssize_t number = given.shape[0], nth, at, child, kept = 0
    cdef double value
    if number <= most or most <= 0:
        return argsort(-values, kind="stable")
    cdef double[::1] heap = empty(most, "d")
    for nth in range(most):
        value = given[nth]
        at = nth
        while at and heap[(at - 1) >> 1] > value:
            heap[at] = heap[(at - 1) >> 1]
            at = (at - 1) >> 1
        heap[at] = value
    for nth in range(most, number):
        value = given[nth]
        if value <= heap[0]:
            continue
        at = 0
        child = 1
        while child < most:
            if child + 1 < most and heap[child + 1] < heap[child]:
                child += 1
            if heap[child] >= value:
                break
            heap[at] = heap[child]
            at = child
            child = 2 * at + 1
        heap[at] = value
    for nth in range(number):
        kept += given[nth] >= heap[0]
    found = empty(kept, "q")
    cdef int64_t[::1] out = found
    cdef bint few = kept <= _FEW
    kept = 0
    for nth in range(number):
        if given[nth] >= heap[0]:
            at = kept
            while few and at and given[out[at - 1]] < given[nth]:
                out[at] = out[at - 1]
                at -= 1
            out[at] = nth
            kept += 1
    return found if few else found[argsort(-values[found], kind="stable")]
