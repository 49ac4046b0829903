"""Ways to school by groups of homes and of schools: what the table of fairness has beside draws.

    way[G] = sum over homes u and schools s of P[u, s] c[u, s] / sum of P[u, s]      pupils of group G who have a way

P: pupils of a stage, mean over draws; c: way from the places of the home, by the children who live at them.  Pupils
beyond the limit of their grade are those of the table `access_units`.  Only sums over draws are kept of homes and
schools, so differences are those of means, not of draws.  Test: tests/cli/test_fairness_rows.py.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis.access_table import Homes
from schoolplan.access_rows import MEASURES, homes_of
from schoolplan.prepare import Prepared
from sim.arrays import FloatArray
from sim.ensemble import Job, pairs_of
from sim.fairness import COLUMNS, GAP, SPLITS, FairGroups
from sim.pairs import pair_sums

Row = tuple[int, str, str, str, str, str, float]
UNIT = {"km": "km", "minutes": "min"}
INTENSITIES = (*(f"way_{unit}" for unit in UNIT.values()), "class_size")
"""What every child of a group finds, so that groups can be compared."""


def way_rows(prepared: Prepared, job: Job, access_units: pd.DataFrame, schools: pd.DataFrame) -> pd.DataFrame:
    """Rows of the shape `fairness` with ways and classes of homes, for every case and year with a table of access.

    schools: tidy table of the run, for mean classes.
    """
    ways = {UNIT[measure]: unit_ways(homes_of(prepared, measure)) for measure in MEASURES}
    frames = []
    for number, case in enumerate(job.cases):
        rows = list(_case(prepared, job, number, ways, _mean_classes(prepared, job, number, schools)))
        frame = pd.DataFrame(rows, columns=["year", "stage", "split", "group", "indicator", "unit", "mean"])
        frames.append(frame.assign(future=case.rates.future, plan=case.network.plan))
    found = pd.concat([*frames, _beyond(prepared, job, access_units)], ignore_index=True)
    found = with_differences(found[found["mean"].notna()], _baseline(job))
    return found.reindex(columns=["future", "plan", *COLUMNS])


def unit_ways(homes: Homes) -> tuple[FloatArray, FloatArray]:
    """Way from a unit to a school over those of its children who have one, and their share, [unit, school] each."""
    there = np.isfinite(homes.cost)
    spent, going = np.zeros((2, len(homes.units), homes.cost.shape[1]))
    np.add.at(spent, homes.unit_of, np.where(there, homes.cost, 0.0) * homes.share[:, None])
    np.add.at(going, homes.unit_of, there * homes.share[:, None])
    return spent, going


def mean_way(pupils: FloatArray, ways: tuple[FloatArray, FloatArray]) -> float:
    """Mean way of pupils [unit, school] who have one; nan without any. ways: as `unit_ways`."""
    spent, going = ways
    total = float((pupils * going).sum())
    return float((pupils * spent).sum()) / total if total > 0.0 else float("nan")


def _case(
    prepared: Prepared,
    job: Job,
    number: int,
    ways: Mapping[str, tuple[FloatArray, FloatArray]],
    classes: Mapping[tuple[int, str], FloatArray],
) -> Iterator[Row]:
    """Ways and classes of one case by year, stage and group. classes: mean class of schools by year and stage."""
    model, kept = prepared.model, pairs_of(job, number)
    order = [model.layout.units.index(unit) for unit in prepared.space.units]
    fair, fair_homes = _groups(prepared, job), job.details.fair.homes
    for at, year in enumerate(job.pair_years):
        every = kept.pupils[at]  # [slot, cell, grade]
        for split, group, homes, schools in fair:
            own = pair_sums((every * homes[None, :, None])[None], model.layout)[order] * schools[None, :, None]
            for stage, name in enumerate(model.grades.stages):
                pupils = own[:, :, model.grades.stage_of == stage].sum(axis=2) / job.draws
                for unit, each in ways.items():
                    yield year, name, split, group, f"way_{unit}", unit, mean_way(pupils, each)
                if split in fair_homes and (year, name) in classes:
                    yield year, name, split, group, "class_size", "pupils", _mean_of(pupils, classes[year, name])


def _mean_classes(
    prepared: Prepared, job: Job, number: int, schools: pd.DataFrame
) -> dict[tuple[int, str], FloatArray]:
    """Mean class of every school by year and stage, [school]; nan where it has none."""
    case, names = job.cases[number], list(prepared.model.layout.schools)
    own = schools[(schools["indicator"] == "mean_class") & (schools["future"] == case.rates.future)
                  & (schools["plan"] == case.network.plan)]  # fmt: skip
    return {
        (int(str(year)), str(stage)): rows.set_index("entity")["mean"].reindex(names).to_numpy(dtype=float)
        for (year, stage), rows in own.groupby(["year", "stage"])
    }


def _mean_of(pupils: FloatArray, values: FloatArray) -> float:
    """Mean of a value of schools [school] over pupils [unit, school]; nan without any."""
    weight = np.where(np.isnan(values), 0.0, pupils.sum(axis=0))
    total = float(weight.sum())
    return float((weight * np.nan_to_num(values)).sum()) / total if total > 0.0 else float("nan")


def _groups(prepared: Prepared, job: Job) -> list[tuple[str, str, NDArray[np.bool_], NDArray[np.bool_]]]:
    """Split, group, its homes [cell] and its schools [school]."""
    found: FairGroups = job.details.fair
    cells, schools = len(prepared.model.layout.cells), len(prepared.model.layout.schools)
    all_homes, all_schools = np.ones(cells, dtype=bool), np.ones(schools, dtype=bool)
    out = [
        (s, g, which, all_schools) for s, pair in found.homes.items() for g, which in zip(SPLITS[s], pair, strict=True)
    ]
    out += [
        (s, g, all_homes, which) for s, pair in found.schools.items() for g, which in zip(SPLITS[s], pair, strict=True)
    ]
    return out


def _beyond(prepared: Prepared, job: Job, access_units: pd.DataFrame) -> pd.DataFrame:
    """Pupils beyond the limit of their grade by home, in minutes on foot."""
    table = access_units[(access_units["measure"] == "minutes") & access_units["beyond"].notna()]
    if "home" not in job.details.fair.homes or table.empty:
        return pd.DataFrame(columns=["future", "plan", "year", "stage", "split", "group", "indicator", "unit", "mean"])
    units = prepared.bundle.tables["units"].set_index("unit")["urban"].astype(bool)
    group = table["unit"].map(lambda unit: SPLITS["home"][0] if units[unit] else SPLITS["home"][1])
    keys = ["future", "plan", "year", "stage"]
    sums = table.assign(group=group).groupby([*keys, "group"])[["beyond"]].sum().reset_index()
    found: pd.DataFrame = sums.rename(columns={"beyond": "mean"})
    return found.assign(split="home", indicator="beyond", unit="pupils")


def _baseline(job: Job) -> str:
    """The plan that others are held against, as in `sim.ensemble`."""
    plans = [case.network.plan for case in job.cases if not case.network.projects]
    return (plans or [job.cases[0].network.plan])[0]


def with_differences(rows: pd.DataFrame, baseline: str) -> pd.DataFrame:
    """The rows with their gaps (first group - second), and differences of means from the baseline plan."""
    keys = ["future", "plan", "year", "stage", "split", "indicator", "unit"]
    wide = rows.pivot_table(index=keys, columns="group", values="mean").reset_index()
    gaps = []
    for split, (first, second) in SPLITS.items():
        own = wide[wide["split"] == split]
        own = own[own["indicator"].isin(INTENSITIES)]  # groups differ in size: no gap of counts
        if first in own and second in own:
            gap = own[first] - own[second]
            gaps.append(own[keys].assign(group=GAP, mean=gap)[gap.notna()])
    every = pd.concat([rows, *gaps], ignore_index=True)
    same = ["future", "year", "stage", "split", "group", "indicator", "unit"]
    base = every[every["plan"] == baseline][[*same, "mean"]].rename(columns={"mean": "base"})
    joined = every.merge(base, on=same, how="left")
    joined["diff_mean"] = (joined["mean"] - joined["base"]).where(joined["plan"] != baseline)
    return joined.drop(columns="base").assign(paired=0)
