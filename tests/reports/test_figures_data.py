"""What is drawn is what was given: values are read back from the lines, bars and cells of each picture."""

import math

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from reports.figures_classes import class_sizes
from reports.figures_demand import SOURCES, demand_stack
from reports.figures_heat import breach_chance, breach_heat, first_years, worst_first
from reports.figures_projects import cash_flow, timeline
from reports.figures_school import fan_rows, roll_fan
from reports.figures_seats import seats_against_demand, seats_of_stage, shared_schools
from reports.figures_setting import Bound, Caption, Case, of_case, past
from tests.reports.gallery import gallery
from tests.reports.sample import HORIZON, YEARS, cases, sample, words

S = sample()
W = words("en")
TITLE = Caption("finding")
FAST = Case("fast-urban", "county-plan")


def line(axes: Axes, gid: str) -> np.ndarray:
    """x and y of the line with this id, [2, point]."""
    return np.array(next(one for one in axes.lines if one.get_gid() == gid).get_data(), dtype=float)


def own(case: Case, **wanted: object) -> pd.DataFrame:
    return of_case(S.schools, case, **wanted)


@pytest.fixture(scope="module")
def fan() -> Figure:
    return roll_fan(S.schools, S.history, W, school="ps-01", cases=cases(), bound=Bound(2000, "limit"), caption=TITLE)


def test_fan_draws_median_bands_register_and_limit(fan) -> None:
    for axes, case in zip(fan.axes, cases(), strict=True):
        roll = own(case, entity="ps-01", indicator="roll", stage="all")
        assert line(axes, "median").tolist() == [roll["year"].tolist(), roll["p50"].tolist()]
        for gid, low, high in (("band90", "p05", "p95"), ("band50", "p25", "p75")):
            band = next(one for one in axes.collections if one.get_gid() == gid)
            points = {tuple(point) for point in band.get_paths()[0].vertices}
            assert {
                (year, value) for name in (low, high) for year, value in roll[["year", name]].to_numpy().tolist()
            } <= points
        before = past(S.history, school="ps-01")
        assert line(axes, "register").tolist() == [before.index.tolist(), before.tolist()]
        assert set(line(axes, "bound")[1]) == {2000}


def test_fan_draws_both_kinds_of_seats_as_steps(fan) -> None:
    for axes, case in zip(fan.axes, cases(), strict=True):
        for indicator in ("seats", "safe_seats"):
            seats = own(case, entity="ps-01", indicator=indicator)
            assert line(axes, indicator).tolist() == [seats["year"].tolist(), seats["p50"].tolist()]
            assert next(one for one in axes.lines if one.get_gid() == indicator).get_drawstyle() == "steps-mid"


def test_fans_side_by_side_share_one_scale_that_holds_everything(fan) -> None:
    limits = {axes.get_ylim() for axes in fan.axes}
    assert len(limits) == 1
    low, high = limits.pop()
    rolls = S.schools[
        (S.schools["entity"] == "ps-01") & (S.schools["indicator"] == "roll") & (S.schools["stage"] == "all")
    ]
    rolls = rolls[rolls["future"] == "baseline"]
    assert low <= rolls["p05"].min()
    assert high >= rolls["p95"].max()


def test_fan_of_a_new_school_begins_when_it_opens_and_needs_no_history() -> None:
    case = Case("baseline", "late-plan")
    figure = roll_fan(S.schools, None, W, school="ps-04", cases=[case], caption=TITLE)
    roll = fan_rows(own(case, entity="ps-04", indicator="roll", stage="all"))
    assert line(figure.axes[0], "median")[0].tolist() == roll["year"].tolist()
    assert roll["year"].min() > YEARS[0]


def test_a_limit_far_above_is_named_and_not_drawn() -> None:
    figure = roll_fan(
        S.schools, None, W, school="ps-01", cases=cases(plans=1), bound=Bound(90_000, "limit"), caption=TITLE
    )
    axes = figure.axes[0]
    assert not [one for one in axes.lines if one.get_gid() == "bound"]
    assert [text.get_text() for text in axes.texts if text.get_gid() == "bound-far"] == ["limit (far above)"]
    assert axes.get_ylim()[1] < 30_000


def test_a_school_that_is_closed_in_most_draws_leaves_no_line_on_the_axis() -> None:
    case, year = cases()[0], YEARS[-1]
    closed = S.schools.copy()
    closed.loc[(closed["entity"] == "ps-01") & (closed["year"] == year), ["p05", "p10", "p25", "p50"]] = 0.0
    fan = roll_fan(closed, None, W, school="ps-01", cases=[case], caption=TITLE)
    years, values = line(fan.axes[0], "median")
    assert (years[-1], math.isnan(values[-1])) == (year, True)
    assert not [text for text in fan.axes[0].texts if text.get_text() == "0"]
    figure = class_sizes(closed, W, school="ps-01", cases=[case], bounds={}, caption=TITLE)
    assert math.isnan(line(figure.axes[0], "median:primary")[1][-1])
    assert "0" not in {text.get_text() for text in figure.axes[2].texts}


def test_largest_class_and_limits() -> None:
    bounds = {"primary": Bound(45, "45"), "junior": Bound(50, "50")}
    figure = class_sizes(S.schools, W, school="ny-01", cases=cases(plans=1), bounds=bounds, caption=TITLE)
    top, strip, grid = figure.axes
    for stage in ("primary", "junior"):
        rows = own(cases()[0], entity="ny-01", indicator="largest_class", stage=stage)
        assert line(top, f"median:{stage}").tolist() == [rows["year"].tolist(), rows["p50"].tolist()]
    assert sorted({one.get_ydata()[0] for one in top.lines if one.get_gid() == "bound"}) == [45, 50]
    classes = own(cases()[0], entity="ny-01", indicator="classes", stage="primary")
    written = [text.get_text() for text in strip.texts if text.get_position()[1] == 0]
    assert written == [f"{value:.0f}" for value in classes["p50"]]
    third = own(cases()[0], entity="ny-01", indicator="largest_class", stage="grade:3")
    written = [text.get_text() for text in grid.texts if text.get_position()[1] == 2]
    assert written == [f"{value:.0f}" for value in third["p50"]]


def test_a_grade_that_one_plan_lacks_keeps_its_row_empty_there() -> None:
    """A school that a plan does not open, or opens for fewer grades, has the rows that the other plan gives it."""
    with_all, without = cases(plans=2)
    mine = (S.schools["entity"] == "ny-01") & (S.schools["plan"] == without.plan)
    for gone in (S.schools["stage"] == "grade:1", S.schools["stage"] != ""):
        left = S.schools[~(mine & gone)]
        figure = class_sizes(left, W, school="ny-01", cases=[with_all, without], bounds={}, caption=TITLE)
        full, lacking = figure.axes[4:]
        rows = [{round(text.get_position()[1]) for text in axes.texts} for axes in (full, lacking)]
        assert rows[0] == set(range(9))
        assert rows[1] == (set(range(1, 9)) if "grade:2" in set(left.loc[mine, "stage"]) else set())


def test_a_fourth_panel_of_classes_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 3 cases side by side, not 4"):
        class_sizes(S.schools, W, school="ny-01", cases=[FAST] * 4, bounds={}, caption=TITLE)
    with pytest.raises(ValueError, match="at most 3 cases side by side, not 4"):
        seats_against_demand(S.schools, S.county, W, cases=[FAST] * 4, caption=TITLE)


def test_breach_table_prints_each_chance_and_hatches_what_is_likely() -> None:
    figure = breach_heat(S.schools, W, case=FAST, caption=TITLE)
    for axes, indicator in zip(figure.axes, ("roll", "largest_class"), strict=True):
        table = breach_chance(S.schools, FAST, indicator)
        order = worst_first([breach_chance(S.schools, FAST, name) for name in ("roll", "largest_class")], W.window)
        values = table.reindex(order).to_numpy()
        shown = {(text.get_position()[1], text.get_position()[0]): text.get_text() for text in axes.texts}
        for (row, column), value in np.ndenumerate(values):
            text = shown.get((row, table.columns[column]), "–")
            assert text == ("–" if np.isnan(value) else W.labels.percent(value))
        hatch = next(one for one in axes.collections if one.get_gid() == "hatch")
        assert len(hatch.get_paths()) == (values > 0.5).sum()
        framed = next(one for one in axes.collections if one.get_gid() == "frame")
        assert len(framed.get_paths()) == len(first_years(table))


def test_breach_table_takes_the_worst_stage_and_no_grades() -> None:
    table = breach_chance(S.schools, FAST, "largest_class")
    rows = own(FAST, entity="ny-01", indicator="largest_class", year=2030)
    by_stage = rows[rows["stage"].isin(["primary", "junior"])]["p_exceed"]
    assert table.loc["ny-01", 2030] == by_stage.max()


def test_rows_stand_worst_first_inside_the_window() -> None:
    years = [2025, 2026, 2040]
    table = pd.DataFrame(
        [[0.2, 0.1, 0.9], [0.3, 0.0, 0.0], [np.nan] * 3], index=["later", "sooner", "none"], columns=years
    )
    assert worst_first([table], (2025, 2029)) == ["sooner", "later", "none"]
    assert worst_first([table], None) == ["later", "sooner", "none"]
    assert worst_first([], None) == []
    assert first_years(table) == {"later": 2040}


def test_frames_may_come_from_the_verdicts_and_rows_left_out_are_counted() -> None:
    figure = breach_heat(S.schools, W, case=FAST, caption=TITLE, first={"roll": {"js-01": 2030}}, most=2)
    assert [axes.get_ylim() for axes in figure.axes] == [(1.5, -0.5)] * 2
    assert len(figure.axes[0].get_yticklabels()) == 2
    assert any("the worst 2 of 12 schools" in text.get_text() for text in figure.texts)
    framed = [[one for one in axes.collections if one.get_gid() == "frame"] for axes in figure.axes]
    assert [len(found) for found in framed] == [1, 0]


def test_schools_that_are_never_at_risk_are_counted_not_listed() -> None:
    quiet = pd.concat([S.schools, *(_quiet(key) for key in ("q1", "q2", "q3"))], ignore_index=True)
    figure = breach_heat(quiet, W, case=FAST, caption=TITLE)
    assert len(figure.axes[0].get_yticklabels()) == 12
    assert any("3 more schools stay below 1 % in every year" in text.get_text() for text in figure.texts)


def _quiet(key: str) -> pd.DataFrame:
    return own(FAST, entity="ps-07", indicator="roll", stage="all").assign(entity=key, p_exceed=0.0)


def test_demand_bars_stack_to_the_given_parts() -> None:
    case = cases()[0]
    figure = demand_stack(S.county, S.history, W, cases=[case], caption=TITLE)
    for axes, stage in zip(figure.axes, ("primary", "junior", "all"), strict=True):
        top = np.zeros(len(YEARS))
        for bars, (indicator, _, _) in zip(axes.containers, SOURCES, strict=False):
            part = of_case(S.county, case, stage=stage, indicator=indicator)["mean"].to_numpy()
            assert [bar.get_height() for bar in bars] == pytest.approx(part)
            assert [bar.get_y() for bar in bars] == pytest.approx(top)
            top = top + part
        assert axes.get_ylim()[0] == 0
        before = past(S.history, W.stages.get(stage))
        assert line(axes, "register").tolist() == [before.index.tolist(), before.tolist()]


def test_demand_shows_the_band_and_last_years_forecast() -> None:
    before = pd.DataFrame({"stage": ["primary", "junior"], "year": [2024, 2024], "p50": [7000.0, 1.0]})
    figure = demand_stack(S.county, None, W, cases=[FAST], caption=TITLE, stages=["primary"], previous=before)
    axes = figure.axes[0]
    assert line(axes, "previous").tolist() == [[2024.0], [7000.0]]
    total = of_case(S.county, FAST, stage="primary", indicator="roll")
    whiskers = axes.containers[-1].lines[2][0].get_segments()
    assert [segment[:, 1].tolist() for segment in whiskers] == total[["p05", "p95"]].to_numpy().tolist()


def test_arrivals_below_zero_go_down_from_zero() -> None:
    fewer = S.county.copy()
    fewer.loc[fewer["indicator"] == "demand_arrivals", "mean"] = -50.0
    figure = demand_stack(fewer, None, W, cases=[FAST], caption=TITLE, stages=["primary"])
    arrivals = figure.axes[0].containers[2]
    assert {(bar.get_y(), bar.get_height()) for bar in arrivals} == {(0.0, -50.0)}
    assert figure.axes[0].get_ylim()[0] < -50


def test_seats_and_demand_and_the_gap_between_them() -> None:
    figure = seats_against_demand(S.schools, S.county, W, cases=[FAST], caption=TITLE)
    for axes, stage in zip(figure.axes[::2], ("primary", "junior"), strict=True):
        demand = of_case(S.county, FAST, stage=stage, indicator="roll").set_index("year")["p50"]
        seats = seats_of_stage(S.schools, FAST, stage, "seats")
        assert line(axes, "demand")[1].tolist() == demand.tolist()
        assert line(axes, "seats")[1].tolist() == seats.tolist()
        bars = [one for one in axes.patches if isinstance(one, Rectangle) and one.get_gid() in {"short", "spare"}]
        gaps = {round(bar.get_x() + 0.5): bar.get_height() * (1 if bar.get_gid() == "short" else -1) for bar in bars}
        assert pd.Series(gaps).sort_index().tolist() == pytest.approx((demand - seats).tolist())
        assert axes.get_ylim()[0] == 0


def test_seats_of_the_stages_add_up_to_all_seats() -> None:
    assert shared_schools(S.schools) == ["ny-01"]
    parts = sum(seats_of_stage(S.schools, FAST, stage, "seats") for stage in ("primary", "junior"))
    whole = own(FAST, indicator="seats").groupby("year")["mean"].sum()
    assert parts.tolist() == pytest.approx(whole.tolist())
    assert seats_of_stage(S.schools, FAST, "all", "seats").tolist() == pytest.approx(whole.tolist())


def test_seats_given_by_stage_are_taken_as_they_are() -> None:
    given = own(FAST, entity="ny-01", indicator="seats").assign(stage="junior", mean=500.0, p50=500.0)
    rolls = own(FAST, entity="ny-01", indicator="roll")
    assert set(seats_of_stage(pd.concat([given, rolls]), FAST, "junior", "seats")) == {500.0}


def test_ribbons_run_from_early_to_late_with_the_median_on_them() -> None:
    case = Case("baseline", "county-plan")
    axes = timeline(S.projects, W, case=case, caption=TITLE).axes[0]
    facts = of_case(S.projects, case).groupby("project").first().sort_values(["p10", "p50"])
    ribbons = [one.get_xdata() for one in axes.lines if one.get_gid() == "ribbon"]
    assert [round(float(ends[0])) for ends in ribbons] == facts["p10"].astype(int).tolist()
    late = facts["p90"].fillna(HORIZON + 0.5)
    assert [float(ends[1]) for ends in ribbons] == pytest.approx((late + 0.12).tolist())
    medians = [float(one.get_xdata()[0]) for one in axes.lines if one.get_gid() == "median"]
    assert medians == facts["p50"].tolist()
    beyond = [text for text in axes.child_axes[0].get_yticklabels() if "not open by 2038-39" in text.get_text()]
    assert [text.get_text() for text in beyond] == ["waits for a crew\n18\u00a0% not open by 2038-39"]


def test_cells_print_the_chance_of_being_open() -> None:
    case = Case("baseline", "county-plan")
    axes = timeline(S.projects, W, case=case, caption=TITLE).axes[0]
    facts = of_case(S.projects, case)
    assert len(axes.texts) == (facts["p_open"] > 0).sum()
    assert sorted(text.get_text() for text in axes.texts) == sorted(
        W.labels.percent(chance) for chance in facts["p_open"] if chance > 0
    )


def test_bars_of_spending_stand_against_budget_and_carry_over() -> None:
    case = Case("baseline", "county-plan")
    axes = cash_flow(S.cash, W, cases=[case], caption=TITLE).axes[0]
    table = of_case(S.cash, case, source="all").set_index("year")
    spend, budget = (table.loc[table["kind"] == kind, "mean"] for kind in ("spend", "budget"))
    bars = [one for one in axes.patches if isinstance(one, Rectangle)]
    last = max(spend.index[spend > 0].max(), budget.index[budget > 0].max())
    spend, budget = spend[spend.index <= last], budget[budget.index <= last]
    assert [bar.get_height() for bar in bars] == spend.tolist()
    steps = {one.get_gid(): one.get_data().values for one in axes.patches if one.get_gid() in {"budget", "held"}}
    assert steps["budget"].tolist() == budget.tolist()
    left = budget.cumsum() - spend.cumsum().shift(fill_value=0.0)
    assert steps["held"].tolist() == left.tolist()
    assert axes.get_ylim()[0] == 0


def test_a_plan_without_spending_leaves_no_empty_panel() -> None:
    figure = cash_flow(S.cash, W, cases=cases(), caption=TITLE)
    assert len(figure.axes) == 2


def test_pictures_do_not_change_their_tables() -> None:
    before = {name: getattr(S, name).copy() for name in ("schools", "county", "projects", "cash", "history", "zones")}
    for draw in gallery("en").values():
        draw()
    for name, frame in before.items():
        pd.testing.assert_frame_equal(frame, getattr(S, name))
