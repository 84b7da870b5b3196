"""Names of people, places, bodies and works."""

from __future__ import annotations

import re
from collections.abc import Iterator

from searchkit.figures.fact import Fact, words
from searchkit.model import Span

#: What begins sentences and is no name.
_STARTERS = frozenset(
    words("""
    a about according after all also although among an and another any are as at because been before
    both but by despite did do does during each even every few for from had has have he her
    here his how however i if in instead into is it its just last later like many meanwhile more
    most much my new no none nor not now of on once one only or other others our over she since so
    some still such than that the their them then there these they this those through to under
    until up was we were what when where whether which while who why will with within would yes
    yet you your""")
)
_CAPITALISED = r"[A-Z][\w’'-]*[\w]|[A-Z]{2,}|[A-Z](?=\.)"
_NAME = re.compile(
    rf"""
      (?P<acronym> (?<![\w.]) (?:[A-Z]\.){{2,}} )
    | (?P<latin> (?<![\w]) (?:{_CAPITALISED})(?:\.?\ (?:{_CAPITALISED}))* )
    | (?P<kana> [\u30a1-\u30fa][\u30a1-\u30fa\u30fc・]+ )
    | (?P<titled> [《「『][^《》「」『』]{{1,40}}[》」』] )
    | (?P<place> [\u4e00-\u9fff]{{2}}(?:省|市|县|県|縣|州|区|區|府|道|町|村)
        | [\u4e00-\u9fff]{{2,4}}(?:公司|大学|大學|银行|銀行|法院|政府|集团|集團|新闻|新聞|委员会)
        | 中国|中國|日本|美国|美國|米国|英国|英國|法国|德国|俄罗斯|俄羅斯|韩国|韓国|朝鲜|北朝鮮
        | 印度|澳大利亚|加拿大|台湾|台灣|香港|澳门|欧盟|联合国|国連|乌克兰|以色列|伊朗 )
    """,
    re.VERBOSE,
)
_SENTENCE_START = re.compile(r"(?:^|[.!?:]\s+|[“\"(]\s*)$")


def names(text: str) -> Iterator[Fact]:
    """The names of a text; of Latin script every capitalised word that begins no sentence.

    One that begins a sentence counts too, unless it is a word that often does.
    """
    for found in _NAME.finditer(text):
        if found.lastgroup != "latin":
            yield Fact("name", Span(*found.span()), found[0])
            continue
        # The words of a name one by one: a changed surname is not to hide in the whole.
        for word in re.finditer(_CAPITALISED, found[0]):
            start = found.start() + word.start()
            bare = re.sub("['’]s$", "", word[0])
            begins = _SENTENCE_START.search(text, max(0, start - 4), start)
            if bare.lower() in _STARTERS and (begins or bare == "I"):
                continue
            yield Fact("name", Span(start, start + len(bare)), bare)
