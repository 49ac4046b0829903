"""Marks of schools: the column `flags` of the schools table, semicolons between them."""

from collections.abc import Mapping
from types import MappingProxyType

NOT_ORDINARY = ("special", "vocational")
"""Marks of schools that clauses about ordinary schools leave out: special education, vocational schools."""
SPECIAL_NAMES: Mapping[str, str] = MappingProxyType(
    {"特殊教育": "special", "特教": "special", "职业": "vocational", "技工": "vocational", "中专": "vocational"}
)
"""Words in the name of a school -> the mark that it should have."""


def school_flags(flags: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """School -> its marks."""
    return {
        school: frozenset(part.strip() for part in str(text).split(";") if part.strip())
        for school, text in flags.items()
    }


def not_ordinary(flags: Mapping[str, str]) -> frozenset[str]:
    """Schools with a mark that takes them out of the clauses about ordinary schools."""
    return frozenset(school for school, marks in school_flags(flags).items() if marks & set(NOT_ORDINARY))
