"""How well and how fast sentences are cut, beside pySBD.

    python -m benchmarks.segmentation FILE…

Takes treebank text as JSON Lines (``text``, ``lang``, ``offsets``: the sentences' starts and ends)
and sets of golden rules as JSON (``{name: [{"text", "sentences"}]}``). Counted are the boundaries
between sentences of one paragraph.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from searchkit.text import sentences

ROUNDS = 5
Cut = Callable[[str], Iterable[int]]


def ours(paragraph: str) -> list[int]:
    """Ends of the sentences that the product finds."""
    return [span.end for span in sentences(paragraph)]


def paragraphs(record: dict[str, object]) -> Iterable[tuple[str, set[int]]]:
    """Each paragraph of a treebank text, and the ends of the sentences within it."""
    text, offsets = str(record["text"]), record["offsets"]
    assert isinstance(offsets, list)
    at = 0
    for line in text.split("\n"):
        ends = {end - at for _, end in offsets if at < end < at + len(line.rstrip())}
        if line.strip():
            yield line, ends
        at += len(line) + 1


def score(path: Path) -> None:
    """Print precision, recall and F1 over a treebank, and speed beside pySBD's."""
    records = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    pairs = [pair for record in records for pair in paragraphs(record)]
    right = found = wanted = 0
    for line, gold in pairs:
        mine = {end for end in ours(line) if end < len(line.rstrip())}
        right += len(mine & gold)
        found += len(mine)
        wanted += len(gold)
    precision, recall = right / max(1, found), right / max(1, wanted)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    print(f"{path.name}: precision {precision:.4f} recall {recall:.4f} F1 {f1:.4f} ({wanted} cuts)")
    race(str(records[0]["lang"]), [line for line, _ in pairs])


def race(language: str, lines: Sequence[str]) -> None:
    """Print how many times pySBD's speed we reach, as the median of pairs of rounds."""
    import pysbd

    peer = pysbd.Segmenter(language=language, clean=False)
    ratios = []
    for _ in range(ROUNDS):
        theirs = _timed(lambda: [peer.segment(line) for line in lines])
        mine = _timed(lambda: [ours(line) for line in lines])
        ratios.append(theirs / mine)
    spread = f"{min(ratios):.1f} to {max(ratios):.1f}"
    print(f"  {statistics.median(ratios):.1f} times pySBD's speed ({spread}, {ROUNDS} rounds)")


def golden(path: Path) -> None:
    """Print how many golden rules are kept, by set."""
    for name, cases in json.loads(path.read_text("utf-8")).items():
        if not name.startswith(("GOLDEN_EN", "GOLDEN_ZH", "GOLDEN_JA")):
            continue
        kept = 0
        for case in cases:
            text = case["text"]
            mine = [text[s.start : s.end] for s in sentences(text)]
            kept += mine == case["sentences"]
            if mine != case["sentences"]:
                print(f"  differs: {mine}")
        print(f"{name}: {kept} of {len(cases)}")


def growth() -> None:
    """Print the time for 1 MB paragraphs of awkward characters, and for a quarter of that."""
    for piece in ("a", ".", "!", '"', "(", "a. ", "。", "「", "1. ", "; ", "A.B. ", "，但", " . "):
        small, large = (piece * (size // len(piece)) for size in (1 << 18, 1 << 20))
        before, after = _timed(lambda s=small: ours(s)), _timed(lambda s=large: ours(s))
        print(f"  1 MB of {piece!r}: {after:.2f} s, {after / before:.1f} times a quarter of it")


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        if argument.endswith(".jsonl"):
            score(Path(argument))
        else:
            golden(Path(argument))
    growth()
