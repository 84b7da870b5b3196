"""How Chinese or Japanese a run of characters looks: what tells their encodings apart.

GB18030, Shift_JIS and EUC-JP share most byte sequences, so that a file in one of them often
decodes without error in the others too, but then into characters that nobody writes. The score
here is the mean weight of the characters: common ones count for a language, rare ones against it.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

#: Characters looked at; more would not change the verdict.
_SAMPLE = 20_000

#: Added to the number of characters, so that a handful of them proves little.
_DOUBT = 5

_ASCII = re.compile(r"[\x00-\x7f]+")
_KANA = re.compile("[ぁ-ゖァ-ヺー]")

#: The hanzi met most often in today's Chinese prose, with their traditional forms.
_COMMON_HANZI = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过"
    "发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本"
    "前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很"
    "最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度"
    "门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电"
    "数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马"
    "科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万"
    "取拉格望觉术领共确传师观清今切院让识候带导争运笔增研究布亚票选低团段议银企府增价超商约近显示"
    "称案调查责任号省城农州局委报道获均百分亿千元首六七八九网络技术服务项目组织城市支持继续主要目"
    "前影响推举参包括根据消息记者中央政府经济发展投资预计降低率率先环境医院病例疫苗卫星火箭月球探测"
    "這個們來為國說時會對過後裡種經麼學沒動還進樣開從實軍無與長機關點業將兩間問並應戰頭體見產話給"
    "門兒東聲員論處義幾認條氣題爾別變總電數報結務場計當發資許統區隊決馬書則聽卻達強難權張該規萬覺"
    "術領確傳師觀讓識導爭運筆據團議銀價約顯號農獲億網項組織續參根環醫衛灣臺"
)

#: The kanji met most often in Japanese prose.
_COMMON_KANJI = frozenset(
    "日一国会人年大十二本中長出三同時政事自行社見月分議後前民生連五発間対上部東者党地合市業内相方"
    "四定今回新場金員九入選立開手米力学問高代明実円関決子動京全目表戦経通外最言氏現理調体化田当八"
    "六約主題下首意法不来作性的要用制治度務強気小七成期公野協取都和統以機平総加山思家話世受区領多"
    "県続進正安設保改数記院女初北午指権心界支第産結百派点教報済書府活原先共得解名交資予川向際査勝"
    "面委告軍文反元重近千考判認画海参売利組知案道信策集在件団別物側任引使求所次水半品昨論計死官増"
    "係感特情投示変打男基私各始島直両朝革価式確村提運終挙果西勢減台広容必応演電歳住争談能無再位置"
    "企真流格有疑口過局少放税検藤町常校料沢裁状工建語球営空職証土与急止送援供可役構木割聞身費付施"
    "切由説転食比難防補車優夫研収断井何南石足違消境神番規術護展態導鮮備宅害配副算視条幹独警宮究育"
    "席輸訪楽起万着乗店述残想線率病農州武声質念待試族象銀域助労例衛然早張映限親額監環験追審商葉義"
    "伝働形景落欧担好退準賞訴辺造英被株頭技低毎医復仕去姿味負閣韓渡失移差衆個門写評課末守若脳極種"
    "美岡影命含福蔵量望松非撃佐核観察整段横融型白深字答夜製票況音申様財港識注呼渉達"
)


@cache
def _rows(encoding: str, first: int, last: int) -> frozenset[str]:
    """The characters of these rows of a two-byte code."""
    trails = range(0x40, 0xFF)
    pairs = (bytes((lead, trail)) for lead in range(first, last + 1) for trail in trails)
    return frozenset("".join(pair.decode(encoding, "ignore") for pair in pairs))


@cache
def _hanzi() -> frozenset[str]:
    """Hanzi in general use: level 1 of GB 2312 and of Big5."""
    return _rows("gb2312", 0xB0, 0xD7) | _rows("big5", 0xA4, 0xC6)


@cache
def _kanji() -> frozenset[str]:
    """Kanji in general use: level 1 of JIS X 0208."""
    return _rows("euc_jp", 0xB0, 0xCF)


def _weight(char: str, *, japanese: bool) -> float:
    common, known = (_COMMON_KANJI, _kanji()) if japanese else (_COMMON_HANZI, _hanzi())
    if char in "，。、；：？！（）「」『』《》“”‘’—…　・％０１２３４５６７８９":
        return 0.5
    if "ぁ" <= char <= "ゖ":
        return 1.0 if japanese else -0.5
    if "ァ" <= char <= "ヺ" or char == "ー":
        return 0.7 if japanese else -0.5
    if char in common:
        return 1.0
    if "一" <= char <= "鿿":
        return 0.1 if char in known else -0.8
    return -1.0


def plausibility(text: str, *, japanese: bool) -> float:
    """How much the non-ASCII part of a text looks like written Chinese or Japanese.

    Args:
        text: any text; only its first 20,000 characters beyond ASCII count.
        japanese: look for Japanese, in which kana are a must, instead of Chinese.

    Returns:
        -1 (certainly not) to 1; prose has about .6, wrongly decoded bytes are below .2.
    """
    sample = _ASCII.sub("", text)[:_SAMPLE]
    if not sample:
        return -1.0
    if japanese and len(_KANA.findall(sample)) < 0.1 * len(sample):
        return -1.0
    counts = Counter(sample)
    return sum(_weight(c, japanese=japanese) * n for c, n in counts.items()) / (
        len(sample) + _DOUBT
    )
