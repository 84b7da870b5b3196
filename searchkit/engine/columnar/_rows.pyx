# cython: language_level=3, boundscheck=True, wraparound=False, cdivision=True, initializedcheck=False
"""The loops of `rows` and `frontcoded`, compiled."""

from libc.stdint cimport int64_t, uint8_t
from libc.string cimport memcmp

# As in `rows` and `frontcoded`.
cdef int _STEP = 16
cdef int _BITS = 4


cdef class _Sizes:
    """The sizes of rows, read one by one."""

    cdef const uint8_t[::1] codes
    cdef const int64_t[::1] begins, large, large_sizes
    cdef int64_t most

    def __init__(self, rows):
        self.codes, self.begins = rows.codes, rows.begins
        self.large, self.large_sizes = rows.large, rows.large_sizes
        self.most = rows.most

    cdef int64_t of(self, Py_ssize_t row):
        cdef int64_t found = self.codes[row] & self.most
        cdef Py_ssize_t low = 0, high = self.large.shape[0], middle
        if found < self.most:
            return found
        while low < high:
            middle = (low + high) >> 1
            if self.large[middle] < row:
                low = middle + 1
            else:
                high = middle
        return self.large_sizes[low]


def _span(rows, Py_ssize_t row):
    """See `rows._span`."""
    cdef _Sizes sizes = _Sizes(rows)
    cdef Py_ssize_t block = row // _STEP, nth
    cdef int64_t start = sizes.begins[block]
    for nth in range(block * _STEP, row):
        start += sizes.of(nth)
    return start, start + sizes.of(row)


cdef int compared(const uint8_t[::1] text, int64_t at, int64_t size, const uint8_t[::1] wanted, int64_t own):
    """Below, above or at 0, as a piece of text sorts beside what is wanted from a byte on."""
    cdef int64_t other = wanted.shape[0] - own
    cdef int found = 0
    if at < 0 or size < 0 or at + size > text.shape[0]:
        raise IndexError(at)
    if min(size, other) > 0:
        found = memcmp(&text[at], &wanted[own], min(size, other))
    return found if found else (size > other) - (size < other)


cdef Py_ssize_t last_block(_Sizes sizes, const uint8_t[::1] text, const uint8_t[::1] wanted) except -2:
    """The last block with a head that is not larger; -1 if there is none."""
    cdef Py_ssize_t low = 0, high = sizes.begins.shape[0] - 1, middle
    while low < high:
        middle = (low + high) >> 1
        if compared(text, sizes.begins[middle], sizes.of(middle * _STEP), wanted, 0) <= 0:
            low = middle + 1
        else:
            high = middle
    return low - 1


cdef Py_ssize_t first_of(rows, const uint8_t[::1] text, const uint8_t[::1] wanted, bint *found):
    """The first string that is not smaller, and whether it is what is wanted."""
    cdef _Sizes sizes = _Sizes(rows)
    cdef Py_ssize_t block = last_block(sizes, text, wanted), row = 0, end = 0
    cdef int64_t at = 0, head = 0, size, shared, common
    cdef int sorts
    if block >= 0:
        at = head = sizes.begins[block]
        row, end = block * _STEP, min((block + 1) * _STEP, sizes.codes.shape[0])
    while row < end:
        size = sizes.of(row)
        # What it shares with the head, and then what is its own.
        shared = sizes.codes[row] >> _BITS
        common = min(shared, wanted.shape[0])
        sorts = compared(text, head, common, wanted[:common], 0)
        if sorts == 0:
            sorts = 1 if shared > common else compared(text, at, size, wanted, common)
        if sorts >= 0:
            found[0] = sorts == 0
            return row
        at += size
        row += 1
    found[0] = False
    return row


def _find(const uint8_t[::1] text, rows, const uint8_t[::1] wanted):
    """See `frontcoded._find`."""
    cdef bint found
    cdef Py_ssize_t row = first_of(rows, text, wanted, &found)
    return row if found else None


def _first(const uint8_t[::1] text, rows, const uint8_t[::1] wanted):
    """See `frontcoded._first`."""
    cdef bint found
    return first_of(rows, text, wanted, &found)
