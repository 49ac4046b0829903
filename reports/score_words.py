"""Sentences and tables of a score, for terminal and page; only words are chosen here, nothing is computed."""

import pandas as pd

from reports.backtest_words import ahead, percent
from reports.i18n import NOTHING, decimal, integer, interval, signed
from reports.score_view import ScoreView
from reports.sentences import doubt_word

SHORT = ("level", "year", "n", "own", "ratio", "naive", "skill", "bias", "cover80")
LONG = ("level", "year", "horizon", "n", "own", "ratio", "naive", "skill", "bias", "cover50", "cover80", "cover90",
        "width80", "stretch")  # fmt: skip
SAME = 0.005
"""Shares nearer than this are called equal."""
FEW = 30


def headline(view: ScoreView) -> str:
    """How good were you last year, beside the simple methods."""
    row, labels = view.main, view.labels
    numbers = {"own": percent(row["wape"]), "naive": percent(row["wape_naive"]), "ratio": percent(row["wape_ratio"])}
    level = labels(f"score.level.{row['level']}")
    words = {
        "year": labels.school_year(row["year"]),
        "ahead": ahead(labels, int(row["horizon"])).lower(),
        "level": level,
    }
    known = pd.notna(row["skill"])
    key = "score.headline" if known else "score.headline.alone"
    return labels(key, **words, **numbers, verdict=_verdict(view, float(row["skill"])) if known else "")


def _verdict(view: ScoreView, skill: float) -> str:
    kind = "same" if abs(skill) < SAME else "better" if skill < 0.0 else "worse"
    return view.labels(f"score.verdict.{kind}", n=decimal(100.0 * abs(skill), 0))


def statements(view: ScoreView) -> list[str]:
    """What stands beside the sentence: intervals, bias, sums, one year is one year, what the record says."""
    row, labels = view.main, view.labels
    said = []
    if pd.notna(row["cover80"]):
        numbers = {"n": integer(row["n"]), "cover": percent(row["cover80"], 0), "stretch": decimal(row["stretch"], 2)}
        said.append(labels("score.cover", **numbers))
    said.append(labels("score.bias.many" if row["bias"] > 0 else "score.bias.few", n=percent(abs(row["bias"]))))
    county = view.row("county")
    if county is not None:
        said.append(labels("score.county", own=percent(county["wape"]), naive=percent(county["wape_naive"])))
    if row["n"] < FEW:
        said.append(labels("score.few", n=integer(row["n"])))
    said.append(labels("score.one_year"))
    if view.locked:
        said.append(labels("score.locked"))
    return said


def table_rows(view: ScoreView, columns: tuple[str, ...]) -> list[list[str]]:
    """One row for each level and year."""
    return [[_cells(view, row)[name] for name in columns] for _, row in view.table.iterrows()]


def _cells(view: ScoreView, row: pd.Series) -> dict[str, str]:
    return {
        "level": view.labels(f"score.level.{row['level']}"),
        "year": view.labels.school_year(row["year"]),
        "horizon": str(int(row["horizon"])),
        "n": integer(row["n"]),
        "own": percent(row["wape"]),
        "ratio": percent(row["wape_ratio"]),
        "naive": percent(row["wape_naive"]),
        "skill": NOTHING if pd.isna(row["skill"]) else signed(100 * row["skill"], 1),
        "bias": signed(100 * row["bias"], 1),
        **{name: percent(row[name], 0) for name in ("cover50", "cover80", "cover90")},
        "width80": decimal(row["width80"], 1),
        "stretch": decimal(row["stretch"], 2),
    }


def place(view: ScoreView, share: float) -> str:
    """Where a number fell in its forecast: `83 %`, or beyond the outermost quantiles."""
    if pd.isna(share):
        return NOTHING
    if share in {0.0, 1.0}:
        return view.labels("score.place.below" if share == 0.0 else "score.place.above")
    return view.labels("score.place", n=decimal(100 * share, 0))


def case_name(view: ScoreView, school: str, grade: str) -> str:
    """Name of a school, with the grade where it is not all of them."""
    return view.name(school) + ("" if grade in {"all", ""} else f" · {grade}")


def miss_rows(view: ScoreView) -> list[list[str]]:
    """The largest misses: school, forecast with its 90 % interval, register, difference, place, same as last year."""
    return [
        [
            case_name(view, row["school"], row["grade"]),
            interval(row["said"], row["p05"], row["p95"]),
            integer(row["actual"]),
            signed(row["actual"] - row["said"]),
            place(view, row["place"]),
            integer(row["naive"]),
        ]
        for row in view.misses.to_dict("records")
    ]


def verdict_rows(view: ScoreView) -> list[list[str]]:
    """Verdicts that the register settles: school, rule, verdict, what it says and why."""
    labels = view.labels
    return [
        [
            view.name(row["school"]),
            row["rule"],
            labels(f"verdict.{row['verdict']}") + doubt_word(bool(row["unverified"]), labels),
            labels(f"score.outcome.{row['outcome']}"),
            labels(
                "score.reason.over" if row["roll"] > row["bound"] else "score.reason.within",
                year=labels.school_year(row["year"]), roll=integer(row["roll"]), bound=integer(row["bound"]),
            ),
        ]
        for row in view.verdicts.to_dict("records")
    ]  # fmt: skip


def verdict_line(view: ScoreView) -> str:
    """How many verdicts are settled; empty without a run."""
    if not view.run:
        return ""
    if view.verdicts.empty:
        return view.labels("score.verdicts.none")
    counts = view.verdicts["outcome"].value_counts()
    numbers = {name: int(counts.get(name, 0)) for name in ("confirmed", "contradicted", "early")}
    return view.labels("score.verdicts", **numbers)


def school_lists(view: ScoreView) -> list[str]:
    """Schools on one side only."""
    found = []
    for key, rows in (("vanished", view.vanished), ("appeared", view.appeared)):
        if len(rows):
            each = [f"{view.name(r['school'])} ({integer(r['pupils'])})" for r in rows.to_dict("records")]
            names = view.labels("word.list").join(dict.fromkeys(each))
            found.append(view.labels(f"score.{key}", names=names))
    return found
