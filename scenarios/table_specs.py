"""The tables of a study by name: column, type, ranges, unit, words in zh and en, aliases.

Reading, checking, the guide and the Excel templates all follow from these specs; nothing else knows the columns. They
are written in the data dictionary (`dictionary/*.yaml`); a file is read when its table is first asked for.
"""

from collections.abc import Iterator, Mapping

from scenarios.dictionary import TABLES, table_spec
from scenarios.table_columns import Column, Kind, TableSpec

__all__ = ["SCHOOL_FLAGS", "SPECS", "Column", "Kind", "TableSpec"]


class _Specs(Mapping[str, TableSpec]):
    """All tables, each read when it is asked for."""

    def __getitem__(self, name: str) -> TableSpec:
        return table_spec(name)

    def __iter__(self) -> Iterator[str]:
        return iter(TABLES)

    def __len__(self) -> int:
        return len(TABLES)

    def __contains__(self, name: object) -> bool:
        return name in TABLES


SPECS: Mapping[str, TableSpec] = _Specs()
"""All tables by name, in the order in which they are read."""

SCHOOL_FLAGS = ("weak", "ethnic", "protected", "teaching_point", "special", "vocational")
