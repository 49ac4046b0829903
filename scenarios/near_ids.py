"""A misspelt id and the one that was meant: proposed only where exactly one can be meant.

Ids are near that differ in case, width, separators or leading zeros, in O for 0 and l for 1, in one letter, or in two
neighbours that changed places. Another number is another thing (u12 is no misspelt u13), so digits are never replaced,
added or left out, and change places only in a long code.
"""

from collections.abc import Collection, Iterable

from scenarios.spelling import folded

_LOOKALIKE = str.maketrans({"o": "0", "l": "1", "i": "1"})
_CODE = 8
"""Characters from which an id is a code whose digits may have been swapped."""
_SHORTEST = 3
"""Characters below which a wrong letter could make any id out of any other."""


def one_near(found: str, known: Iterable[str]) -> str:
    """The one known id that a text can mean, "" if there is none or more than one. Never the text itself."""
    ids = sorted(set(known) - {found, ""})
    for alike in (_same_but_for_spelling, _same_but_for_lookalikes, _one_slip):
        meant = [one for one in ids if alike(found, one)]
        if meant:
            return meant[0] if len(meant) == 1 else ""
    return ""


def proposals(found: Collection[str], known: Collection[str]) -> dict[str, str]:
    """For every unknown text the id that it means, where there is just one and no other text means the same."""
    meant = {text: one for text in sorted(set(found)) if text not in known and (one := one_near(text, known))}
    return {text: one for text, one in meant.items() if list(meant.values()).count(one) == 1}


def _bare(text: str) -> str:
    """Without case, width and separators, and without zeros in front of a number."""
    plain = "".join(sign for sign in folded(text) if sign.isalnum())
    return "".join("" if sign == "0" and _leads(plain, at) else sign for at, sign in enumerate(plain))


def _leads(text: str, at: int) -> bool:
    """Whether the zero at this place stands before another digit and no digit but zeros stand before it."""
    before = text[:at].rstrip("0")
    return (not before or not before[-1].isdigit()) and at + 1 < len(text) and text[at + 1].isdigit()


def _same_but_for_spelling(one: str, other: str) -> bool:
    return _bare(one) == _bare(other)


def _same_but_for_lookalikes(one: str, other: str) -> bool:
    return _bare(folded(one).translate(_LOOKALIKE)) == _bare(folded(other).translate(_LOOKALIKE))


def _one_slip(one: str, other: str) -> bool:
    """One letter replaced, added or left out, or two neighbours swapped."""
    a, b = folded(one), folded(other)
    if min(len(a), len(b)) < _SHORTEST or abs(len(a) - len(b)) > 1:
        return False
    if len(a) > len(b):
        a, b = b, a
    start = next((at for at, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    if len(a) < len(b):
        return a[start:] == b[start + 1 :] and not b[start].isdigit()
    replaced = a[start + 1 :] == b[start + 1 :] and not (a[start].isdigit() or b[start].isdigit())
    swapped = a[start : start + 2] == b[start : start + 2][::-1] and a[start + 2 :] == b[start + 2 :]
    return replaced or (swapped and (len(a) >= _CODE or not a[start : start + 2].isdigit()))
