# cython: language_level=3, boundscheck=True, wraparound=False, cdivision=True
"""The loops of `tokenise`, compiled."""

from libc.stdint cimport int64_t, uint8_t

from numpy import empty

cdef enum:
    SEPARATOR, INNER, LETTER, HAN, OTHER


def _kind(byte):
    if byte >= 0x80:
        return HAN if 0xE4 <= byte <= 0xE9 else OTHER
    if chr(byte).isalnum():
        return LETTER
    return INNER if chr(byte) in ".,'" else SEPARATOR


cdef uint8_t[256] _KINDS = [_kind(byte) for byte in range(256)]


def pieces(const uint8_t[::1] data, *, plain):
    """See `tokenise.pieces`; one pass over all bytes, whether they are plain or not."""
    cdef Py_ssize_t at = 0, start = 0, end = 0, found = 0, size = data.shape[0]
    cdef uint8_t kind, before = SEPARATOR
    # Two of one byte each are parted by one byte at least, or by a cut beside one of three bytes.
    starts, ends = empty((2, size // 2 + 1), "q")
    cdef int64_t[::1] start_out = starts, end_out = ends
    while at < size:
        kind = _KINDS[data[at]]
        # No word has both an ASCII letter or digit and a Chinese character, which takes three bytes.
        if kind == SEPARATOR or end and (
            before == LETTER
            if kind == HAN
            else kind == LETTER and before == OTHER and at >= 3 and _KINDS[data[at - 3]] == HAN
        ):
            if end:
                start_out[found] = start
                end_out[found] = end
                found += 1
                end = 0
        if kind > INNER and not end:
            start = at
        at += 1
        if kind == LETTER:
            while at < size and _KINDS[data[at]] == LETTER:
                at += 1
        # Signs that may stand within a word are cut off at both ends.
        if kind > INNER:
            end = at
        before = kind
    if end:
        start_out[found] = start
        end_out[found] = end
        found += 1
    return starts[:found], ends[:found]
