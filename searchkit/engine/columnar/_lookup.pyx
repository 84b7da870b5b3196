# cython: language_level=3, boundscheck=True, wraparound=False, cdivision=True, initializedcheck=False
"""The loops of `lookup`, compiled."""

from libc.stdint cimport int32_t, int64_t

from numpy import ascontiguousarray, empty, zeros

cdef int _SHIFT = 32
cdef int64_t _BODY = 1 << 31
cdef int64_t _BELOW = (1 << 32) - 1
# How many times more numbers there are in the longer row when it is bisected and not read.
cdef Py_ssize_t _BISECTED = 16


cdef Py_ssize_t first_from(const int64_t[::1] row, Py_ssize_t at, int64_t wanted):
    """The first place from another on with a number that is not smaller."""
    cdef Py_ssize_t step = 1, end = row.shape[0], low = at, high = at, middle
    while high < end and row[high] < wanted:
        low = high + 1
        high += step
        step *= 2
    high = min(high, end)
    while low < high:
        middle = (low + high) >> 1
        if row[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


cdef _bisected(const int64_t[::1] few, const int64_t[::1] many):
    """Where a few numbers stand among many, and which of the few."""
    cdef Py_ssize_t nth, at = 0, made = 0
    there, here = empty((2, few.shape[0]), "q")
    cdef int64_t[::1] in_many = there, in_few = here
    for nth in range(few.shape[0]):
        at = first_from(many, at, few[nth])
        if at < many.shape[0] and many[at] == few[nth]:
            in_many[made] = at
            in_few[made] = nth
            made += 1
    return there[:made], here[:made]


def rows_in(some, among, Py_ssize_t size):
    """See `lookup.rows_in`."""
    cdef const int64_t[::1] own = ascontiguousarray(some, "q")
    cdef const int64_t[::1] other = ascontiguousarray(among, "q")
    if own.shape[0] * _BISECTED <= other.shape[0]:
        return _bisected(own, other)
    if other.shape[0] * _BISECTED <= own.shape[0]:
        return _bisected(other, own)[::-1]
    cdef int32_t[::1] table = empty(size, "i")
    cdef Py_ssize_t nth, made = 0
    cdef int32_t last = other.shape[0], at
    # One more is written than counts, as nobody can foretell which do.
    there, here = empty((2, min(own.shape[0], other.shape[0]) + 1), "q")
    cdef int64_t[::1] in_other = there, in_own = here
    for nth in range(other.shape[0]):
        table[other[nth]] = nth
    for nth in range(own.shape[0]):
        # What the table tells is held against what it was told, so it need not be empty.
        at = table[own[nth]]
        at = at if 0 <= at < last else 0
        in_other[made] = at
        in_own[made] = nth
        made += other[at] == own[nth]
    return there[:made], here[:made]


def in_both(some, others):
    """See `lookup.in_both`."""
    cdef const int64_t[::1] first = ascontiguousarray(some, "q")
    cdef const int64_t[::1] second = ascontiguousarray(others, "q")
    cdef Py_ssize_t nth = 0, at = 0, made = 0
    cdef int64_t one, another
    if first.shape[0] * _BISECTED < second.shape[0]:
        return some[_bisected(first, second)[1]]
    if second.shape[0] * _BISECTED < first.shape[0]:
        return others[_bisected(second, first)[1]]
    found = empty(min(first.shape[0], second.shape[0]) + 1, "q")
    cdef int64_t[::1] out = found
    while nth < first.shape[0] and at < second.shape[0]:
        one, another = first[nth], second[at]
        out[made] = one
        made += one == another
        nth += one <= another
        at += one >= another
    return found[:made]


def in_any(parts, Py_ssize_t size):
    """See `lookup.in_any`."""
    cdef int32_t[::1] table = zeros(size, "i")
    cdef const int64_t[::1] rows
    cdef Py_ssize_t nth, made = 0
    cdef int32_t is_in
    cdef int64_t[::1] out
    held = [ascontiguousarray(part, "q") for part in parts]
    for rows in held:
        for nth in range(rows.shape[0]):
            table[rows[nth]] = 1
    for nth in range(size):
        made += table[nth]
    found = empty(made + 1, "q")
    out = found
    made = 0
    for nth in range(size):
        is_in = table[nth]
        out[made] = nth
        table[nth] = made
        made += is_in
    places = []
    for rows in held:
        at = empty(rows.shape[0], "q")
        out = at
        for nth in range(rows.shape[0]):
            out[nth] = table[rows[nth]]
        places.append(at)
    return found[:made], places


def _joined(parts, bases):
    """See `lookup._joined`."""
    cdef Py_ssize_t total = 0, titled_total = 0, nth, start = 0, title_start = 0
    cdef int64_t base
    for documents, _, titled, _ in parts:
        total += len(documents)
        titled_total += len(titled)
    columns = empty((2, total), "q")
    of_titles = empty((2, titled_total), "q")
    cdef int64_t[:, ::1] out = columns, out_titles = of_titles
    cdef const int64_t[::1] rows, counts, places, some
    for (documents, frequencies, titled, titles), base in zip(parts, bases, strict=True):
        rows, counts = ascontiguousarray(documents, "q"), ascontiguousarray(frequencies, "q")
        places, some = ascontiguousarray(titled, "q"), ascontiguousarray(titles, "q")
        for nth in range(rows.shape[0]):
            out[0, start + nth] = rows[nth] + base
            out[1, start + nth] = counts[nth]
        for nth in range(places.shape[0]):
            out_titles[0, title_start + nth] = places[nth] + start
            out_titles[1, title_start + nth] = some[nth]
        start += rows.shape[0]
        title_start += places.shape[0]
    return columns[0], columns[1], of_titles[0], of_titles[1]


def _summed(documents, frequencies, titles, Py_ssize_t size):
    """See `lookup._summed`."""
    cdef const int64_t[::1] rows = ascontiguousarray(documents, "q")
    cdef const int64_t[::1] counts = ascontiguousarray(frequencies, "q")
    cdef const int64_t[::1] in_title = ascontiguousarray(titles, "q")
    # For each document those in titles above, and all below.
    cdef int64_t[::1] table = zeros(size, "q")
    cdef Py_ssize_t nth, made = 0, titled = 0
    cdef int64_t value
    for nth in range(rows.shape[0]):
        table[rows[nth]] += counts[nth] + (in_title[nth] << _SHIFT)
    # One more is written than counts, as nobody can foretell which do.
    columns = empty((4, min(rows.shape[0], size) + 1), "q")
    cdef int64_t[:, ::1] out = columns
    for nth in range(size):
        value = table[nth]
        out[0, made] = nth
        out[1, made] = value & _BELOW
        out[2, titled] = made
        out[3, titled] = value >> _SHIFT
        made += value != 0
        titled += value > _BELOW
    return columns[0, :made], columns[1, :made], columns[2, :titled], columns[3, :titled]


def _counted(const int64_t[::1] keys):
    """See `lookup._counted`."""
    cdef Py_ssize_t nth, made = 0, titled_made = 0
    cdef int64_t before = -1
    for nth in range(keys.shape[0]):
        made += keys[nth] >> _SHIFT != before
        before = keys[nth] >> _SHIFT
    columns = empty((4, made), "q")
    cdef int64_t[:, ::1] out = columns
    made, before = -1, -1
    for nth in range(keys.shape[0]):
        if keys[nth] >> _SHIFT != before:
            before = keys[nth] >> _SHIFT
            made += 1
            out[0, made] = before
            out[1, made] = 0
        out[1, made] += 1
        if not keys[nth] & _BODY:
            if not titled_made or out[2, titled_made - 1] != made:
                out[2, titled_made] = made
                out[3, titled_made] = 0
                titled_made += 1
            out[3, titled_made - 1] += 1
    return columns[0], columns[1], columns[2, :titled_made], columns[3, :titled_made]
