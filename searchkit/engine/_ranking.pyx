# cython: language_level=3, boundscheck=True, wraparound=False, cdivision=True, initializedcheck=False
"""The loops of `ranking`, compiled."""

from libc.stdint cimport int64_t

from numpy import ascontiguousarray, empty

from searchkit.engine.weights import K1

cdef double _K1 = K1


def _saturated(found, at, const double[::1] own, const double[::1] title, double most):
    """See `ranking._saturated`."""
    documents, frequencies, titled_of, titles_of = found
    cdef const int64_t[::1] rows = documents
    cdef const int64_t[::1] counts = ascontiguousarray(frequencies, "q")
    cdef const int64_t[::1] titled = ascontiguousarray(titled_of, "q")
    cdef const int64_t[::1] titles = ascontiguousarray(titles_of, "q")
    cdef bint every = at is None
    cdef const int64_t[::1] chosen = None if every else ascontiguousarray(at, "q")
    cdef Py_ssize_t number = rows.shape[0] if every else chosen.shape[0]
    cdef Py_ssize_t nth, place, next_titled = 0
    cdef double weighed
    scores = empty(number, "d")
    cdef double[::1] out = scores
    for nth in range(number):
        place = nth if every else chosen[nth]
        if titled.shape[0]:
            if next_titled and titled[next_titled - 1] >= place:
                next_titled = 0
            while next_titled < titled.shape[0] and titled[next_titled] < place:
                next_titled += 1
        if next_titled < titled.shape[0] and titled[next_titled] == place:
            weighed = (counts[place] - titles[next_titled]) * own[rows[place]]
            weighed += titles[next_titled] * title[rows[place]]
        else:
            weighed = counts[place] * own[rows[place]]
        out[nth] = weighed / (weighed + _K1) * most
    return scores
