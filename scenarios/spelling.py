"""One spelling of what planners write: full-width signs, spaces, footnote marks, words for nothing and for sums.

Only for comparing and for reading numbers; names and other texts stay as they were written.
"""

import re
import unicodedata
from functools import lru_cache

_MARKS = re.compile(r"[*※☆★†‡#①-⑳]+")
_NUMBERING = re.compile(r"^(?:\(?\d{1,2}[.、)](?!\d)|[一二三四五六七八九十]{1,2}、|\([一二三四五六七八九十]{1,2}\))")
_SPACES = re.compile(r"[\s_\u200b\ufeff]+")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−－﹣~～至", "-"))

NOTHING = frozenset(
    ["-", "--", "---", "/", "//", "\\", "…", "……", "...", "......", "无", "缺", "空", "暂无", "暂缺", "无数据", "不详",
     "未知", "未统计", "n/a", "n.a.", "na", "#n/a", "null", "none"]
)  # fmt: skip
"""Spellings of an empty cell, as `folded` gives them."""

_TOTAL = re.compile(r"计|.{0,12}(?:合计|总计|共计|总和)(?:数)?:?|(?:.* )?(?:grand )?total:?|sum:?")
_MAYBE_SUM = re.compile(r"[计和]|total|sum", re.IGNORECASE)
_SUBTOTAL = re.compile(r".{0,12}小计(?:数)?:?|(?:.* )?sub-?total:?")
_FOOT = re.compile(
    r"(?:备注|附注|注释|注\d*|说明|填表说明|填报说明|填表人|填报人|制表人|制表|审核人|审核|审定|统计人|负责人|单位负责人"
    r"|联系人|联系电话|填表日期|填报日期|制表日期|统计日期|填表单位|填报单位|制表单位|数据来源|资料来源|来源|注意|盖章"
    r"|\(盖章\)|notes?|remarks?|sources?)(?:[:.]|\(|$).*"
)


def narrow(text: str) -> str:
    """Full-width digits, letters and signs as plain ones (NFKC), without spaces at the ends."""
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFKC", text).replace("\ufeff", "").strip()


@lru_cache(maxsize=65536)
def folded(text: str) -> str:
    """A spelling for comparing: narrow, small letters, no spaces or underscores, one kind of dash."""
    return _SPACES.sub("", narrow(text)).casefold().translate(_DASHES)


def head_key(text: str) -> str:
    """A head for comparing: `folded`, without footnote marks and numbering."""
    bare = folded(unmarked(text))
    return _NUMBERING.sub("", bare) or bare


def unmarked(text: str) -> str:
    """A head without footnote marks (before ① becomes a 1)."""
    return _MARKS.sub("", text)


def is_nothing(text: str) -> bool:
    """Whether a cell says in words or signs that it is empty."""
    return len(text) <= 6 and folded(text) in NOTHING


def total_kind(text: str) -> str:
    """`total`, `subtotal`, or an empty text for a cell that names no sum."""
    if len(text) > 40 or not _MAYBE_SUM.search(text):
        return ""
    # Spaces between Latin words matter, those inside 合 计 do not.
    bare = " ".join(narrow(text).casefold().split())
    if not bare.isascii():
        bare = bare.replace(" ", "")
    bare = bare.strip("()")
    if _SUBTOTAL.fullmatch(bare):
        return "subtotal"
    return "total" if _TOTAL.fullmatch(bare) else ""


def is_foot(text: str) -> bool:
    """Whether a line below a table begins like a remark, a signature or a source."""
    return bool(_FOOT.fullmatch(folded(text).replace("\n", "")[:200]))


_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}


def numeral(text: str) -> int | None:
    """A number below 100 in Arabic or Chinese digits (`12`, `十二`), or None."""
    if text.isascii():
        return int(text) if text.isdigit() and len(text) <= 2 else None
    tens, ten, ones = text.partition("十")
    if not ten:
        tens, ones = "", text
    if len(tens) > 1 or len(ones) > 1 or any(sign not in _DIGITS for sign in tens + ones):
        return None
    return (10 * _DIGITS.get(tens, 1) if ten else 0) + (_DIGITS[ones] if ones else 0)


def numeral_words(number: int) -> tuple[str, ...]:
    """A number from 1 to 99 in Arabic and in Chinese digits."""
    tens, ones = divmod(number, 10)
    signs = "零一二三四五六七八九"
    ten = "" if not tens else ("十" if tens == 1 else signs[tens] + "十")
    return str(number), ten + (signs[ones] if ones or not tens else "")
