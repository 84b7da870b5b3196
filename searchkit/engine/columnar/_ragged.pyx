# cython: language_level=3, boundscheck=True, wraparound=False, cdivision=True
"""The loops of `ragged`, compiled."""

from libc.stdint cimport int32_t, int64_t, uint8_t

from numpy import ascontiguousarray, empty, int32, zeros

ctypedef fused number:
    int32_t
    int64_t


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


def scatter(out, starts, counts, bits, values):
    """See `ragged.scatter`."""
    rows = [ascontiguousarray(column, "q") for column in (starts, counts, bits)]
    if values.dtype == int32:
        _scatter[int32_t](out, *rows, ascontiguousarray(values))
    else:
        _scatter[int64_t](out, *rows, ascontiguousarray(values, "q"))


cdef _scatter(
    uint8_t[::1] out,
    const int64_t[::1] starts,
    const int64_t[::1] counts,
    const int64_t[::1] bits,
    const number[::1] values,
):
    cdef Py_ssize_t row, at, first = 0, nth, byte
    cdef int64_t count, size, mask, value, shift
    for row in range(counts.shape[0]):
        at, count, size = starts[row], counts[row], bits[row]
        if size == 8:
            for nth in range(first, first + count):
                out[at] = <uint8_t>values[nth]
                at += 1
        elif size > 8:
            for nth in range(first, first + count):
                value = values[nth]
                for byte in range(size >> 3):
                    out[at] = <uint8_t>(value >> 8 * byte)
                    at += 1
        elif size > 0:
            mask = (1 << size) - 1
            value = shift = 0
            for nth in range(first, first + count):
                value |= (values[nth] & mask) << shift
                shift += size
                if shift == 8:
                    out[at] = <uint8_t>value
                    at += 1
                    value = shift = 0
            if shift:
                out[at] = <uint8_t>value
        first += count


def gather(data, starts, counts, bits):
    """See `ragged.gather`."""
    rows = [ascontiguousarray(column, "q") for column in (starts, counts, bits)]
    total = counts.sum()
    if len(bits) and bits.max() > 16:
        found = zeros(total, "q")
        _gather[int64_t](data, *rows, found)
    else:
        found = zeros(total, "i")
        _gather[int32_t](data, *rows, found)
    return found


cdef _gather(
    const uint8_t[::1] data,
    const int64_t[::1] starts,
    const int64_t[::1] counts,
    const int64_t[::1] bits,
    number[::1] out,
):
    cdef Py_ssize_t row, at, first = 0, nth, byte
    cdef int64_t count, size, mask, shift
    cdef number value
    for row in range(counts.shape[0]):
        at, count, size = starts[row], counts[row], bits[row]
        if size == 8:
            for nth in range(first, first + count):
                out[nth] = data[at]
                at += 1
        elif size > 8:
            for nth in range(first, first + count):
                value = 0
                for byte in range(size >> 3):
                    value |= <number>data[at] << 8 * byte
                    at += 1
                out[nth] = value
        elif size > 0:
            mask = (1 << size) - 1
            shift = 0
            for nth in range(first, first + count):
                out[nth] = data[at] >> shift & mask
                shift += size
                if shift == 8:
                    at += 1
                    shift = 0
        first += count
