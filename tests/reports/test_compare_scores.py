"""Nearness and concentration by hand, against many single pupils, and from the tables of their own run alone."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.compare_rank import all_scores, order_table, score_table
from reports.compare_scores import DECILES, fixed, scales, scored, value_between, value_of_ways
from reports.compare_weights import UNIT, WEIGHTS, Score, ranks
from reports.matrix import matrix
from reports.run_folder import RunFolder
from tests.reports.test_compare import other, with_operating

NONE = float("nan")


def ways(run: RunFolder, minutes: float, pupils: float = 100.0, lost: float = 0.0) -> pd.DataFrame:
    """Everybody has a way of so many minutes, in every stage and year of every case."""
    rows = [
        {"future": future, "plan": plan, "year": year, "stage": stage.id, "measure": "minutes", "pupils": pupils,
         "mean": minutes, "unreachable": lost, **dict.fromkeys(DECILES, minutes)}
        for future, plan in run.cases
        for year in range(run.study.window[0], run.study.window[1] + 1)
        for stage in run.study.stages
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=list(run.tables.access.columns))


def test_fixed_points_name_their_source() -> None:
    assert (fixed("limit_minutes"), fixed("small_school")) == (30.0, 100.0)
    assert all(entry["source"] and entry["source_grade"] in "ABCM" for entry in scales().values())


def test_ways_by_hand() -> None:
    assert value_between(0, 30, 30) == 1.0
    assert value_between(60, 60, 30) == 0.5
    assert value_between(30, 60, 30) == pytest.approx(np.log(2))
    assert value_between(0, 60, 30) == pytest.approx((30 + 30 * np.log(2)) / 60)
    assert value_of_ways(10.0, [10.0] * 9, 1.0, 30) == pytest.approx(1.0)
    # nine tenths within the limit, the last tenth at 120 minutes: mean 0.9 x 10 + 0.1 x 120 less the first half decile
    assert value_of_ways(0.05 * 10 + 0.8 * 10 + 0.1 * 120, [10.0] * 9, 1.0, 30) == pytest.approx(0.9 + 0.1 * 0.25)
    assert value_of_ways(60.0, [60.0, NONE, *[NONE] * 7], 0.1, 30) == pytest.approx(0.1 * value_between(0, 60, 30))
    assert value_of_ways(0.0, [NONE] * 9, 0.0, 30) == 0.0


@settings(deadline=None, max_examples=60)
@given(st.lists(st.floats(0.5, 300), min_size=400, max_size=400), st.integers(0, 120))
def test_ways_against_many_pupils(minutes: list[float], lost: int) -> None:
    """Deciles keep what single pupils say, but for what they cannot know: never much, and the last tenth too low."""
    found = np.sort(np.array(minutes))
    every = np.concatenate([found, np.full(lost, np.inf)])
    deciles = [float(every[int(np.ceil(0.1 * k * len(every))) - 1]) for k in range(1, 10)]
    deciles = [way if np.isfinite(way) else NONE for way in deciles]
    exact = float(np.minimum(1.0, 30 / found).sum()) / len(every)
    value = value_of_ways(float(found.mean()), deciles, len(found) / len(every), 30)
    assert 0.0 <= value <= 1.0
    assert value == pytest.approx(exact, abs=0.06)


@settings(deadline=None)
@given(st.lists(st.floats(1, 200), min_size=9, max_size=9), st.floats(0, 60))
def test_longer_ways_are_never_nearer(deciles: list[float], more: float) -> None:
    near = sorted(deciles)
    mean = sum(near) / 9
    assert (
        value_of_ways(mean + more, [way + more for way in near], 1.0, 30) <= value_of_ways(mean, near, 1.0, 30) + 1e-9
    )


def test_nearness_is_weighed_by_pupils_and_nobody_lost_counts(run: RunFolder) -> None:
    first, second = run.study.stages[:2]
    table = ways(run, 20.0, pupils=300)
    table.loc[table["stage"] == second.id, ["mean", "pupils", *DECILES]] = [120.0, 100.0, *[120.0] * 9]
    found = scored(replace(run, tables=replace(run.tables, access=table)), "compact", run.study.futures[0].id)
    flat = 0.1 * value_between(0, 120, 30) + 0.8 * 0.25  # the first decile is taken as even from nothing on
    rest = 30 / ((120 - 0.1 * 60 - 0.8 * 120) / 0.1)
    assert first.id != second.id
    assert found.near == pytest.approx((300 * 1.0 + 100 * (flat + 0.1 * rest)) / 400)
    lost = scored(replace(run, tables=replace(run.tables, access=ways(run, 10.0, 100, 25))), "compact", "fast")
    assert lost.near == pytest.approx(0.75)


def test_parts_of_concentration_by_hand(run: RunFolder) -> None:
    case = ("compact", run.study.futures[0].id)
    seats = pd.DataFrame(
        [{"future": case[1], "plan": case[0], "scope": "county", "entity": run.study.id, "period": "window",
          "indicator": name, "unit": "", "mean": mean} for name, mean in (("seats", 4000.0), ("unused", 1000.0))],
        columns=list(run.tables.unused.columns),
    )  # fmt: skip
    years = [run.study.window[0]]
    sizes = pd.DataFrame(
        [{"future": case[1], "plan": case[0], "year": year, "entity": name, "stage": "all", "indicator": "roll",
          "p50": roll} for year in years for name, roll in (("a", 400.0), ("b", 100.0), ("c", 25.0), ("d", 0.0))],
        columns=list(run.tables.schools.columns),
    )  # fmt: skip
    tables = replace(run.tables, unused=seats, schools=sizes, money=with_operating(run))
    found = scored(replace(run, tables=tables), *case)
    assert found.parts == pytest.approx({"used": 0.75, "cost": 1.5 / 4.5, "size": (1 + 1 + 0.25) / 3})
    assert found.dense == pytest.approx((0.75 + 1 / 3 + 0.75) / 3)


def test_without_running_costs_there_is_no_cost(run: RunFolder) -> None:
    bare = replace(run.tables, money=run.tables.money.iloc[:0], access=run.tables.access.iloc[:0])
    found = scored(replace(run, tables=bare), "compact", "fast")
    assert "cost" not in found.parts
    assert (found.near, found.score) == (None, None)
    frame = score_table([replace(run, tables=bare)], all_scores([replace(run, tables=bare)]))
    assert frame["rank_50"].isna().all()


def test_a_score_depends_on_its_own_run_alone(run: RunFolder) -> None:
    worse = replace(other(run), tables=replace(run.tables, access=ways(run, 90.0)))
    alone, both = all_scores([run]), all_scores([run, worse])
    for future, cases in alone.items():
        assert [case.score for case in both[future] if case.run == run.name] == [case.score for case in cases]
    before, after = score_table([run], alone), score_table([run, worse], both)
    own = after[after["run"] == run.name].reset_index(drop=True)
    for weight in WEIGHTS:
        assert (own[f"rank_{weight}"] >= before[f"rank_{weight}"]).all()


def test_the_tables_say_what_the_scores_are(run: RunFolder) -> None:
    found = all_scores([run])
    frame, cells = score_table([run], found), matrix(run)
    assert len(frame) == len(run.cases)
    for row in frame.to_dict("records"):
        case = next(c for c in found[row["future"]] if c.plan == row["plan"])
        assert case.score == Score(round(row["nearness"] * UNIT), round(row["concentration"] * UNIT))
        cell = next(c for c in cells.row(row["plan"]).cells if c.future == row["future"])
        assert (row["verdict"], row["pupils_over_p90"]) == (cell.verdict, cell.pupils_over)
    for future, cases in found.items():
        own = frame[frame["future"] == future]
        for weight in WEIGHTS:
            scores = [case.score for case in cases if case.score is not None]
            assert own[f"rank_{weight}"].tolist() == ranks(scores, weight)
    orders = order_table(found)
    for row in orders.to_dict("records"):
        pair = [
            next(c.score for c in found[row["future"]] if c.plan == row[f"plan_{side}"]) for side in ("before", "after")
        ]
        assert float(pair[0].at(0)) > float(pair[1].at(0))
        assert pair[0].at(100) < pair[1].at(100)
