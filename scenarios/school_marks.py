"""Marks of schools: the column `flags` of the schools table, semicolons between them."""

from collections.abc import Mapping


def school_flags(flags: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """School -> its marks."""
    return {
        school: frozenset(part.strip() for part in str(text).split(";") if part.strip())
        for school, text in flags.items()
    }
