"""Edits as they happen to articles, on text whose claims are known, so that the truth is known."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from attrs import define, evolve, frozen

#: How much of an article one edit touches.
SHARE = 0.25
#: One word, or one ideograph.
WORD = re.compile(r"[\u3400-\u9fff\u3040-\u30ff]|[^\W\d_][\w'’-]*")
_FIGURE = re.compile(r"\d")
_NEGATIONS = {"en": "not", "zh": "不", "ja": "ない"}
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|will|would|can|could|has|have|had|should|may)\b(?!['’])"
)
_STOPS = {"en": ". ", "zh": "。", "ja": "。"}
_JOINTS = {"en": ", and ", "zh": "，而且", "ja": "、そして"}


@frozen
class Piece:
    """A stretch of an article."""

    text: str
    #: The claims whose words these are, by their index; none for what stands between them.
    claims: tuple[int, ...] = ()
    #: Whether its words are other words than were judged.
    edited: bool = False


@define
class Trial:
    """What an edit can draw on."""

    rng: random.Random
    language: str
    #: Claims and words of other articles.
    strangers: Sequence[str]
    vocabulary: Sequence[str]

    def some(self, pieces: Sequence[Piece]) -> list[int]:
        """The places of a random share of the claims."""
        places = [at for at, piece in enumerate(pieces) if piece.claims]
        return sorted(self.rng.sample(places, max(1, round(SHARE * len(places)))))


Edit = Callable[[list[Piece], Trial], list[Piece]]


def _each(change: Callable[[str, Trial], str | None]) -> Edit:
    """An edit that changes the words of some claims, each by itself."""

    def edit(pieces: list[Piece], trial: Trial) -> list[Piece]:
        for at in trial.some(pieces):
            text = change(pieces[at].text, trial)
            if text and text != pieces[at].text:
                pieces[at] = evolve(pieces[at], text=text, edited=True)
        return pieces

    return edit


def _typo(text: str, trial: Trial) -> str:
    at = trial.rng.randrange(max(1, len(text) - 2))
    return text[:at] + text[at : at + 2][::-1] + text[at + 2 :]


def _reworded(share: float) -> Edit:
    def change(text: str, trial: Trial) -> str:
        found = list(WORD.finditer(text))
        chosen = trial.rng.sample(found, round(share * len(found)))
        for match in sorted(chosen, key=lambda m: -m.start()):
            word = trial.rng.choice(trial.vocabulary)
            text = text[: match.start()] + word + text[match.end() :]
        return text

    return _each(change)


def _figure(text: str, trial: Trial) -> str | None:
    figures = list(_FIGURE.finditer(text))
    if not figures:
        return None
    at = trial.rng.choice(figures).start()
    return text[:at] + str((int(text[at]) + trial.rng.randint(1, 8)) % 10) + text[at + 1 :]


def _negated(text: str, trial: Trial) -> str | None:
    word = _NEGATIONS[trial.language]
    if trial.language == "en":
        found = _AUXILIARY.search(text)
        return f"{text[: found.end()]} {word}{text[found.end() :]}" if found else None
    # Not into a negation that is there: half of one and half of another are none.
    there = [range(m.start() + 1, m.end()) for m in re.finditer(word, text)]
    places = [m.end() for m in WORD.finditer(text) if not any(m.end() in r for r in there)]
    at = trial.rng.choice(places) if places else None
    return None if at is None else text[:at] + word + text[at:]


def _spaces_and_quotes(pieces: list[Piece], _: Trial) -> list[Piece]:
    table = str.maketrans({"'": "’", "’": "'", "“": '"', "”": '"', "–": "-", " ": "\u00a0"})
    for at, piece in enumerate(pieces):
        pieces[at] = evolve(piece, text=piece.text.translate(table))
    return pieces


def _inserted(pieces: list[Piece], trial: Trial) -> list[Piece]:
    between = " " if trial.language == "en" else ""
    for at in reversed(trial.some(pieces)):
        pieces.insert(at, Piece(trial.rng.choice(trial.strangers) + between))
    return pieces


def _deleted(pieces: list[Piece], trial: Trial) -> list[Piece]:
    for at in reversed(trial.some(pieces)):
        del pieces[at : at + 1]
    return pieces


def _reordered(pieces: list[Piece], trial: Trial) -> list[Piece]:
    places = trial.some(pieces)
    moved = places[:]
    trial.rng.shuffle(moved)
    before = list(pieces)
    for to, origin in zip(places, moved, strict=True):
        pieces[to] = before[origin]
    return pieces


def _duplicated(pieces: list[Piece], trial: Trial) -> list[Piece]:
    for at in trial.some(pieces):
        pieces.append(Piece(" " if trial.language == "en" else ""))
        pieces.append(pieces[at])
    return pieces


def _merged(pieces: list[Piece], trial: Trial) -> list[Piece]:
    for at in reversed(trial.some(pieces)):
        follows = at + 2 < len(pieces) and pieces[at + 2].claims and "\n" not in pieces[at + 1].text
        if follows and not pieces[at + 2].edited and not pieces[at].edited:
            first = pieces[at].text.rstrip(".。 ")
            pieces[at] = evolve(pieces[at], text=first, edited=first != pieces[at].text)
            pieces[at + 1] = Piece(_JOINTS[trial.language])
            second = pieces[at + 2].text
            pieces[at + 2] = evolve(pieces[at + 2], text=second[:1].lower() + second[1:])
    return pieces


def _split(text: str, trial: Trial) -> str | None:
    if trial.language == "en":
        places = [m.start() for m in re.finditer(" ", text)]
        inner = [at for at in places if 0.3 * len(text) < at < 0.7 * len(text)]
        if not inner:
            return None
        at = trial.rng.choice(inner)
        rest = text[at + 1 :]
    else:
        if len(text) < 8:
            return None
        at = trial.rng.randint(int(0.3 * len(text)), int(0.7 * len(text)))
        rest = text[at:]
    return text[:at].rstrip(",，、") + _STOPS[trial.language] + rest[:1].upper() + rest[1:]


def _exchanged(pieces: list[Piece], trial: Trial) -> list[Piece]:
    for at in trial.some(pieces):
        pieces[at] = Piece(trial.rng.choice(trial.strangers))
    return pieces


def _replaced(pieces: list[Piece], trial: Trial) -> list[Piece]:
    return [Piece(trial.rng.choice(trial.strangers)) if p.claims else p for p in pieces]


EDITS: dict[str, Edit] = {
    "quotes and spaces": _spaces_and_quotes,
    "typo": _each(_typo),
    "10 % reworded": _reworded(0.1),
    "20 % reworded": _reworded(0.2),
    "30 % reworded": _reworded(0.3),
    "50 % reworded": _reworded(0.5),
    "inserted": _inserted,
    "deleted": _deleted,
    "reordered": _reordered,
    "duplicated": _duplicated,
    "merged": _merged,
    "split": _each(_split),
    "figure changed": _each(_figure),
    "negated": _each(_negated),
    "claim exchanged": _exchanged,
    "article replaced": _replaced,
}
