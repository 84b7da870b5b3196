# cython: language_level=3, boundscheck=True, wraparound=False, cdivision=True
"""The loop of `sketch`, compiled."""

from libc.stdint cimport uint32_t, uint64_t

from zlib import crc32

from numpy import empty

cdef enum:
    #: What a checksum begins with, and is turned over with at its end.
    ONES = 0xFFFFFFFF

cdef uint32_t[256] _TABLE = [crc32(bytes([byte ^ 0xFF])) ^ 0xFF000000 for byte in range(256)]


cdef inline uint32_t _byte(uint32_t checksum, uint32_t byte) noexcept:
    return _TABLE[(checksum ^ byte) & 0xFF] ^ (checksum >> 8)


cdef inline uint32_t _char(uint32_t checksum, uint32_t char) noexcept:
    """The checksum with the UTF-8 of a character added."""
    if char < 0x80:
        return _byte(checksum, char)
    if char < 0x800:
        checksum = _byte(checksum, 0xC0 | char >> 6)
    else:
        if char < 0x10000:
            checksum = _byte(checksum, 0xE0 | char >> 12)
        else:
            checksum = _byte(checksum, 0xF0 | char >> 18)
            checksum = _byte(checksum, 0x80 | char >> 12 & 0x3F)
        checksum = _byte(checksum, 0x80 | char >> 6 & 0x3F)
    return _byte(checksum, 0x80 | char & 0x3F)


cdef inline bint _is_cjk(uint32_t char) noexcept:
    return char >= 0x3005 and (
        0x3400 <= char <= 0x4DBF
        or 0x4E00 <= char <= 0x9FFF
        or 0x3040 <= char <= 0x30FF
        or char == 0x3005
        or char == 0x3007
        or 0xF900 <= char <= 0xFAFF
        or 0x20000 <= char <= 0x3FFFF
    )


def hashes(texts):
    """See `sketch.hashes`."""
    cdef uint64_t number = 0
    cdef Py_ssize_t found = 0, length
    cdef uint32_t word, pair
    cdef Py_UCS4 char, last = 0
    cdef bint cjk, inside, follows
    cdef str text
    # At most one word for each character, and one pair for each word.
    made = empty(2 * sum(map(len, texts)), "Q")
    cdef uint64_t[::1] out = made
    for text in texts:
        word = pair = ONES
        length = 0
        follows = False
        for char in f"{text} ":
            cjk = _is_cjk(char)
            inside = cjk or char.isalnum()
            if length and (not inside or cjk or _is_cjk(last)):
                if length > 1 or last < 0x3000:
                    out[found] = number | (word ^ <uint32_t>ONES)
                    found += 1
                if follows:
                    out[found] = number | (pair ^ <uint32_t>ONES)
                    found += 1
                pair = _byte(word, 0x20)
                word = ONES
                length = 0
                follows = True
            if inside:
                word = _char(word, char)
                pair = _char(pair, char)
                length += 1
                last = char
        number += <uint64_t>1 << 32
    return made[:found]
