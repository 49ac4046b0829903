"""Numbers of headings, lists, tables and pictures: Chinese official style 一、（一）1.（1）, or 1, 1.1, 1.1.1, (a).

Source of the Chinese style: GB/T 9704-2012, 7.3.3 (structure levels of the body of an official document).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from reports.document import Block, Document, Heading, Items, Picture, Table
from reports.i18n import Labels, Lang

_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True)
class Numbered:
    """A block with its number as it is printed; `items` are the numbers of the lines of a list."""

    number: str
    block: Block
    items: tuple[str, ...] = ()


def chinese(number: int) -> str:
    """A whole number from 1 to 999 in Chinese digits.

    >>> chinese(3), chinese(10), chinese(21), chinese(103), chinese(110), chinese(300)
    ('三', '十', '二十一', '一百零三', '一百一十', '三百')
    """
    if not 1 <= number <= 999:
        raise ValueError(f"{number}: expected 1 to 999")
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    head = f"{_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        head += "十" if tens == 1 and not hundreds else f"{_DIGITS[tens]}十"
    elif hundreds and ones:
        head += "零"
    return head + (_DIGITS[ones] if ones else "")


def heading_number(counts: tuple[int, ...], lang: Lang) -> str:
    """Number of a heading from the counts of its level and those above, `(2, 1)` = first part of the second chapter.

    >>> heading_number((2,), "zh"), heading_number((2, 1), "zh"), heading_number((2, 1), "en")
    ('二、', '（一）', '2.1')
    """
    last = counts[-1]
    if lang == "en":
        return ".".join(map(str, counts)) if len(counts) < 4 else f"({chr(96 + last)})"
    return (f"{chinese(last)}、", f"（{chinese(last)}）", f"{last}.", f"（{last}）")[len(counts) - 1]


def numbered(document: Document) -> Iterator[Numbered]:
    """Blocks of a document with their numbers; tables and pictures are counted through."""
    labels = Labels(document.lang)
    counts, tables, pictures = [0, 0, 0, 0], 0, 0
    for block in document.blocks:
        number = ""
        items: tuple[str, ...] = ()
        if isinstance(block, Heading):
            counts[block.level - 1] += 1
            counts[block.level :] = [0] * (4 - block.level)
            number = heading_number(tuple(counts[: block.level]), document.lang)
        elif isinstance(block, Table):
            tables += 1
            number = labels("document.table", n=tables)
        elif isinstance(block, Picture):
            pictures += 1
            number = labels("document.picture", n=pictures)
        elif isinstance(block, Items):
            items = tuple(labels("document.item", n=n) for n in range(1, len(block.texts) + 1))
        yield Numbered(number, block, items)
