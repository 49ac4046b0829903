"""The section on plans that act on what is seen: when triggers fire, regret over futures, what waiting is worth."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from reports.i18n import NOTHING, decimal, integer, signed
from reports.section_table import Rows, Table
from reports.study_card import TriggerCard
from reports.view import View

MEASURES = ("short", "unused", "capital", "net_present", "weighed")
OPTIONS = ("waiting", "phase")
SHARES = ("entry_pressure", "utilisation", "large_classes")
"""Signals that are told in percent."""


@dataclass(frozen=True)
class Page:
    """What the template of the section names."""

    lead: str
    tables: list[Table]


def page(seen: View) -> Page | None:
    """The section; None for a run with one plan and without triggers."""
    tables = [table for table in (*_triggers(seen), *_regret(seen), _options(seen)) if table.rows]
    if not tables:
        return None
    key = "adaptive.lead" if len(seen.run.tables.triggers) else "adaptive.lead_fixed"
    return Page(seen.labels(key), tables)


def _futures(seen: View) -> list[str]:
    """All futures of the run: regret over those that were left out would be none."""
    return [future.id for future in seen.run.study.futures]


def _triggers(seen: View) -> Iterator[Table]:
    """One table for each plan with triggers: a row for each, a column for each future."""
    table, labels = seen.run.tables.triggers, seen.labels
    for plan in seen.run.study.plans:
        rows: Rows = []
        for card in plan.triggers:
            mine = table[(table["plan"] == plan.id) & (table["project"] == card.project) & (table["act"] == card.act)]
            names = {project.id: labels.pick(project.name) for project in plan.projects}
            fired = [_fired(seen, mine[mine["future"] == future]) for future in _futures(seen)]
            rows.append((names[card.project], labels(f"adaptive.act.{card.act}"), condition(seen, card, names), *fired))
        heads = [labels(f"column.{key}") for key in ("project", "act", "condition")]
        title = labels("adaptive.triggers", plan=labels.pick(plan.name))
        remark = labels("adaptive.triggers_remark")
        yield Table(
            title, [*heads, *(seen.words.future(f) for f in _futures(seen))], rows, remarks=(remark,) if remark else ()
        )


def _fired(seen: View, rows: pd.DataFrame) -> str:
    """Share of draws in which a trigger fired, and the years."""
    if rows.empty or not rows["p"].sum():
        return seen.labels("adaptive.not_fired")
    rows = rows.sort_values("year")
    within = rows["p"].cumsum() / rows["p"].sum()
    low, middle, high = (int(rows.loc[within >= q - 1e-9, "year"].iloc[0]) for q in (0.1, 0.5, 0.9))
    share = NOTHING if seen.run.study.draws == 1 else seen.labels.percent(float(rows["p"].sum()))
    return seen.labels("adaptive.fired", share=share, year=middle, low=low, high=high)


def condition(seen: View, card: TriggerCard, names: dict[str, str]) -> str:
    """What must be seen, in words; names: of the projects of the plan."""
    labels, words = seen.labels, seen.words
    places = [words.school(school) for school in card.schools] + [labels.pick(unit) for unit in card.units]
    comma = labels("adaptive.comma")
    where = comma.join(places) if places else labels("adaptive.county")
    if card.stage:
        where = labels("adaptive.stage", where=where, stage=words.stage(card.stage))
    side = "above" if card.above is not None else "below"
    said = labels(f"adaptive.{side}", where=where, signal=labels(f"adaptive.signal.{card.signal}"), bound=_bound(card))
    more = [
        *([labels("adaptive.years", n=card.years)] if card.years > 1 else []),
        *([labels("adaptive.lag", n=card.lag_months)] if card.lag_months else []),
        *([labels("adaptive.months", n=card.months)] if card.months else []),
        *([labels("adaptive.from", year=card.from_year)] if card.from_year else []),
        *([labels("adaptive.until", year=card.until)] if card.until else []),
        *([labels("adaptive.phase", project=names.get(card.phase_of, card.phase_of))] if card.phase_of else []),
    ]
    return comma.join([said, *more])


def _bound(card: TriggerCard) -> str:
    bound = next((one for one in (card.above, card.below) if one is not None), float("nan"))
    return f"{100 * bound:g}%" if card.signal in SHARES else f"{bound:g}"


def _regret(seen: View) -> Iterator[Table]:
    """One table for each measure: plan x future, and the worst; the least worst is marked."""
    labels, table = seen.labels, seen.run.tables.regret
    for measure in MEASURES:
        mine = table[table["measure"] == measure]
        if mine.empty or not mine["value"].abs().max() > 0:
            continue
        worst = mine.groupby("plan")["regret"].max()
        least = worst.min()
        rows: Rows = []
        for plan in [one.id for one in seen.run.study.plans if one.id in worst.index]:
            own = mine[mine["plan"] == plan].set_index("future")
            cells = [_cell(seen, own, future) for future in _futures(seen)]
            mark = labels("adaptive.minimax") if worst[plan] - least < 1e-6 else ""
            rows.append((seen.words.plan(plan), *cells, _number(worst[plan]) + mark))
        heads = [labels("column.plan"), *(seen.words.future(f) for f in _futures(seen)), labels("column.worst_regret")]
        yield Table(labels(f"adaptive.regret.{measure}"), heads, rows, _regret_said(seen, measure))


def _regret_said(seen: View, measure: str) -> str:
    """What stands before a table of regret: what it is, and what money figures are made of."""
    prices = seen.run.study.prices
    if measure == "weighed" and prices is not None:
        given = {"missing": f"{prices.missing_place:g}", "empty": f"{prices.empty_seat:g}", "source": prices.source}
        return seen.labels("adaptive.weighed_said", **given)
    said = {"short": "adaptive.regret_said", "net_present": "adaptive.net_present_said"}
    return seen.labels(said[measure]) if measure in said else ""


def _cell(seen: View, own: pd.DataFrame, future: str) -> str:
    if future not in own.index:
        return NOTHING
    row = own.loc[[future]].to_dict("records")[0]
    return seen.labels("adaptive.regret_cell", regret=_number(row["regret"]), value=_number(row["value"]))


def _number(value: float) -> str:
    return integer(value) if abs(value) >= 10 or value == round(value) else decimal(value, 1)


def _options(seen: View) -> Table:
    """Every pair of plans whose difference is the value of waiting or of a second phase."""
    labels, table = seen.labels, seen.run.tables.plan_options
    rows: Rows = []
    shown = table[table["option"].isin(OPTIONS)]
    known = [measure for measure in MEASURES if (shown["measure"] == measure).any()]
    for option in OPTIONS:
        for (plan, against), pair in shown[shown["option"] == option].groupby(["plan", "against"], sort=False):
            for future in _futures(seen):
                own = {str(row["measure"]): row for row in pair[pair["future"] == future].to_dict("records")}
                if not own:
                    continue
                cells = [_difference(seen, own[measure]) for measure in known]
                names = (seen.words.plan(str(plan)), seen.words.plan(str(against)))
                rows.append((labels(f"adaptive.option.{option}"), *names, seen.words.future(future), *cells))
    keys = ("worth_of", "plan", "against", "future", *(f"apart_{measure}" for measure in known))
    heads = [labels(f"column.{key}") for key in keys]
    return Table(labels("adaptive.options"), heads, rows, labels("adaptive.options_said"))


def _difference(seen: View, row: Mapping[Hashable, float]) -> str:
    """Mean difference, and in how many draws the plan has less and more than the other."""
    labels, mean = seen.labels, float(row["mean"])
    if not row["p_less"] and not row["p_more"]:
        return labels("adaptive.same")
    shown = signed(mean, 0 if abs(mean) >= 10 or mean == round(mean) else 1)
    if seen.run.study.draws == 1:
        return shown
    less, more = (labels.percent(float(row[name])) for name in ("p_less", "p_more"))
    return labels("adaptive.apart", mean=shown, less=less, more=more)
