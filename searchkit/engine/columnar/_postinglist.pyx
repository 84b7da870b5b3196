# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""One posting list, compiled.

Nothing checks each number that is read: that all rows lie within the bytes is made sure of once,
when a list is opened, and what comes from elsewhere is checked where it comes in.
"""

from libc.stdint cimport int64_t, uint8_t

from numpy import ascontiguousarray, empty, zeros

from searchkit.engine.damage import DamageError

cdef int64_t _BODY = 1 << 31
cdef int _SHIFT = 32
cdef int64_t[8] _BITS = [0, 1, 2, 4, 8, 16, 32, -1]


cdef int64_t holding(int64_t largest) noexcept:
    """The least of the sizes that a number fits in, in bits."""
    cdef int64_t bits = 0
    while largest >> bits:
        bits = bits * 2 if bits else 1
    return bits


cdef inline int64_t number(const uint8_t[::1] data, Py_ssize_t at, int64_t bits, Py_ssize_t nth):
    """One number of a row that begins at a byte."""
    if bits == 8:
        return data[at + nth]
    if bits < 8:
        return (data[at + (nth * bits >> 3)] >> (nth * bits & 7)) & ((1 << bits) - 1)
    if bits == 16:
        at += 2 * nth
        return data[at] | <int64_t>data[at + 1] << 8
    at += 4 * nth
    return (
        data[at]
        | <int64_t>data[at + 1] << 8
        | <int64_t>data[at + 2] << 16
        | <int64_t>data[at + 3] << 24
    )


cdef void fill(
    int64_t[::1] out, const uint8_t[::1] data, Py_ssize_t at, Py_ssize_t count, int64_t bits
) noexcept:
    """A whole row, into another that is as long."""
    cdef Py_ssize_t nth
    cdef int64_t mask = (1 << bits) - 1
    cdef int together = 3 if bits == 1 else 2 if bits == 2 else 1
    cdef int within = (1 << together) - 1
    if bits == 0:
        for nth in range(count):
            out[nth] = 0
    elif bits == 8:
        for nth in range(count):
            out[nth] = data[at + nth]
    elif bits < 8:
        for nth in range(count):
            out[nth] = data[at + (nth >> together)] >> (nth & within) * bits & mask
    elif bits == 16:
        for nth in range(count):
            out[nth] = data[at + 2 * nth] | <int64_t>data[at + 2 * nth + 1] << 8
    else:
        for nth in range(count):
            out[nth] = number(data, at, 32, nth)


cdef read(const uint8_t[::1] data, Py_ssize_t at, Py_ssize_t count, int64_t bits):
    """A whole row."""
    found = empty(count, "q")
    fill(found, data, at, count, bits)
    return found


cdef class PostingList:
    """See `postinglist.PostingList`."""

    cdef const uint8_t[::1] _data
    cdef readonly Py_ssize_t size
    cdef Py_ssize_t _occurrences, _titled, _forms, _exceptions
    cdef int64_t _gaps, _gaps_above, _further, _high, _above
    # Where the rows begin: those that `postinglist` names, in that order.
    cdef Py_ssize_t[11] _at
    cdef object _documents, _frequencies

    def __init__(self, data):
        cdef const uint8_t[::1] own = data
        cdef int64_t[6] counts = [1, 0, 0, 0, 0, 0]
        cdef int64_t flags, width, end = 2
        cdef int nth, told = 0
        if own.shape[0] < end:
            raise DamageError("no posting list")
        flags = own[0] | own[1] << 8
        width = _BITS[flags >> 11 & 7]
        if flags >> 14:
            told = 6
        elif width:
            told = 4
        if width < 0 or end + (told * width + 7 >> 3) > own.shape[0]:
            raise DamageError("no posting list")
        for nth in range(told):
            counts[nth] = number(own, end, width, nth) if width else 0
        self._gaps, self._gaps_above = _BITS[flags & 7], _BITS[flags >> 3 & 3]
        self._further, self._high = _BITS[flags >> 5 & 7], _BITS[flags >> 8 & 7]
        self._above = counts[5]
        if min(self._gaps, self._further, self._high) < 0 or self._above != _size(counts[5]):
            raise DamageError("no posting list")
        if counts[4] and not self._above:
            raise DamageError("no posting list")
        self._data = own
        self.size = counts[0]
        self._occurrences = counts[0] + counts[1]
        self._titled, self._forms, self._exceptions = counts[2], counts[3], counts[4]
        cdef int64_t[11] bits = [
            told * width,
            self.size * self._gaps,
            self.size * self._gaps_above,
            self.size * self._further,
            self._titled * holding(self.size),
            self._titled * self._further,
            self._occurrences * 8,
            self._occurrences * self._high,
            self._exceptions * holding(self._occurrences),
            self._exceptions * self._above,
            self._occurrences * holding(self._forms),
        ]
        for nth in range(11):
            end += bits[nth] + 7 >> 3
            self._at[nth] = end
        if end + 4 * self._forms != own.shape[0]:
            raise DamageError("a posting list of another length")

    @property
    def documents(self):
        """See `postinglist.PostingList.documents`."""
        if self._documents is None:
            self._documents = empty(self.size, "q")
            self.fill_documents(self._documents)
        return self._documents

    cdef int fill_documents(self, int64_t[::1] out) except -1:
        cdef Py_ssize_t nth
        cdef int64_t document = -1
        cdef int64_t[::1] above
        fill(out, self._data, self._at[0], self.size, self._gaps)
        if self._gaps_above:
            above = read(self._data, self._at[1], self.size, self._gaps_above)
            for nth in range(self.size):
                out[nth] += above[nth] << self._gaps
        for nth in range(self.size):
            document += out[nth] + 1
            out[nth] = document
        return 0

    @property
    def frequencies(self):
        """See `postinglist.PostingList.frequencies`."""
        if self._frequencies is None:
            self._frequencies = empty(self.size, "q")
            self.fill_frequencies(self._frequencies)
        return self._frequencies

    cdef int fill_frequencies(self, int64_t[::1] out) except -1:
        cdef Py_ssize_t nth
        fill(out, self._data, self._at[2], self.size, self._further)
        for nth in range(self.size):
            out[nth] += 1
        return 0

    @property
    def titles(self):
        """See `postinglist.PostingList.titles`."""
        cdef Py_ssize_t nth
        at = read(self._data, self._at[3], self._titled, holding(self.size))
        found = read(self._data, self._at[4], self._titled, self._further)
        cdef int64_t[::1] out = found
        for nth in range(self._titled):
            out[nth] += 1
        return at, found

    cdef int fill_titles(self, int64_t[::1] out) except -1:
        """For each posting how many of its occurrences are in the title."""
        cdef Py_ssize_t nth
        cdef int64_t bits = holding(self.size), place
        for nth in range(self.size):
            out[nth] = 0
        for nth in range(self._titled):
            place = number(self._data, self._at[3], bits, nth)
            if place >= self.size:
                raise IndexError(place)
            out[place] = 1
            if self._further:
                out[place] += number(self._data, self._at[4], self._further, nth)
        return 0

    @property
    def words(self):
        """See `postinglist.PostingList.words`."""
        return read(self._data, self._at[10], self._forms, 32)

    def keys(self, at=None, words=None):
        """See `postinglist.PostingList.keys`."""
        cdef const uint8_t[::1] data = self._data
        cdef const int64_t[::1] documents = self.documents, frequencies = self.frequencies
        titled_of, titles_of = self.titles
        cdef const int64_t[::1] titled = titled_of, titles = titles_of
        cdef const int64_t[::1] large_at = read(
            data, self._at[7], self._exceptions, holding(self._occurrences)
        )
        cdef bint every = at is None
        cdef const int64_t[::1] chosen = None if every else ascontiguousarray(at, "q")
        cdef const uint8_t[::1] wanted = None if words is None else self._wanted(words)
        cdef int64_t form_bits = holding(self._forms)
        cdef Py_ssize_t count = self.size if every else chosen.shape[0]
        cdef Py_ssize_t nth, posting, before = -1, total = 0
        for nth in range(count):
            posting = nth if every else chosen[nth]
            if not before < posting < self.size:
                raise IndexError(posting)
            before = posting
            total += frequencies[posting]
        # One more is written than counts.
        found = empty(total + 1, "q")
        cdef int64_t[::1] out = found
        # What is read next: a posting, the first occurrence in it, a posting with titles, a large
        # position; and how many keys there are so far.
        cdef Py_ssize_t passed = 0, first = 0, title = 0, large = 0, made = 0, occurrence
        cdef Py_ssize_t low_at = self._at[5], high_at = self._at[6]
        cdef Py_ssize_t in_title, next_large
        cdef int64_t high_bits = self._high, key, base, form
        for nth in range(count):
            posting = nth if every else chosen[nth]
            while passed < posting:
                first += frequencies[passed]
                passed += 1
            while title < titled.shape[0] and titled[title] < posting:
                title += 1
            in_title = first
            if title < titled.shape[0] and titled[title] == posting:
                in_title += titles[title]
            while large < large_at.shape[0] and large_at[large] < first:
                large += 1
            next_large = large_at[large] if large < large_at.shape[0] else self._occurrences
            base = documents[posting] << _SHIFT
            if first + frequencies[posting] > self._occurrences:
                raise DamageError("a posting list of more occurrences than it tells")
            for occurrence in range(first, first + frequencies[posting]):
                key = base + data[low_at + occurrence]
                if high_bits:
                    key += number(data, high_at, high_bits, occurrence) << 8
                if occurrence >= in_title:
                    key += _BODY
                if occurrence == next_large:
                    key += number(data, self._at[8], self._above, large) << (high_bits + 8)
                    large += 1
                    next_large = large_at[large] if large < large_at.shape[0] else self._occurrences
                out[made] = key
                if wanted is None:
                    made += 1
                    continue
                form = number(data, self._at[9], form_bits, occurrence)
                if form >= self._forms:
                    raise DamageError("a word that a posting list does not tell")
                made += wanted[form]
        return found[:made]

    cdef _wanted(self, words):
        """For each of its words whether it is among some."""
        if not self._forms:
            raise DamageError("a posting list that tells no words apart")
        cdef const int64_t[::1] own = self.words, some = ascontiguousarray(words, "q")
        cdef Py_ssize_t form, nth
        found = zeros(self._forms, "B")
        cdef uint8_t[::1] out = found
        for form in range(own.shape[0]):
            for nth in range(some.shape[0]):
                if own[form] == some[nth]:
                    out[form] = 1
        return found


cdef int64_t _size(int64_t bits) noexcept:
    """The same if it is a size that numbers have, and another if not."""
    cdef int nth
    for nth in range(7):
        if _BITS[nth] == bits:
            return bits
    return -1


def postings(data, starts, ends):
    """See `postinglist.postings`."""
    cdef const int64_t[::1] begin = starts, end = ends
    cdef Py_ssize_t nth, total = 0, at = 0
    cdef PostingList one
    lists = [PostingList(data[begin[nth] : end[nth]]) for nth in range(begin.shape[0])]
    for one in lists:
        total += one.size
    found = empty((3, total), "q")
    cdef int64_t[:, ::1] out = found
    for one in lists:
        one.fill_documents(out[0, at : at + one.size])
        one.fill_frequencies(out[1, at : at + one.size])
        one.fill_titles(out[2, at : at + one.size])
        at += one.size
    return found[0], found[1], found[2]
