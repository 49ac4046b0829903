"""Seasons: work that rests or goes slower in some calendar months, by hand and against its own inverse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.project_terms import Break
from sim.work_calendar import end_of_work, pace_of, work_done

WINTER = Break(("construction",), (12, 1, 2))
RAIN = Break(("construction", "land"), (6, 7), 0.5)


def test_the_pace_is_that_of_the_calendar_month_and_the_slowest_holds():
    pace = pace_of("construction", (WINTER, RAIN, Break(("construction",), (7,), 0.25)))
    assert pace == (1, 1, 1, 0, 0, 0, 1, 1, 1, 0.5, 0.25, 1)  # from September
    assert pace_of("construction", (Break(("construction",), (7,), 0.25), RAIN, WINTER)) == pace
    assert pace_of("design", (WINTER, RAIN)) is None


@pytest.mark.parametrize(
    ("begin", "months", "ends"),
    [
        (0.0, 2.0, 2.0),  # September and October
        (0.0, 3.0, 3.0),  # ready on 1 December, when the rest begins and not when it ends
        (0.0, 4.0, 7.0),  # the fourth month is March
        (4.5, 1.0, 7.0),  # begun in mid-January: nothing happens before March
        (-9.0, 1.0, -5.0),  # December 2022: three months of rest, then March
        (9.0, 0.75, 10.5),  # June and half of July at half pace
        (2.5, 12.0, 22.0),  # by 1 June 3.5, by 1 December 8.5, by the second 1 June 11.5, half a month in June
        (0.0, 0.0, 0.0),
    ],
)
def test_seasons_by_hand(begin, months, ends):
    pace = pace_of("construction", (WINTER, RAIN))
    assert end_of_work(begin, months, pace) == pytest.approx(ends, abs=1e-12)


def test_a_year_of_twelve_months_holds_twelve_months_less_the_rest():
    pace = pace_of("construction", (WINTER, RAIN))
    assert work_done(0.0, 12.0, pace) == 12 - 3 - 1
    assert work_done(5.0, 3.0, pace) == work_done(5.0, 3.0, None) == 0.0
    assert end_of_work(0.0, 16.0, pace) == 24.0


@given(st.floats(-40, 40), st.floats(0, 60), st.sampled_from([(WINTER,), (RAIN,), (WINTER, RAIN), ()]))
def test_the_work_done_until_the_end_is_the_work_there_was(begin, months, breaks):
    pace = pace_of("construction", breaks)
    ends = end_of_work(begin, months, pace)
    assert work_done(begin, ends, pace) == pytest.approx(months, abs=1e-9)
    assert ends >= begin + months - 1e-9
