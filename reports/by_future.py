"""Words for what may differ from future to future: plans that act on what is seen build otherwise in each."""

from collections.abc import Callable, Hashable, Mapping
from typing import Any

import pandas as pd

from reports.view import View

Row = Mapping[Hashable, Any]


def usual(seen: View, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the reference future; of a run without it, of its first one."""
    known = [one.id for one in seen.run.study.futures]
    reference = seen.run.study.reference_future
    return rows[rows["future"] == (reference if reference in known else known[0])]


def by_future(seen: View, rows: pd.DataFrame, say: Callable[[Row], str]) -> str:
    """What a row says; where futures differ, each wording after the names of the futures in which it holds.

    rows: one for each future, with a column `future`.
    """
    said: dict[str, list[str]] = {}
    at = {str(row["future"]): row for row in rows.to_dict("records")}
    for future in (one.id for one in seen.run.study.futures if one.id in at):
        said.setdefault(say(at[future]), []).append(seen.words.future(future))
    if len(said) < 2:
        return next(iter(said), "")
    labels = seen.labels
    parts = [
        labels("futures.apart", futures=labels("word.list").join(names), said=text) for text, names in said.items()
    ]
    return labels("word.parts").join(parts)
