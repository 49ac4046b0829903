"""Sentences and tables of a backtest, for terminal and page; only words are chosen here, nothing is computed."""

from reports.backtest_view import NAIVE, OWN, RATIO, BacktestView, Skill
from reports.i18n import NOTHING, Labels, decimal, signed

FEW_ORIGINS = 5
FITTED = ("ets", "arima")


def percent(share: float, digits: int = 1) -> str:
    """A share as percent without its sign; a dash where there is none."""
    return decimal(100.0 * share, digits)


def ahead(labels: Labels, h: int) -> str:
    """`3 years ahead`."""
    return labels(f"backtest.ahead.{'one' if h == 1 else 'many'}", h=h)


def headline(view: BacktestView) -> str:
    """The one sentence: school totals, beside the simple methods."""
    h = view.middle()
    rows = {method: view.row("school", h, method) for method in (OWN, NAIVE, RATIO)}
    own, naive, ratio = (NOTHING if row is None else percent(row["wape"]) for row in rows.values())
    skill = view.skill("school", h)
    verdict = NOTHING if skill is None else _verdict(view, skill)
    return view.labels(
        "backtest.headline", ahead=ahead(view.labels, h), own=own, naive=naive, ratio=ratio, verdict=verdict
    )


def _verdict(view: BacktestView, skill: Skill) -> str:
    if skill.low != skill.low:  # one district and one origin: nothing to resample
        return view.labels("backtest.verdict.alone", n=signed(100.0 * skill.change, 1))
    kind = "better" if skill.high < 0.0 else "worse" if skill.low > 0.0 else "same"
    change, *bounds = (100.0 * bound for bound in (skill.change, skill.low, skill.high))
    if kind == "same":
        n, low, high = (signed(value, 1) for value in (change, *bounds))
    else:
        n, low, high = (decimal(value, 1) for value in (abs(change), *sorted(map(abs, bounds))))
    return view.labels(f"backtest.verdict.{kind}", n=n, low=low, high=high)


def statements(view: BacktestView) -> list[str]:
    """What must stand beside the sentence: coverage, masks, events, too few origins."""
    labels = view.labels
    said = [labels("mark.synthetic")] if view.synthetic else []
    h = view.middle()
    cell, school = (view.row(level, h) for level in ("school-grade", "school"))
    if view.intervals and cell is not None and school is not None:
        shares = {"cell": percent(cell["cover80"], 0), "school": percent(school["cover80"], 0)}
        said.append(labels("backtest.cover", **shares))
    else:
        said.append(labels("backtest.no_intervals"))
    if view.masked:
        said.append(labels("backtest.masked", years=labels("word.list").join(map(str, view.masked))))
    if view.events:
        said.append(labels("backtest.events"))
    others = [_other(view, method, h) for method in FITTED]
    if any(others):
        said.append(labels("backtest.others", list=labels("word.list").join(filter(None, others))))
    if len(view.origins) < FEW_ORIGINS:
        said.append(labels("backtest.few", n=len(view.origins)))
    return said


def _other(view: BacktestView, method: str, h: int) -> str:
    """What a method of the library said of school totals, beside the own forecast of the same cases."""
    rows = view.predictions[(view.predictions["level"] == "school") & (view.predictions["horizon"] == h)]
    said = {name: rows[rows["method"] == name] for name in (OWN, method)}
    other = said[method][["origin", "district", "school", "mean"]].rename(columns={"mean": "other"})
    both = said[OWN].merge(other, on=["origin", "district", "school"])
    pupils = float(both["actual"].sum())
    if not pupils:
        return ""
    own = both["p50"].where(both["p50"].notna(), both["mean"])
    errors = [float((one - both["actual"]).abs().sum()) / pupils for one in (both["other"], own)]
    told = {"error": percent(errors[0]), "own": percent(errors[1]), "n": view.labels.integer(len(both)), "h": h}
    return view.labels("backtest.others.one", method=view.labels(f"backtest.method.{method}"), **told)


def decisions(view: BacktestView) -> str:
    """Overcrowding foreseen, in one line; empty without draws."""
    found = view.decisions
    if not found:
        return ""
    return view.labels(
        "backtest.decisions.seats" if view.seats else "backtest.decisions",
        n=round(found["cases"]),
        came=round(found["came"]),
        auc=decimal(found["auc"], 2),
        recall=percent(found["recall_30"], 0),
        precision=percent(found["precision_30"], 0),
        brier=percent(found["brier_skill"], 0),
    )


SHORT = ("level", "horizon", "n", "own", "ratio", "naive", "skill", "cover80")
LONG = ("level", "horizon", "n", "own", "ratio", "naive", "skill", "interval", "bias", "cover80", "cover90", "width80")


def table_rows(view: BacktestView, columns: tuple[str, ...]) -> list[list[str]]:
    """One row for each level and horizon that was scored."""
    rows = []
    for level in view.levels():
        for h in view.horizons:
            cells = _cells(view, level, h)
            if cells:
                rows.append([cells[name] for name in columns])
    return rows


def _cells(view: BacktestView, level: str, h: int) -> dict[str, str]:
    own, labels = view.row(level, h), view.labels
    if own is None:
        return {}
    simple = {name: view.row(level, h, method) for name, method in (("ratio", RATIO), ("naive", NAIVE))}
    skill = view.skill(level, h)
    known = skill is not None and skill.low == skill.low
    bounds = (
        {} if skill is None or not known else {"low": signed(100 * skill.low, 1), "high": signed(100 * skill.high, 1)}
    )
    return {
        "level": labels(f"backtest.level.{level}"),
        "horizon": str(h),
        "n": labels.integer(own["n"]),
        "own": percent(own["wape"]),
        **{name: NOTHING if row is None else percent(row["wape"]) for name, row in simple.items()},
        "skill": NOTHING if skill is None else signed(100 * skill.change, 1),
        "interval": labels("backtest.range", **bounds) if bounds else NOTHING,
        "bias": signed(100 * float(own["bias"]), 1),
        "cover80": percent(own["cover80"], 0),
        "cover90": percent(own["cover90"], 0),
        "width80": decimal(float(own["width80"]), 1),
    }
