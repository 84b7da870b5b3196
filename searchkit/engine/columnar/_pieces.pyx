# cython: language_level=3, boundscheck=True, wraparound=False, cdivision=True
"""The loops of `pieces`, compiled."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint64_t
from libc.string cimport memcpy

from os import urandom

from numpy import array, ascontiguousarray, empty, zeros

cdef enum:
    SHORT = 16


cdef class Pieces:
    """See `pieces.Pieces`; all pieces are in a table of hashes with open addresses."""

    cdef object _met
    cdef Py_ssize_t _known
    #: Of each slot the first and last eight bytes of a piece, 0 where there is none, and its number.
    cdef uint64_t[::1] _low, _high
    cdef int32_t[::1] _number
    #: Bits that a hash is shifted by to be a slot.
    cdef int _shift
    #: What a hash is made with. Nobody knows what pieces come into the same slot.
    cdef uint64_t _mix_low, _mix_high
    #: By how many bytes of eight belong to a piece, these.
    cdef uint64_t[::1] _masks

    def __init__(self, met):
        self._met = met
        self._known = 0
        self._mix_low, self._mix_high = (
            int.from_bytes(urandom(8), "little") | 1 for _ in range(2)
        )
        self._masks = array([b"\xff" * size for size in range(9)], "S8").view("u8")
        self._make(12)

    cdef _make(self, int bits):
        self._shift = 64 - bits
        self._low = zeros(1 << bits, "u8")
        self._high = zeros(1 << bits, "u8")
        self._number = empty(1 << bits, "i")

    cdef Py_ssize_t _slot(self, uint64_t low, uint64_t high):
        """Where a piece is, or may be put."""
        cdef Py_ssize_t slot, slots = self._low.shape[0]
        slot = (low * self._mix_low + high * self._mix_high) >> self._shift
        while self._low[slot] and (self._low[slot] != low or self._high[slot] != high):
            slot += 1
            if slot == slots:
                slot = 0
        return slot

    cdef _grow(self):
        cdef uint64_t[::1] low = self._low, high = self._high
        cdef int32_t[::1] number = self._number
        cdef Py_ssize_t old, slot
        self._make(65 - self._shift)
        for old in range(low.shape[0]):
            if low[old]:
                slot = self._slot(low[old], high[old])
                self._low[slot] = low[old]
                self._high[slot] = high[old]
                self._number[slot] = number[old]

    def numbers(self, bytes text, starts, ends):
        """See `pieces.Pieces.numbers`."""
        cdef const uint8_t[::1] data = text
        cdef const int64_t[::1] begins = ascontiguousarray(starts, "q")
        cdef const int64_t[::1] until = ascontiguousarray(ends, "q")
        found = empty(len(begins), "q")
        cdef int64_t[::1] out = found
        cdef Py_ssize_t nth, slot, at, size
        cdef uint64_t low, high
        new = []
        for nth in range(begins.shape[0]):
            at = begins[nth]
            size = until[nth] - at
            if size > SHORT or 0xE4 <= data[at] <= 0xE9:
                out[nth] = 0
                continue
            if size <= 0 or at + SHORT > data.shape[0]:
                raise IndexError("no piece, or none that so much follows")
            memcpy(&low, &data[at], 8)
            memcpy(&high, &data[at + 8], 8)
            low &= self._masks[min(size, 8)]
            high &= self._masks[max(size - 8, 0)]
            slot = self._slot(low, high)
            if self._low[slot]:
                out[nth] = self._number[slot]
                continue
            new.append(text[at : at + size])
            self._known += 1
            self._low[slot] = low
            self._high[slot] = high
            self._number[slot] = out[nth] = self._known
            if 2 * self._known > self._low.shape[0]:
                self._grow()
        self._met(new)
        return found
