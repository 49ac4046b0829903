"""Texts of tables that a spreadsheet opens: none of them may run as a formula."""

import re

import pandas as pd

_NUMBER = re.compile(r"[+-]?[\d.]+(?:[eE][+-]?\d+)?")


def harmless(cell: str) -> str:
    """A text that a spreadsheet would run as a formula gets an apostrophe in front; numbers stay as they are.

    >>> harmless("=1+1"), harmless("-5"), harmless("-x"), harmless("plan")
    ("'=1+1", '-5', "'-x", 'plan')
    """
    return f"'{cell}" if cell[:1] in tuple("=+-@\t\r") and not _NUMBER.fullmatch(cell) else cell


def harmless_table(frame: pd.DataFrame) -> pd.DataFrame:
    """The table with every text made `harmless`."""
    texts = {name: [harmless(x) if isinstance(x, str) else x for x in frame[name]] for name in frame.columns
             if not pd.api.types.is_numeric_dtype(frame[name])}  # fmt: skip
    return frame.assign(**texts)
