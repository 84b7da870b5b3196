"""How many changed figures are found as conflicts, and how many rewordings are taken for one.

    python -m benchmarks.conflicts FILE.jsonl...

Every sentence that gives a figure stands in one article as it is, and in another one changed: the
leading digit of a figure exchanged; or 10, 20 and 30 % of its words replaced while the figures
stay. Left out are dates, and headings of fewer than five words. All sentences of a language are
compared in one run, so that pairs of different sentences count as false too.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.anchoring import Text, read
from benchmarks.edits import WORD
from searchkit.figures import facts
from searchkit.matching import conflicts, statement

SEED = 2024
ROUNDS = 10
_FEWEST = 5


def sentences(texts: Sequence[Text]) -> Iterator[str]:
    """The claims that give a figure in digits, each once."""
    found = dict.fromkeys(text.text[s.start : s.end] for text in texts for s in text.claims)
    return (one for one in found if figures(one) and len(WORD.findall(one)) >= _FEWEST)


def figures(sentence: str) -> list[int]:
    """Where the figures in digits begin."""
    starts = (fact.span.start for fact in facts(sentence) if fact.kind == "figure")
    return [start for start in starts if sentence[start] in "123456789"]


def other_figure(sentence: str, rng: random.Random) -> str:
    """The leading digit of a figure exchanged for another one."""
    at = rng.choice(figures(sentence))
    digits = [d for d in "123456789" if d != sentence[at]]
    return sentence[:at] + rng.choice(digits) + sentence[at + 1 :]


def reworded(share: float, vocabulary: Sequence[str]) -> Callable[[str, random.Random], str]:
    """Some words exchanged; figures, dates, names and negations stay."""

    def change(sentence: str, rng: random.Random) -> str:
        kept = {at for fact in facts(sentence) for at in range(*fact.span)}
        places = [m for m in WORD.finditer(sentence) if m.start() not in kept]
        chosen = rng.sample(places, min(len(places), max(1, round(share * len(places)))))
        for match in sorted(chosen, key=lambda m: -m.start()):
            word = rng.choice(vocabulary)
            sentence = sentence[: match.start()] + word + sentence[match.end() :]
        return sentence

    return change


def main() -> None:
    """Print the figures for the files given."""
    for language, texts in sorted(read([Path(name) for name in sys.argv[1:]]).items()):
        known = list(sentences(texts))
        plain = [word for text in texts for word in WORD.findall(text.text) if word.islower()]
        vocabulary = plain or [w for text in texts for w in WORD.findall(text.text)]
        edits = {
            "another figure": other_figure,
            **{f"{n} % reworded": reworded(n / 100, vocabulary) for n in (10, 20, 30)},
        }
        for name, edit in edits.items():
            own = others = 0
            for number in range(ROUNDS):
                pairs = in_conflict(known, edit, random.Random(SEED + number))
                own += sum(one == other for one, other in pairs)
                others += sum(one != other for one, other in pairs)
            total = ROUNDS * len(known)
            print(
                f"{language} {name:14} {total} pairs: {own} in conflict"
                f" ({100 * own / total:.2f} %), {others} of different sentences"
            )


def in_conflict(
    known: Sequence[str], edit: Callable[[str, random.Random], str], rng: random.Random
) -> set[tuple[str, str]]:
    """The numbers of the sentences that are found to contradict one another."""
    made = []
    for at, sentence in enumerate(known):
        made.append(statement(f"a{at}", str(at), sentence))
        made.append(statement(f"b{at}", str(at), edit(sentence, rng)))
    found = conflicts([one for one in made if one])
    return {(conflict.one.claim, conflict.other.claim) for conflict in found}


if __name__ == "__main__":
    main()
