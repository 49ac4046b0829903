"""What a scenario implies of housing: phases with their dates, children by origin, which side binds, schools needed."""

import numpy as np

from schoolplan.assemble import need_rows
from schoolplan.cli_texts import say
from schoolplan.prepare import Options, Prepared, calendars
from sim.futures import FutureRates, future_rates
from sim.housing import NEVER, Estate
from sim.od import movable
from sim.streams import entities, uniform

Cells = tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]]
"""Title, heads and rows of a table."""

_PHASE_HEADS = ("future", "phase", "dwellings", "counted", "p10", "median", "p90", "never")
_ESTATE_HEADS = ("future", "estate", "year", "children", "outside", "in_town", "rural", "flow_to_town", "binds")
_NEED_HEADS = ("plan", "phase", "year", "clause", "schools", "required", "unit", "status", "by", "source_grade")


def housing_tables(prepared: Prepared, sample: Options, lang: str = "en") -> list[Cells]:
    """Estates of the futures, and what clauses on facilities ask of them; nothing where no future builds any.

    lang: "zh" says units and whether a need is met in words, "en" by their ids.
    """
    phases: list[tuple[str, ...]] = []
    origins: list[tuple[str, ...]] = []
    for name, future in prepared.bundle.futures.items():
        rates = future_rates(prepared.bundle, prepared.model, future)
        phases += [(name, *row) for estate in rates.estates for row in _phases(prepared, estate, sample)]
        origins += [(name, *row) for estate in rates.estates for row in _origins(prepared, rates, estate, sample)]
    found: list[Cells] = []
    if phases:
        found.append(("explain.phases", _PHASE_HEADS, tuple(phases)))
        found.append(("explain.estates", _ESTATE_HEADS, tuple(origins)))
    needs = need_rows(prepared, calendars(prepared, sample))
    if len(needs):
        rows = tuple(
            tuple(_word(name, _cell(need[name]), lang) for name in _NEED_HEADS)
            for need in needs.assign(phase=needs["estate"] + "/" + needs["phase"]).to_dict("records")
        )
        found.append(("explain.needs", _NEED_HEADS, rows))
    return found


def _word(name: str, cell: str, lang: str) -> str:
    """Units and states of needs in Chinese; all else, and English, as it is."""
    return say(f"needs.{name}.{cell}", lang) if lang == "zh" and name in {"unit", "status"} else cell


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "-" if np.isnan(value) else f"{value:g}"
    return str(value) or "-"


def _phases(prepared: Prepared, estate: Estate, sample: Options) -> list[tuple[str, ...]]:
    u = uniform(sample.seed, "housing/delivery", 0, entities([estate.id]), np.arange(sample.draws))[:, 0]
    rows = []
    for lot in estate.lots:
        year = lot.completed(u)
        done = year[year != NEVER] + prepared.model.base_year
        when = [str(int(q)) for q in np.quantile(done, [0.1, 0.5, 0.9], method="nearest")] if done.size else ["-"] * 3
        rows.append((lot.id, f"{lot.dwellings:.0f}", f"{lot.counted:.0f}", *when, f"{(year == NEVER).mean():.0%}"))
    return rows


def _origins(prepared: Prepared, rates: FutureRates, estate: Estate, sample: Options) -> list[tuple[str, ...]]:
    """Children expected by year and where from; the flow to town is that of the children of the base year."""
    model = prepared.model
    draws = np.arange(sample.draws)
    village = (model.layout.unit_of >= 0) & ~model.layout.migrant & ~model.layout.urban
    rows = []
    for year in model.years:
        i = year - model.base_year
        expected = float(estate.expected(i, sample.seed, draws).sum(axis=1).mean())
        if expected < 0.05:
            continue
        wanted = sum(one.rural * one.expected(i, sample.seed, draws).sum(axis=1).mean() for one in rates.estates)
        flow = max(float(rates.urban[i]), 0.0) * float(movable(model)[village].sum())
        parts = (expected, expected * estate.outside, expected * estate.in_town, expected * estate.rural, flow)
        binds = "flow" if wanted > flow else "estate"
        rows.append((estate.id, str(year), *(f"{part:.1f}" for part in parts), binds))
    return rows
