"""The section on early warning: zones that reach a level under baseline and headline plan, in words and maps."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import pandas as pd

from reports.album import Album
from reports.figures_setting import Caption, Case
from reports.i18n import NOTHING, integer
from reports.maps_alerts import alert_maps
from reports.pictures import Choice, Switch
from reports.ranking_view import Part
from reports.shapes_alerts import LEVELS
from reports.study_card import AlertCard, AlertsCard
from reports.view import View

Row = Mapping[Hashable, object]
QUIET = ("under", "green")
MOST_NAMES, MOST_UNDER = 3, 12
"""Schools of a zone, and under-used zones of a stage, that are named."""
NUMBERS = ("p_", "demand_", "places", "ratio_")
"""How columns that hold numbers begin."""
HEADS = ("stage", "zone", "worst_year", "children_range", "entry_places", "ratio", "p_warned", "p_top", "alert_level",
         "cautious")  # fmt: skip


@dataclass(frozen=True)
class Page:
    """What the template of the section names."""

    lead: str
    rules: list[str]
    notice: str
    heads: list[str]
    parts: list[Part]
    maps: Switch


def page(seen: View, album: Album) -> Page | None:
    """The section; None where no stage has levels."""
    card, labels = seen.run.study.alerts, seen.labels
    table = seen.run.tables.alerts
    table = table[(table["future"] == seen.future) & (table["published"] == 1)]
    if card is None or table.empty:
        return None
    key = "alerts.lead" if seen.run.study.draws > 1 else "alerts.lead_certain"
    risk = labels.percent(1.0 - seen.run.study.p_required)
    return Page(
        labels(key, future=seen.words.future(seen.future), risk=risk),
        [*(_rule(seen, rule) for rule in card.rules), labels("alerts.under_rule", ratio=_share(seen, card.under_use)),
         labels("alerts.counted")],
        labels("alerts.notice"),
        [labels(f"column.{name}") for name in HEADS],
        [_part(seen, card, table[table["plan"] == plan], plan) for plan in _plans(seen)],
        _maps(seen, album, table),
    )  # fmt: skip


def _plans(seen: View) -> tuple[str, ...]:
    return tuple(dict.fromkeys((seen.baseline, seen.plan)))


def _share(seen: View, ratio: float) -> str:
    return f"{100 * ratio:.0f}{seen.labels('number.percent')}"


def _rule(seen: View, rule: AlertCard) -> str:
    labels = seen.labels
    levels = [labels("alerts.from", level=labels(f"alerts.level.{one.level}"), ratio=_share(seen, one.at_least))
              for one in rule.levels]  # fmt: skip
    return labels(
        "alerts.rule",
        stage=labels("word.list").join(seen.words.stage(stage) for stage in rule.stages),
        levels=labels("word.list").join(levels),
        years=rule.lead_years,
        source=labels.pick(rule.source),
        grade=rule.source_grade,
        code=rule.code,
    )


def _part(seen: View, card: AlertsCard, table: pd.DataFrame, plan: str) -> Part:
    """Zones of one plan that reach a level, each in its tightest published year; the under-used ones in a sentence."""
    labels = seen.labels
    tight = tightest(table)
    counts = labels("alerts.semicolon").join(_counted(seen, card, tight, stage) for stage in _stages(seen, tight))
    warned = tight[~(tight["level"].isin(QUIET) & tight["cautious"].isin(QUIET))]
    order = warned.assign(grave=-warned["level"].map(LEVELS.index).astype(int), rank=warned["stage"].map(_rank(seen)))
    order = order.sort_values(["rank", "grave", "ratio_mean", "zone"], ascending=[True, True, False, True])
    rest = " ".join(text for stage in _stages(seen, tight) if (text := _under(seen, table, stage)))
    return Part(counts, [_row(seen, card, row) for row in order.to_dict("records")], rest, seen.words.plan(plan))


def tightest(table: pd.DataFrame) -> pd.DataFrame:
    """One row for each stage and zone: the gravest level, then the highest ratio, then the earliest year."""
    grave = table["level"].map(LEVELS.index)
    ordered = table.assign(grave=-grave, crowd=-table["ratio_mean"].fillna(float("inf")))
    ordered = ordered.sort_values(["grave", "crowd", "year"], kind="stable")
    return ordered.drop_duplicates(["stage", "zone"]).drop(columns=["grave", "crowd"])


def _rank(seen: View) -> dict[str, int]:
    return {stage.id: number for number, stage in enumerate(seen.run.study.stages)}


def _stages(seen: View, table: pd.DataFrame) -> list[str]:
    return sorted(set(table["stage"]), key=lambda stage: _rank(seen)[stage])


def _counted(seen: View, card: AlertsCard, tight: pd.DataFrame, stage: str) -> str:
    """How many zones of a stage reach each level within the years ahead."""
    labels, own = seen.labels, tight[tight["stage"] == stage]
    rule = next(rule for rule in card.rules if stage in rule.stages)
    found = [(one.level, int((own["level"] == one.level).sum())) for one in reversed(rule.levels)]
    parts = [labels("alerts.count", level=labels(f"alerts.level.{level}"), n=n) for level, n in found if n]
    counts = labels("word.list").join(parts) if parts else labels("alerts.none")
    counts += labels("alerts.of", n=len(own))
    return labels("alerts.said_stage", stage=seen.words.stage(stage), years=rule.lead_years, counts=counts)


def _row(seen: View, card: AlertsCard, row: Row) -> tuple[str, ...]:
    labels = seen.labels
    number = {str(key): float(str(row[key])) for key in row if str(key).startswith(NUMBERS)}
    rule = next(rule for rule in card.rules if rule.code == row["rule"])
    certain = seen.run.study.draws == 1
    chances = (1.0 - number["p_green"], number[f"p_{rule.levels[-1].level}"])
    children = integer(number["demand_mean"])
    if not certain:
        children += f" ({integer(number['demand_p10'])}–{integer(number['demand_p90'])})"
    return (
        seen.words.stage(str(row["stage"])),
        zone_name(seen, str(row["schools"]), str(row["units"])),
        labels.school_year(int(str(row["year"]))),
        children,
        integer(number["places"]),
        NOTHING if pd.isna(number["ratio_mean"]) else _share(seen, number["ratio_mean"]),
        *(NOTHING if certain else labels.percent(chance) for chance in chances),
        labels(f"alerts.level.{row['level']}"),
        labels(f"alerts.level.{row['cautious']}"),
    )


def zone_name(seen: View, schools: str, units: str) -> str:
    """A zone by its schools; one that no school serves by its first unit."""
    labels, names = seen.labels, [seen.words.school(school) for school in schools.split()]
    if not names:
        return labels("alerts.zone_none", unit=seen.setting.name("unit", units.split()[0]))
    joined = labels("word.list").join(names[:MOST_NAMES])
    return joined if len(names) <= MOST_NAMES else labels("alerts.zone_more", schools=joined, n=len(names))


def _under(seen: View, table: pd.DataFrame, stage: str) -> str:
    """Under-used zones of a stage in its last published year."""
    labels, own = seen.labels, table[table["stage"] == stage]
    last = int(own["year"].max())
    low = own[(own["year"] == last) & (own["level"] == "under")].sort_values(["ratio_mean", "zone"])
    if low.empty:
        return ""
    shown = low.head(MOST_UNDER)
    names = [f"{zone_name(seen, schools, units)} {_share(seen, ratio)}" for schools, units, ratio in
             zip(shown["schools"], shown["units"], shown["ratio_mean"], strict=True)]  # fmt: skip
    zones = labels("alerts.semicolon").join(names)
    zones = labels("alerts.more", zones=zones) if len(low) > MOST_UNDER else zones
    year = labels.school_year(last)
    return labels("alerts.under", stage=seen.words.stage(stage), year=year, n=len(low), zones=zones)


def _maps(seen: View, album: Album, table: pd.DataFrame) -> Switch:
    """One map by stage, in the last published year, baseline plan beside headline plan."""
    choices = []
    for stage in _stages(seen, table):
        year = int(table.loc[table["stage"] == stage, "year"].max())
        cases = seen.cases(seen.future, _plans(seen))
        number = album.add(
            alert_maps,
            _finding(seen, table, stage, year),
            seen.units,
            table[(table["stage"] == stage) & (table["year"] == year)],
            seen.setting,
            panels=(cases, stage, year),
            schools={case: _open_schools(seen, case, stage, year) for case in cases},
        )
        choices.append(Choice(seen.words.stage(stage), (number,)))
    return Switch("alerts-map", seen.labels("alerts.switch"), tuple(choices))


def _finding(seen: View, table: pd.DataFrame, stage: str, year: int) -> Caption:
    own = table[(table["stage"] == stage) & (table["year"] == year) & ~table["level"].isin(QUIET)]
    found = {plan: int((own["plan"] == plan).sum()) for plan in _plans(seen)}
    words = {"stage": seen.words.stage(stage), "year": seen.labels.school_year(year), "n": found[seen.plan]}
    if seen.plan == seen.baseline:
        return Caption(seen.labels("alerts.finding_one", **words))
    named = {"plan": seen.words.plan(seen.plan), "base": seen.words.plan(seen.baseline)}
    return Caption(seen.labels("alerts.finding", before=found[seen.baseline], **named, **words))


def _open_schools(seen: View, case: Case, stage: str, year: int) -> pd.DataFrame:
    """Places of the schools that have pupils of the stage: x, y [m]."""
    rows = seen.run.tables.schools
    there = rows[
        (rows["future"] == case.future) & (rows["plan"] == case.plan) & (rows["year"] == year)
        & (rows["stage"] == stage) & (rows["indicator"] == "roll") & (rows["mean"] > 0)
    ]  # fmt: skip
    places = seen.run.tables.school_list
    return places[places["school"].isin(there["entity"])][["x", "y"]].reset_index(drop=True)
