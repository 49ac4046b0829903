"""First breaches, ridges, cost against pupils over, regret: values are read back from what is drawn."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from reports.figures_first import _told, first_breach, first_rows, never
from reports.figures_frontier import efficient, frontier
from reports.figures_regret import measures_of, regret_dots, steadiest, worst_regret
from reports.figures_ridge import LEAST_WIDE, TERRACES, class_ridge, largest_classes, riskiest
from reports.figures_setting import Bound, Caption, Case
from reports.pictures import sheets_of_projects
from reports.view import View
from tests.reports import sample_breach as rows
from tests.reports.gallery_breach import YEAR, bounds
from tests.reports.sample import FUTURES, PLANS, cases, sample, words

S, W, TITLE = sample(), words("en"), Caption("finding")
FAST = cases("fast-urban", 2)


def boxes(axes: Axes, gid: str) -> list[Rectangle]:
    return [one for one in axes.patches if isinstance(one, Rectangle) and one.get_gid() == gid]


def test_bars_are_the_chances_and_words_the_rest() -> None:
    table = rows.first_rows()
    subjects = [(key, "limit") for key in rows.FIRST]
    figure = first_breach(table, W, subjects=subjects, cases=cases(plans=2), caption=TITLE)
    panels = iter(figure.axes)
    for key in rows.FIRST:
        for case in cases(plans=2):
            axes, own = next(panels), first_rows(table, case, key)
            heights = {
                round(bar.get_x() + 0.4): bar.get_height() for bar in axes.patches if bar.get_gid() in ("in", "out")
            }
            assert heights == pytest.approx(dict(zip(own["year"], own["p_first"], strict=True)))
            inside = {round(bar.get_x() + 0.4) for bar in axes.patches if bar.get_gid() == "in"}
            assert inside == set(range(rows.WINDOW[0], rows.WINDOW[1] + 1))
            assert all(bar.get_hatch() for bar in axes.patches if bar.get_gid() == "in")
            said = [text.get_text() for text in axes.texts if text.get_gid() == "never"]
            assert said == [f"never {W.labels.percent(1 - own['p_first'].sum())}"]


def test_of_two_stages_the_likelier_one_is_drawn_and_nobody_is_surely_safe() -> None:
    own = first_rows(rows.first_rows(), Case("baseline", PLANS[0]), ("ny-01", "G5"))
    assert set(own["stage"]) == {"primary"}
    assert never(own) == pytest.approx(1 - own["p_first"].sum())
    assert never(own.iloc[:0]) == 1.0


def test_terraces_are_the_quantiles_and_limits_stand_in_their_row() -> None:
    figure = class_ridge(S.schools, W, cases=FAST, year=YEAR, bounds=bounds(), caption=TITLE)
    tables = [largest_classes(S.schools, case, YEAR) for case in FAST]
    order, left = riskiest(tables)
    every = pd.concat(tables)["p_exceed"].groupby(level=[0, 1]).max()
    assert (len(order), left) == (12, len(every) - 12)
    assert every.loc[[key for key in every.index if key not in order]].max() < 0.01
    for axes, table in zip(figure.axes, tables, strict=True):
        shown = [key for key in order if key in table.index]
        for low, high, _, _ in TERRACES:
            drawn = [(box.get_x(), box.get_width()) for box in boxes(axes, f"terrace:{low}")]
            wide = (table[high] - table[low]).clip(lower=LEAST_WIDE).loc[shown]
            middle = ((table[low] + table[high]) / 2).loc[shown]
            assert np.array(drawn) == pytest.approx(np.column_stack([middle - wide / 2, wide]))
        medians = [line.get_xdata()[0] for line in axes.lines if line.get_gid() == "median"]
        assert medians == table["p50"].loc[shown].tolist()
        limits = [line.get_xdata()[0] for line in axes.lines if line.get_gid() == "bound"]
        assert limits == [45 if stage == "primary" else 50 for _, stage in order]
        said = [text.get_text() for text in axes.texts if text.get_gid() == "chance"]
        assert said == [W.labels.percent(chance) for chance in table["p_exceed"].loc[shown]]
        assert len(boxes(axes, "hatch")) == int((table["p_exceed"].loc[shown] > 0.5).sum())


def test_the_riskiest_rows_come_first_and_the_others_are_counted() -> None:
    figure = class_ridge(S.schools, W, cases=FAST, year=YEAR, bounds=bounds(), caption=TITLE, most=4)
    every, quiet = riskiest([largest_classes(S.schools, case, YEAR) for case in FAST], 99)
    assert len(figure.axes[0].get_yticklabels()) == 4
    said = f"the 4 riskiest rows; {len(every) + quiet - 4} others are not drawn"
    assert any(said in text.get_text() for text in figure.texts)
    tables = pd.concat([largest_classes(S.schools, case, YEAR) for case in FAST])
    peak = tables["p_exceed"].groupby(level=[0, 1]).max()
    chances = [peak[key] for key in every]
    assert chances == sorted(chances, reverse=True)


def test_a_hill_far_beyond_the_limits_runs_off_with_an_arrow() -> None:
    far = S.schools.copy()
    wide = (far["indicator"] == "largest_class") & (far["entity"] == "ps-01") & (far["year"] == YEAR)
    far.loc[wide, "p95"] = 400.0
    figure = class_ridge(far, W, cases=FAST, year=YEAR, bounds=bounds(), caption=TITLE)
    assert figure.axes[0].get_xlim()[1] == pytest.approx(1.6 * 50)
    assert [line for line in figure.axes[0].lines if line.get_gid() == "beyond"]
    assert any("runs off" in text.get_text() for text in figure.texts)


def test_points_stand_at_cost_and_pupils_over_and_whiskers_at_their_ranges() -> None:
    panels = rows.points()
    figure = frontier(panels, W, axis="cost", caption=TITLE)
    for axes, (title, table) in zip(figure.axes, panels.items(), strict=True):
        assert axes.get_title(loc="left") == title
        best = efficient(table)
        for row in table.to_dict("records"):
            (dot,) = [line for line in axes.lines if line.get_gid() == f"plan:{row['plan']}"]
            assert (dot.get_xdata()[0], dot.get_ydata()[0]) == (row["cost"], row["over"])
            assert (dot.get_markerfacecolor() == dot.get_markeredgecolor()) == (row["plan"] in best)
        for gid, low, high, at in (("over90", "over_low", "over_high", 1), ("cost90", "cost_low", "cost_high", 0)):
            drawn = [tuple(line.get_data()[at]) for line in axes.lines if line.get_gid() == gid]
            wide = table[table[high] > table[low]]
            assert drawn == list(zip(wide[low], wide[high], strict=True))
        (line,) = [line for line in axes.lines if line.get_gid() == "frontier"]
        own = table.set_index("plan").loc[best]
        assert np.array(line.get_data()).tolist() == [own["cost"].tolist(), own["over"].tolist()]
        names = {text.get_text() for text in axes.texts if text.get_gid() == "name"}
        assert names == {W.name("plan", str(plan)) for plan in table["plan"]}


def test_a_plan_that_is_dearer_and_worse_is_beaten() -> None:
    table = rows.points()["A · 2027-28"]
    assert efficient(table) == list(PLANS)
    same = table.assign(cost=1.0, over=1.0)
    assert efficient(same) == sorted(same["plan"])


def test_names_without_room_go_to_the_legend() -> None:
    figure = frontier(rows.points(crowded=True), W, axis="cost", caption=TITLE)
    assert not [text for axes in figure.axes for text in axes.texts if text.get_gid() == "name"]
    legend = [text.get_text() for one in figure.legends or figure.artists for text in one.get_texts()]
    assert {f"plan {place}" for place in range(9)} <= set(legend)


def test_marks_and_bars_of_regret() -> None:
    table = rows.regrets()
    measures = {name: name for name in (*rows.MEASURES, "idle")}
    figure = regret_dots(table, W, plans=PLANS, futures=FUTURES, measures=measures, caption=TITLE)
    shown = measures_of(table, [*measures])
    assert shown == list(rows.MEASURES)
    for axes, measure in zip(figure.axes, shown, strict=True):
        own = table[table["measure"] == measure]
        assert [box.get_width() for box in axes.patches] == worst_regret(table, measure).loc[list(PLANS)].tolist()
        for future in FUTURES:
            dots = [line.get_xdata()[0] for line in axes.lines if line.get_gid() == f"future:{future}"]
            assert dots == own[own["future"] == future].set_index("plan")["regret"].loc[list(PLANS)].tolist()
        least = [text.get_text() for text in axes.texts if "(least)" in text.get_text()]
        assert len(least) == len(steadiest(table, measure)) == 1


def test_limits_of_a_school_without_a_clause_are_left_out() -> None:
    figure = class_ridge(
        S.schools, W, cases=FAST, year=YEAR, bounds={("ps-01", "primary"): Bound(45, "45")}, caption=TITLE
    )
    assert len([line for line in figure.axes[0].lines if line.get_gid() == "bound"]) == 1


def test_figures_over_bars_keep_their_distance_and_the_likeliest_is_told() -> None:
    own = first_rows(rows.first_rows(), Case("baseline", PLANS[0]), rows.FIRST[0])
    for room, least in ((30.0, 4), (9.0, 2)):
        told = _told(own, W.labels, room)
        assert told[0][1] == own["p_first"].max()
        assert len(told) >= least
        years = sorted(year for year, _ in told)
        assert all(later - sooner >= 1 for sooner, later in pairwise(years))
    assert len(_told(own, W.labels, 9.0)) < len(_told(own, W.labels, 30.0))


def test_safe_schools_are_counted_not_drawn() -> None:
    calm = S.schools.copy()
    calm.loc[calm["indicator"] == "largest_class", "p_exceed"] = 0.0
    every = len(largest_classes(calm, FAST[0], YEAR))
    order, left = riskiest([largest_classes(calm, FAST[0], YEAR)])
    assert (len(order), left) == (min(12, every), max(0, every - 12))


def test_long_lists_of_projects_go_on_over_sheets(english: View) -> None:
    order = [f"p{place}" for place in range(45)]
    sheets = sheets_of_projects(english, "county-plan", order)
    assert [key for part, _ in sheets for key in part] == order
    assert [len(part) for part, _ in sheets] == [20, 20, 5]
    assert [setting.notes for _, setting in sheets] == [(f"sheet {n} of 3 (45 projects)",) for n in (1, 2, 3)]
    assert sheets_of_projects(english, "county-plan", order[:20])[0][1].notes == ()
