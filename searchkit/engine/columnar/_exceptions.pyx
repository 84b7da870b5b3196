# cython: language_level=3, boundscheck=True, wraparound=False, cdivision=True
"""The loops of `exceptions`, compiled."""

from libc.stdint cimport int64_t, uint8_t

from numpy import array, empty

from searchkit.engine.columnar.exceptions import _GAIN, _NEEDED, _SHORT, Parted
from searchkit.engine.columnar.ragged import SIZES

cdef enum:
    KINDS = 7
cdef int64_t[KINDS] _SIZES = SIZES.tolist()
cdef const uint8_t[::1] _KINDS = _NEEDED
cdef int64_t _LEAST = _SHORT, _LITTLE = _GAIN


cdef inline Py_ssize_t _kind(int64_t number):
    """The place in `SIZES` of the least that a number fits in."""
    return _KINDS[min(number, _KINDS.shape[0] - 1)]


cdef inline int64_t _bytes(int64_t count, int64_t bits):
    return count * bits + 7 >> 3


def parted(values, counts):
    """See `exceptions.parted`."""
    cdef const int64_t[::1] sizes = counts
    cdef Py_ssize_t row, kind, nth, first = 0, total = 0, found = 0
    cdef int64_t largest, count, over, cost, least
    cdef int64_t[KINDS] of_kind
    left = array(values, "q")
    bits, exceptions, above_bits = empty((3, len(counts)), "q")
    cdef int64_t[::1] low = left, bit_out = bits, over_out = exceptions, above_bit_out = above_bits
    for row in range(sizes.shape[0]):
        count = sizes[row]
        largest = 0
        for kind in range(KINDS):
            of_kind[kind] = 0
        for nth in range(first, first + count):
            largest = max(largest, low[nth])
            of_kind[_kind(low[nth])] += 1
        first += count
        bit_out[row] = _SIZES[_kind(largest)]
        above_bit_out[row] = over_out[row] = 0
        if count < _LEAST:
            continue
        over = count
        least = -1
        for kind in range(KINDS):
            over -= of_kind[kind]
            cost = _bytes(count, _SIZES[kind])
            if over:
                cost += _bytes(over, _SIZES[_kind(count)]) + _LITTLE
                cost += _bytes(over, _SIZES[_kind(largest >> _SIZES[kind])])
            if least < 0 or cost < least:
                least = cost
                bit_out[row] = _SIZES[kind]
                above_bit_out[row] = _SIZES[_kind(largest >> _SIZES[kind])]
                over_out[row] = over
        total += over_out[row]
    at, above = empty((2, total), "q")
    cdef int64_t[::1] at_out = at, over_value = above
    first = 0
    for row in range(sizes.shape[0]):
        if over_out[row]:
            for nth in range(first, first + sizes[row]):
                if low[nth] >> bit_out[row]:
                    at_out[found] = nth - first
                    over_value[found] = low[nth] >> bit_out[row]
                    low[nth] -= over_value[found] << bit_out[row]
                    found += 1
        first += sizes[row]
    return Parted(counts, bits, left, exceptions, at, above_bits, above)
