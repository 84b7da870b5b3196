# cython: language_level=3, boundscheck=True, wraparound=False, cdivision=True
"""The loops of `build`, compiled."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t

from numpy import empty, zeros

from searchkit.engine.columnar.pairs import LEAST
from searchkit.engine.columnar.postings import Lists


def by_stem(const uint32_t[::1] words, root_of, of_pairs, bits):
    """See `build.by_stem`; the occurrences of each stem are counted, and put where they belong."""
    cdef const int64_t[::1] roots = root_of
    cdef const uint64_t[::1] pairs = of_pairs
    cdef Py_ssize_t at, stem
    cdef uint64_t shift = bits
    cdef uint32_t least = LEAST
    cdef int64_t here, total = 0
    stems = max(root_of.max(initial=-1), (of_pairs >> bits).max(initial=0)) + 1
    counts = zeros(stems, "q")
    cdef int64_t[::1] next_of = counts
    packed = empty(len(words), "u8")
    cdef uint64_t[::1] out = packed
    for at in range(words.shape[0]):
        if words[at] < least:
            next_of[roots[words[at]]] += 1
    for at in range(pairs.shape[0]):
        next_of[pairs[at] >> shift] += 1
    for stem in range(next_of.shape[0]):
        here = next_of[stem]
        next_of[stem] = total
        total += here
    for at in range(words.shape[0]):
        if words[at] < least:
            stem = roots[words[at]]
            out[next_of[stem]] = <uint64_t>stem << shift | <uint64_t>at
            next_of[stem] += 1
    for at in range(pairs.shape[0]):
        stem = pairs[at] >> shift
        out[next_of[stem]] = pairs[at]
        next_of[stem] += 1
    return packed


def lists(
    const uint64_t[::1] packed, bits, const uint32_t[::1] words, where, const int64_t[::1] number
):
    """See `build.lists`."""
    cdef const int32_t[::1] runs = where.runs
    cdef const int64_t[::1] document_of = where.documents
    cdef const int64_t[::1] first = where.first
    cdef const int64_t[::1] position_of = where.positions
    cdef const uint8_t[::1] is_title = where.titles.view("B")
    cdef Py_ssize_t nth, at, total = packed.shape[0], stems = -1, postings = -1
    cdef int shift = bits
    cdef int64_t last = number.shape[0] - 1
    cdef int32_t run, document = -1
    cdef uint64_t stem = 0, mask = (<uint64_t>1 << shift) - 1
    counts, positions = empty((2, total), "q")
    documents, frequencies, titles, chosen, run_of = empty((5, total), "i")
    cdef int64_t[::1] count_out = counts, position_out = positions
    cdef int32_t[::1] document_out = documents, frequency_out = frequencies
    cdef int32_t[::1] title_out = titles, word_out = chosen, run_at = run_of
    # By itself: the processor reads ahead where it has nothing to decide.
    for nth in range(total):
        at = packed[nth] & mask
        run_at[nth] = run = runs[at]
        position_out[nth] = at - first[run] + position_of[run]
        word_out[nth] = number[min(<int64_t>words[at], last)]
    for nth in range(total):
        run = run_at[nth]
        if stems < 0 or packed[nth] >> shift != stem:
            stem = packed[nth] >> shift
            stems += 1
            count_out[stems] = 0
            document = -1
        if document_of[run] != document:
            document = document_of[run]
            postings += 1
            count_out[stems] += 1
            document_out[postings] = document
            frequency_out[postings] = title_out[postings] = 0
        frequency_out[postings] += 1
        title_out[postings] += is_title[run]
    stems += 1
    postings += 1
    return Lists(
        counts[:stems],
        documents[:postings],
        frequencies[:postings],
        titles[:postings],
        positions,
        chosen,
    )
