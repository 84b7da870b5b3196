"""Which articles are voices of their own: copies of one wire text and one outlet count once."""

from __future__ import annotations

from collections.abc import Sequence

from searchkit.identity import SIMILAR, canonical_link, similarity, sketches
from searchkit.model import Article


def independent(articles: Sequence[Article]) -> list[list[int]]:
    """Group articles that cannot be taken for independent of one another.

    Two are of one group when they name an outlet or a link in common, or when their texts are
    alike: whoever prints an agency's words adds nothing to them. Articles without an outlet are
    told apart by their texts alone.

    Returns:
        Groups of indices into `articles`, each in order, by their first member.
    """
    drawn = sketches([article.text for article in articles])
    names = [
        {outlet.casefold() for outlet in article.outlets} | set(map(canonical_link, article.links))
        for article in articles
    ]
    group = list(range(len(articles)))
    for one in range(len(articles)):
        for other in range(one):
            alike = similarity(drawn[one], drawn[other]) >= SIMILAR
            if not names[one].isdisjoint(names[other]) or alike:
                joined, left = sorted((group[one], group[other]))
                group = [joined if number == left else number for number in group]
    return [
        [at for at, number in enumerate(group) if number == first] for first in sorted(set(group))
    ]
