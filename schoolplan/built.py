"""When projects of a finished run opened: plans with triggers build otherwise in every future."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

from schoolplan.prepare import Prepared
from sim.calendar_result import Calendar
from sim.engine import CasePlan


@dataclass(frozen=True)
class Built:
    """Construction calendars of all cases of a run."""

    cases: Mapping[tuple[str, str], Calendar]
    """By future and plan."""
    adaptive: frozenset[str]
    """Plans that act on what is seen; the calendar of any other is the same in every future."""
    reference: str
    """The reference future, or the first one of the run where it is not among them."""

    def of(self, future: str) -> dict[str, Calendar]:
        """Calendars by plan in one future."""
        return {plan: calendar for (name, plan), calendar in self.cases.items() if name == future}

    @property
    def usual(self) -> dict[str, Calendar]:
        """Calendars by plan, in the reference future."""
        return self.of(self.reference)

    def by_future(
        self, rows_of: Callable[[Prepared, dict[str, Calendar]], pd.DataFrame], prepared: Prepared
    ) -> pd.DataFrame:
        """Rows of a table with a column `future`, of every future by its own calendars.

        rows_of: the table from calendars by plan that hold in every future.
        """
        if not self.adaptive:
            return rows_of(prepared, self.usual)
        frames = []
        for future in prepared.bundle.futures:
            rows = rows_of(prepared, self.of(future))
            frames.append(rows[rows["future"] == future])
        return pd.concat(frames, ignore_index=True)

    def each_future(
        self, rows_of: Callable[[Prepared, dict[str, Calendar]], pd.DataFrame], prepared: Prepared
    ) -> pd.DataFrame:
        """Rows of a table without a column `future`, of every future by its own calendars, with that column."""
        same = None if self.adaptive else rows_of(prepared, self.usual)
        frames = [
            (rows_of(prepared, self.of(future)) if same is None else same).assign(future=future)
            for future in prepared.bundle.futures
        ]
        return pd.concat(frames, ignore_index=True)


def built_of(cases: tuple[CasePlan, ...], reference: str) -> Built:
    """The calendars of finished cases (`sim.ensemble.built`). Raises ValueError if a case has none."""
    found: dict[tuple[str, str], Calendar] = {}
    for case in cases:
        if case.calendar is None:
            raise ValueError(f"no calendar of {case.rates.future} x {case.network.plan}")
        found[case.rates.future, case.network.plan] = case.calendar
    futures = [future for future, _ in found]
    adaptive = frozenset(case.network.plan for case in cases if case.adaptive is not None)
    return Built(found, adaptive, reference if reference in futures else futures[0])
