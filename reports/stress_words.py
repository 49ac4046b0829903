"""Sentences and table rows of a stress test, for page and terminal."""

from reports.i18n import decimal
from reports.sentences import UNVERIFIED
from reports.stress_view import Row, StressView

HEADS = ("driver", "change", "reach", "cause", "share", "response")
EFFECT_HEADS = {
    "morris": ("driver", "mu_star", "sigma", "way"),
    "sobol": ("driver", "total", "interval", "first"),
}
WIDE = 0.5
"""An interval of a share of variance that is wider does not sort drivers."""
OUTPUTS = ("probability", "pupils_over", "roll")
_PERCENT = ("factor", "share")


def title(view: StressView) -> str:
    """Title of the page."""
    return view.labels("stress.title", study=view.asked.title)


def who(view: StressView) -> str:
    """The county, or the school that was asked about."""
    school = view.asked.school
    return view.labels("stress.county") if school is None else view.setting.name("school", school)


def facts(view: StressView) -> str:
    """Plan, future, years, draws."""
    words, asked = view.labels, view.asked
    first, last = (words.school_year(year) for year in asked.window)
    names = {kind: view.setting.name(kind, key) for kind, key in (("plan", asked.plan), ("future", asked.future))}
    return words("stress.facts", **names, who=who(view), first=first, last=last, draws=words.integer(asked.draws))


def base_line(view: StressView) -> str:
    """Where it starts from."""
    words = view.labels
    return words("stress.base", held=words.percent(view.probability), below=round(100 * view.asked.below))


def headline(view: StressView) -> str:
    """What takes least."""
    first = view.singles[0]
    if not first["fails"]:
        return view.labels("stress.headline.none", who=who(view))
    return view.labels("stress.headline.least", change=change(view, first), who=who(view), fail=_fail(view))


def _fail(view: StressView) -> int:
    return round(100 - 100 * view.asked.below)


def short(view: StressView, driver: str, amount: float) -> str:
    """An amount as a signed change, `+18 %`, `-3`, `2 a`."""
    words, scale = view.labels, view.ranges[driver]
    percent = scale.unit in _PERCENT
    number = f"{100.0 * (amount - scale.neutral) if percent else amount:+.1f}".removesuffix(".0").replace("-", "\u2212")
    return number + words("number.percent") if percent else words(f"stress.unit.{scale.unit}", x=number)


def _one(view: StressView, driver: str, direction: str, amount: float) -> str:
    scale = view.ranges[driver]
    size = abs(amount - scale.neutral) * (100.0 if scale.unit in _PERCENT else 1.0)
    year = view.setting.base_year + 1
    return view.labels(f"stress.change.{driver}.{direction}", x=decimal(size, 1).removesuffix(".0"), year=year)


def change(view: StressView, row: Row) -> str:
    """The change of a row in words."""
    said = _one(view, str(row["driver"]), str(row["direction"]), float(str(row["amount"])))
    if not row["second"]:
        return said
    other = _one(view, str(row["second"]), str(row["second_direction"]), float(str(row["second_amount"])))
    return view.labels("stress.change.both", first=said, second=other)


def cause(view: StressView, row: Row) -> str:
    """The limit that breaks most often, its school and year."""
    if not row["rule"]:
        return "–"
    indicator, limit = view.limits[str(row["rule"]), str(row["school"])]
    doubt = UNVERIFIED if row["rule"] in view.doubtful else ""
    known = f"stress.cause.{indicator}"
    if view.labels.has(known):
        said = view.labels(known, limit=f"{limit:g}{doubt}")
    else:
        said = view.labels("stress.cause.clause", clause=f"{view.clauses.get(str(row['rule']), row['rule'])}{doubt}")
    place = view.setting.name("school", str(row["school"])) if row["school"] else view.labels("word.county")
    school, year = place, view.labels.school_year(float(str(row["year"])))
    return view.labels("stress.cause", school=school, what=said, year=year)


def sentence(view: StressView, row: Row) -> str:
    """What a row says."""
    words = view.labels
    share = words.percent(float(str(row["share_broken"])))
    held = words.percent(float(str(row["probability"])))
    if row["fails"]:
        given = {"change": change(view, row), "who": who(view), "fail": _fail(view)}
        return words("stress.line.fails", **given, cause=cause(view, row), share=share)
    return words("stress.line.holds", change=change(view, row), who=who(view), held=held)


def statements(view: StressView) -> list[str]:
    """Marks, where it starts, and a sentence for each driver and direction."""
    told = [view.labels("stress.unverified", clauses=", ".join(view.doubtful))] if view.doubtful else []
    return [*view.setting.marks(), *told, base_line(view), *(sentence(view, row) for row in view.singles)]


def table_rows(view: StressView, pairs: bool = False) -> list[list[str]]:
    """Rows of the table: driver, change, share of the range, cause, its share, shape of the response."""
    words, rows = view.labels, []
    for row in view.pairs if pairs else view.singles:
        names = [words(f"stress.driver.{row[key]}") for key in ("driver", "second") if row[key]]
        amounts = [
            short(view, str(row[key]), float(str(row[f"{amount}amount"])))
            for key, amount in (("driver", ""), ("second", "second_"))
            if row[key]
        ]
        reach = words.percent(float(str(row["reach"]))) if row["fails"] else words("stress.never")
        shape = words("stress.monotone" if row["monotone"] else "stress.not_monotone")
        share = words.percent(float(str(row["share_broken"]))) if row["rule"] else "–"
        rows.append([" + ".join(names), ", ".join(amounts), reach, cause(view, row), share, shape])
    return rows


def effect_rows(view: StressView, output: str) -> list[list[str]]:
    """Rows of an output of the global analysis, the driver that matters most first."""
    found = view.effects[view.effects["output"] == output].sort_values("effect", ascending=False, kind="stable")
    words, rows = view.labels, []
    for row in found.to_dict("records"):
        name = words(f"stress.driver.{row['driver']}")
        effect, second, low, high = (float(str(row[key])) for key in ("effect", "second", "low", "high"))
        if row["method"] == "sobol":
            rows.append([name, _number(effect), f"{_number(low)}–{_number(high)}", _number(second)])
            continue
        scale, digits = (100.0, 0) if output == "probability" else (1.0, 1)
        way = words("stress.way.up" if float(str(row["direction"])) > 0 else "stress.way.down") if effect > 0 else "–"
        rows.append([name, _number(scale * effect, digits), _number(scale * second, digits), way])
    return rows


def _number(value: float, digits: int = 2) -> str:
    return "–" if value != value else decimal(value, digits).replace("-", "−")


def explained(view: StressView) -> str:
    """What the numbers of the global analysis are, and that they are too few where an interval of a share is wide."""
    way = method(view)
    if not way:
        return ""
    wide = way == "sobol" and bool((view.effects["high"] - view.effects["low"] > WIDE).any())
    return view.labels(f"stress.effects.{way}") + (view.labels("stress.effects.few") if wide else "")


def method(view: StressView) -> str:
    """Method of the global analysis, empty without one."""
    return "" if view.effects.empty else str(view.effects["method"].iloc[0])
