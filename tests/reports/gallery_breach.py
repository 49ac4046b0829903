"""Pictures of breaches and of the choice between plans, drawn from the sample."""

from collections.abc import Callable

from matplotlib.figure import Figure

from reports.figures_first import first_breach
from reports.figures_frontier import frontier
from reports.figures_regret import regret_dots
from reports.figures_ridge import class_ridge
from reports.figures_setting import Bound, Caption, Case, Setting
from tests.reports.sample import FUTURES, PLANS, STAGES, cases, sample
from tests.reports.sample_breach import FIRST, MEASURES, first_rows, points, regrets

SAID = {
    "zh": {"G4": "超过 2000 人", "G5": "出现超过 45 人的班"},
    "en": {"G4": "more than 2000", "G5": "a class above 45"},
}
LIMITS = {"primary": Bound(45, "45"), "junior": Bound(50, "50")}
YEAR = 2029
Pictures = dict[str, Callable[[], Figure]]


def bounds() -> dict[tuple[str, str], Bound]:
    """Limits of classes of every school and stage of the sample."""
    schools = sample().schools["entity"].unique()
    return {(str(school), stage): LIMITS[stage] for school in schools for stage in STAGES}


def of_breach(w: Setting, title: Caption, plans: int) -> Pictures:
    """First breaches, ridges, frontier and regret."""
    s, said = sample(), SAID[w.labels.lang]
    subjects = [(key, said[key[1]]) for key in FIRST]
    axis = w.labels("figure.frontier.capital")
    measures = {measure: w.labels(f"figure.regret.{measure}") for measure in MEASURES}

    def draw(crowded: bool) -> Figure:
        return frontier(points(crowded), w, axis=axis, caption=title, notes=[w.labels("figure.frontier.left_out", n=2)])

    def ridge(most: int) -> Figure:
        panels = cases("fast-urban", plans)
        return class_ridge(s.schools, w, cases=panels, year=YEAR, bounds=bounds(), caption=title, most=most)

    return {
        "first": lambda: first_breach(first_rows(), w, subjects=subjects, cases=cases(plans=plans), caption=title),
        "ridge": lambda: ridge(24),
        "ridge_cut": lambda: ridge(5),
        "frontier": lambda: draw(False),
        "frontier_crowded": lambda: draw(True),
        "regret": lambda: regret_dots(regrets(), w, plans=PLANS, futures=FUTURES, measures=measures, caption=title),
        "regret_one": lambda: regret_dots(
            regrets(), w, plans=PLANS, futures=FUTURES, measures={"short": measures["short"]}, caption=title
        ),
    }


def blank_breach(w: Setting, title: Caption) -> Pictures:
    """The same functions with tables that hold no row for what is asked."""
    s, none = sample(), first_rows().iloc[:0]
    nobody = [Case("baseline", "do-nothing")]
    subjects = [(FIRST[0], "?")]
    return {
        "first": lambda: first_breach(none, w, subjects=subjects, cases=nobody, caption=title),
        "ridge": lambda: class_ridge(s.schools.iloc[:0], w, cases=nobody, year=YEAR, bounds={}, caption=title),
        "frontier": lambda: frontier({"A": points()["A · 2027-28"].iloc[:1]}, w, axis="", caption=title),
        "regret": lambda: regret_dots(
            regrets().assign(regret=0.0), w, plans=PLANS, futures=FUTURES, measures={"short": "?"}, caption=title
        ),
    }
