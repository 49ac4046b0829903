"""The section on the county as a whole: difference coefficients, 6 of 7, standard schools, imported facts, teachers."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from reports.i18n import NOTHING, decimal, integer
from reports.view import View
from scenarios.dictionary import shared

Rows = list[tuple[str, ...]]
Row = Mapping[Hashable, object]
MOST = 15
"""Rows of the table of schools."""
_MET, _LOWEST = "resources_met", "resource_lowest"
_STAFF = ("teachers_by_pupils", "teachers_by_classes", "teachers_needed", "teachers_gap")
_SHARES = ("standard_share", "standard_share_least", "standard_share_most")


@dataclass(frozen=True)
class Board:
    """A table with its title and what is said before and behind it."""

    title: str
    said: str
    heads: list[str]
    rows: Rows
    rest: str = ""
    detail: bool = False
    """Folded on the page until the reader opens it."""


@dataclass(frozen=True)
class BalancePage:
    """What the section shows; boards without rows are left out."""

    said: str
    notes: tuple[str, ...]
    boards: tuple[Board, ...]


def page(seen: View) -> BalancePage | None:
    """The section; None where there is nothing to say."""
    made = (_coefficients(seen), _by_year(seen), _schools(seen), _shares(seen), _facts(seen), _staff(seen))
    boards = tuple(board for board in made if board.rows or board.rest)
    if not boards:
        return None
    return BalancePage(
        seen.labels("balance.lead", plan=seen.words.plan(seen.plan), future=seen.words.future(seen.future)),
        tuple(_notes(seen)),
        boards,
    )


def _own(seen: View, table: pd.DataFrame) -> pd.DataFrame:
    """Rows of the headline plan in the future that speaks against it."""
    return table[(table["future"] == seen.future) & (table["plan"] == seen.plan)]


def _name(seen: View, indicator: str) -> str:
    if indicator == "mean":
        return seen.labels("balance.mean")
    entry = shared().indicators.get(indicator)
    return indicator if entry is None else (entry.zh if seen.labels.lang == "zh" else entry.en)


def _stage(seen: View, stage: str) -> str:
    if stage == "all":
        return seen.labels("balance.whole")
    return next((seen.labels.pick(one.name) for one in seen.run.study.stages if one.id == stage), stage)


def _verdict(seen: View, word: object) -> str:
    return seen.labels(f"verdict.{word}") if isinstance(word, str) and word else NOTHING


def _number(value: object, digits: int = 2) -> str:
    number = float(str(value))
    return NOTHING if pd.isna(number) else decimal(number, digits)


def _year(seen: View, value: object) -> str:
    text = str(value)
    return NOTHING if text in ("nan", "<NA>", "None") else seen.labels.school_year(int(float(text)))


def _heads(seen: View, keys: Sequence[str]) -> list[str]:
    return [seen.labels(f"column.{key}") for key in keys]


def _notes(seen: View) -> list[str]:
    found = _own(seen, seen.run.tables.coefficients)
    if found.empty:
        return []
    notes = [seen.labels(f"balance.mode.{found['mode'].iloc[0]}")]
    both = found[(found["verdict"] != "") & (found["verdict"] != found["verdict_unweighted"])]
    if len(both):
        pairs = zip(both["stage"], both["indicator"], strict=True)
        names = seen.labels("word.list").join(f"{_stage(seen, stage)} {_name(seen, name)}" for stage, name in pairs)
        notes.append(seen.labels("balance.flips", names=names))
    return notes


def _place(seen: View, stage: str, indicator: str) -> tuple[int, bool, int, str]:
    """Order of rows: stages of the study, the mean last, indicators as the dictionary lists them."""
    stages = [one.id for one in seen.run.study.stages]
    known = list(shared().indicators)
    order = known.index(indicator) if indicator in known else len(known)
    return (stages.index(stage) if stage in stages else len(stages)), indicator == "mean", order, indicator


def _coefficients(seen: View) -> Board:
    keys = ("stage", "indicator", "limit", "weighted", "unweighted", "verdict", "verdict_unweighted", "no_data")
    rows: Rows = []
    silent: list[str] = []
    found = _own(seen, seen.run.tables.coefficients).to_dict("records")
    for row in sorted(found, key=lambda one: _place(seen, str(one["stage"]), str(one["indicator"]))):
        if row["missing"] == "*":
            silent.append(f"{_stage(seen, str(row['stage']))} {_name(seen, str(row['indicator']))}")
            continue
        year = _year(seen, row["worst_year"])
        worst = _number(row["p50_worst"]) + ("" if year == NOTHING else f" ({year})")
        rows.append((
            _stage(seen, str(row["stage"])), _name(seen, str(row["indicator"])), _number(row["bound"]),
            worst, _number(row["unweighted_p50_worst"]), _verdict(seen, row["verdict"]),
            _verdict(seen, row["verdict_unweighted"]), _missing(seen, str(row["missing"])),
        ))  # fmt: skip
    names = seen.labels("word.list").join(silent)
    rest = seen.labels("balance.no_school", n=len(silent), names=names) if silent else ""
    return Board(seen.labels("balance.coefficients"), "", _heads(seen, keys), rows, rest)


def _missing(seen: View, schools: str) -> str:
    return seen.labels("word.list").join(seen.words.school(one) for one in schools.split()) or NOTHING


def _years(seen: View) -> list[int]:
    """Every second simulated year, with both ends of the decision window."""
    first, last = seen.run.study.base_year + 1, seen.run.study.horizon
    return sorted({*range(first, last + 1, 2), *seen.run.study.window})


def _by_year(seen: View) -> Board:
    county = _own(seen, seen.run.tables.county)
    found = county[county["indicator"].str.startswith("cv:")]
    years, rows = _years(seen), []
    pairs = zip(found["stage"].astype(str), found["indicator"].str.removeprefix("cv:").astype(str), strict=True)
    for stage, name in sorted(set(pairs), key=lambda pair: _place(seen, *pair)):
        part = found[(found["stage"] == stage) & (found["indicator"] == f"cv:{name}")]
        values = dict(zip(part["year"].astype(int), part["p50"].astype(float), strict=True))
        cells = (_number(values.get(year, float("nan"))) for year in years)
        rows.append((_stage(seen, stage), _name(seen, name), *cells))
    heads = [*_heads(seen, ("stage", "indicator")), *(seen.labels.school_year(year) for year in years)]
    return Board(seen.labels("balance.by_year"), seen.labels("balance.by_year_lead"), heads, rows, detail=True)


def _schools(seen: View) -> Board:
    verdicts = _own(seen, seen.run.tables.verdicts)
    codes = [rule.code for rule in seen.run.study.rules if rule.indicator == "resource_indicators_met"]
    rest = [rule.code for rule in seen.run.study.rules if rule.indicator == "resource_indicator_shortfall"]
    found = verdicts[(verdicts["scope"] == "school") & verdicts["rule"].isin([*codes, *rest])]
    order = {"fails": 0, "at-risk": 1, "undecided": 2, "not-assessed": 3, "holds": 4, "outlook": 5}
    worst: dict[tuple[str, str], str] = {}
    for row in found.to_dict("records"):
        key = (str(row["entity"]), str(row["stage"]))
        worst[key] = min(worst.get(key, "outlook"), str(row["verdict"]), key=lambda word: order[word])
    count = {word: sum(found == word for found in worst.values()) for word in order}
    shown = sorted(((word, key) for key, word in worst.items() if order[word] < 3), key=lambda x: (order[x[0]], x[1]))
    values = _lowest_in_window(seen)
    rows: Rows = [
        (
            seen.words.school(school), _stage(seen, stage), _verdict(seen, word),
            _number(values.get((school, stage, _MET), float("nan")), 0),
            _percent(seen, values.get((school, stage, _LOWEST), float("nan"))),
        )
        for word, (school, stage) in shown
    ]  # fmt: skip
    said = seen.labels(
        "balance.schools_lead",
        fails=count["fails"],
        risky=count["at-risk"] + count["undecided"],
        unknown=count["not-assessed"],
        holds=count["holds"],
    )
    more = len(rows) - MOST
    return Board(
        seen.labels("balance.schools"),
        said,
        _heads(seen, ("school", "stage", "verdict", "reached_items", "lowest")),
        rows[:MOST],
        seen.labels("balance.rest", n=more) if more > 0 else "",
    )


def _percent(seen: View, value: float) -> str:
    return NOTHING if pd.isna(value) else f"{value:.0%}"


def _lowest_in_window(seen: View) -> dict[tuple[str, str, str], float]:
    """Lowest median of the window by school, stage and indicator."""
    schools = _own(seen, seen.run.tables.schools)
    first, last = seen.run.study.window
    found = schools[schools["indicator"].isin([_MET, _LOWEST]) & schools["year"].between(first, last)]
    low = found.groupby(["entity", "stage", "indicator"], as_index=False)["p50"].min()
    keys = zip(low["entity"].astype(str), low["stage"].astype(str), low["indicator"].astype(str), strict=True)
    return dict(zip(keys, low["p50"].astype(float), strict=True))


def _shares(seen: View) -> Board:
    county = _own(seen, seen.run.tables.county)
    found = county[county["indicator"].str.split(":").str[0].isin(_SHARES)]
    years, rows = _years(seen), []
    for name, part in found.groupby("indicator", sort=False):
        base, _, who = str(name).partition(":")
        label = seen.labels(f"balance.share_of.{who or 'all'}")
        if base != _SHARES[0]:
            label = seen.labels("balance.least" if base == _SHARES[1] else "balance.most", who=label)
        by = {int(str(row["year"])): _spread(row) for row in part.to_dict("records")}
        cells = (by.get(year, NOTHING) for year in years)
        rows.append((label, *cells))
    rows += _targets(seen, len(years))
    heads = [*_heads(seen, ("kind_of_school",)), *(seen.labels.school_year(year) for year in years)]
    codes = seen.labels("word.list").join(seen.run.study.standard_school)
    return Board(seen.labels("balance.standard"), seen.labels("balance.standard_lead", codes=codes), heads, rows)


def _spread(row: Row) -> str:
    low, middle, high = (float(str(row[name])) for name in ("p10", "p50", "p90"))
    return f"{middle:.0%}" if low == high else f"{middle:.0%} ({low:.0%}–{high:.0%})"


def _targets(seen: View, width: int) -> Rows:
    """Targets with their verdict in the first column and nothing in the others."""
    verdicts = _own(seen, seen.run.tables.verdicts)
    rows: Rows = []
    for rule in seen.run.study.rules:
        if rule.indicator != "standard_share":
            continue
        own = verdicts[verdicts["rule"] == rule.code]
        who, _, year = rule.code.removeprefix("SS.").partition(".")
        key = "balance.target_year" if year else "balance.target"
        said = seen.labels(key, who=seen.labels(f"balance.share_of.{who}"), share=f"{rule.bound:.0%}", year=year)
        words = [_chance(seen, row) for row in own.to_dict("records")] or [NOTHING]
        rows.append((said, words[0], *([""] * (width - 1))))
    return rows


def _chance(seen: View, row: Row) -> str:
    word = _verdict(seen, row["verdict"])
    chance = float(str(row["probability"]))
    return word if pd.isna(chance) or seen.run.study.draws == 1 else f"{word} {seen.labels.percent(chance)}"


def _facts(seen: View) -> Board:
    verdicts = _own(seen, seen.run.tables.verdicts)
    known = verdicts[verdicts["source"] == "imported"]
    found = known[known["scope"] == "county"]
    rows: Rows = [
        (
            seen.words.clause(str(row["rule"])),
            _verdict(seen, row["verdict"]),
            _failing(row, known),
        )
        for row in found.to_dict("records")
    ]
    heads = _heads(seen, ("clause", "verdict", "schools_failing"))
    return Board(seen.labels("balance.facts"), seen.labels("balance.facts_lead"), heads, rows)


def _failing(row: Row, known: pd.DataFrame) -> str:
    own = known[(known["scope"] == "school") & (known["rule"] == row["rule"])]
    return NOTHING if own.empty else integer(float((own["verdict"] == "fails").sum()))


def _staff(seen: View) -> Board:
    county = _own(seen, seen.run.tables.county)
    years, rows = _years(seen), []
    stages = [*(stage.id for stage in seen.run.study.stages), "all"]
    for stage in stages:
        for name in _STAFF:
            part = county[(county["indicator"] == name) & (county["stage"] == stage)]
            by = dict(zip(part["year"].astype(int), part["p50"].astype(float), strict=True))
            if by:
                cells = (integer(by[year]) if year in by else NOTHING for year in years)
                rows.append((_stage(seen, stage), seen.labels(f"balance.{name}"), *cells))
    heads = [*_heads(seen, ("stage", "reckoned")), *(seen.labels.school_year(year) for year in years)]
    return Board(seen.labels("balance.staff"), seen.labels("balance.staff_lead"), heads, rows)
