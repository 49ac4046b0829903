"""The expected path of every school and grade, and the pieces it is made of.

Symbols: N pupils, o origin, h years ahead, D district path (`sim/path_districts.py`), R, a, u, v effects of the grade
ratio (`sim/path_ratios.py`), f share of a school in its district's grade, all faded with SHARE_MEMORY:
f[s, g] = sum_t w[t] N[s, g, t] / sum_t w[t] T[d, g, t].

    stays       log M[s, g, h] = log M[s, g-1, h-1] + log R[g] + a[d, g] + u[s] + v[s, g]   if s offers g and g-1
    enters      log M[s, g, h] = log f[s, g] + log D[d, g, h] + zone[s, g, h]              otherwise
    zone        growth of the children of the school's catchment over that of all, 0 where nobody counted them
    reconciled  log M' = log M + KAPPA log (D[d, g, h] / sum_s M[s, g, h]), the last term between -NEAR and NEAR
    stacked     log M'' = log M' + pulls towards simpler forecasts (`sim/path_stack.py`)

The chain runs on M, so that reconciliation is never applied twice.  Everything is linear in logs: the pieces of a cell
add up to its log path exactly.  KAPPA = 1 would make the schools add up to D (within NEAR); half of it costs a little
at the district and gains at the school.  A district total is always the sum of its schools, not D.
Grades and schools offered at the origin are forecast; what opens or closes later is for the event register.
Tests: tests/sim/test_path.py; accuracy on real panels: docs/science/backtests.md.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from sim.arrays import FloatArray
from sim.baselines import moved_within, naive, ratio, seen_pupils
from sim.panel import Panel, quotient
from sim.path_districts import DistrictPath, district_path, memory_weights, tried_paths
from sim.path_ratios import LearntRatios, by_district, faded, learn_ratios
from sim.path_stack import TERMS, Lesson, band_weights, pulls, stacked_terms

SHARE_MEMORY = 0.75
KAPPA, NEAR = 0.5, 0.16  # part of the gap to the district path that is closed; most it may move a school [log]
LEAST_YEARS = 3  # of history before an origin can teach later ones
PIECES = ("start", "births", "zone", "everywhere", "district", "school", "grade", "reconciled", *TERMS)


@dataclass(frozen=True)
class Path:
    """A forecast made at one origin."""

    origin: int
    log_pupils: FloatArray  # [school, grade, h] log M''; NaN where not offered at the origin or nothing is known
    pieces: Mapping[str, FloatArray]  # each [school, grade, h]; they add up to log_pupils
    ratios: LearntRatios
    district: DistrictPath
    stack_weights: FloatArray  # [band, term]

    @property
    def pupils(self) -> FloatArray:
        """Expected pupils, [school, grade, h]."""
        return np.exp(self.log_pupils)


@dataclass(frozen=True)
class _Base:
    """The path before stacking."""

    panel: Panel
    log_pupils: FloatArray
    pieces: dict[str, FloatArray]
    ratios: LearntRatios
    district: DistrictPath
    pulls: FloatArray


def faded_share(panel: Panel) -> FloatArray:
    """The school's usual share of its district's grade, [school, grade]; NaN where never seen."""
    pupils, totals = seen_pupils(panel), panel.of_districts()[panel.district_of]
    both = ~np.isnan(pupils) & ~np.isnan(totals)
    own = faded(np.where(both, pupils, 0.0), SHARE_MEMORY)
    whole = faded(np.where(both, totals, 0.0), SHARE_MEMORY)
    return quotient(np.where(own > 0.0, own, np.nan), whole)


def size_share(panel: Panel) -> FloatArray:
    """The school's share of its district's pupils in the grades it offers at the origin, [school]."""
    pupils = seen_pupils(panel)[:, :, -1]
    totals = panel.of_districts()[:, :, -1][panel.district_of]
    both = ~np.isnan(pupils) & ~np.isnan(totals)
    own, whole = np.where(both, pupils, 0.0).sum(axis=1), np.where(both, totals, 0.0).sum(axis=1)
    return quotient(own, whole)


def forecast(panel: Panel, horizon: int) -> Path:
    """The path from the last year of the panel; earlier years are used as origins that teach the stack."""
    origin = int(panel.years[-1])
    return forecasts(panel, [origin], horizon)[origin]


def forecasts(panel: Panel, origins: Iterable[int], horizon: int) -> dict[int, Path]:
    """Paths from several origins, each from what was known then; raises ValueError for a year without any count."""
    wanted = sorted(set(origins))
    bases: dict[int, _Base] = {}
    tried: dict[int, FloatArray] = {}
    result: dict[int, Path] = {}
    for origin in range(int(panel.years[0]), wanted[-1] + 1):
        cut = panel.cut(origin)
        counted = bool(cut.known[:, :, -1].any())
        if origin in wanted and not counted:
            raise ValueError(f"no pupils are known in {origin}")
        if counted and (len(cut.years) >= LEAST_YEARS or origin in wanted):
            base = _base(cut, horizon, memory_weights(cut, tried))
            if origin in wanted:
                result[origin] = _stacked(base, bases, horizon)
            bases[origin], tried[origin] = base, tried_paths(cut, horizon)
    return result


def _base(panel: Panel, horizon: int, memory: FloatArray) -> _Base:
    ratios, district = learn_ratios(panel), district_path(panel, horizon, memory)
    pieces = _chain(panel, ratios, district, horizon)
    log_pupils = np.sum(list(pieces.values()), axis=0)
    pieces["reconciled"] = _reconciled(panel, log_pupils, district)
    log_pupils = log_pupils + pieces["reconciled"]
    whole = np.exp(district.log_pupils)[panel.district_of]
    restated = _restated(panel, horizon)
    others = (
        naive(panel, horizon) * restated,
        faded_share(panel)[:, :, None] * whole,
        size_share(panel)[:, None, None] * whole,
        ratio(panel, horizon, 5, pooled=True) * restated,
    )
    pulled = pulls(log_pupils, others)
    if panel.intake is not None:
        # Simpler forecasts know nothing of children who are counted: no pull on those who enter after the origin.
        grade, ahead = np.indices((panel.pupils.shape[1], horizon))
        pulled[:, grade < ahead + 1] = 0.0
    return _Base(panel, log_pupils, pieces, ratios, district, pulled)


def _chain(panel: Panel, ratios: LearntRatios, district: DistrictPath, horizon: int) -> dict[str, FloatArray]:
    """Pieces of the unreconciled path, each [school, grade, h]."""
    shape = (*panel.pupils.shape[:2], horizon)
    pieces = {name: np.zeros(shape) for name in PIECES[:7]}
    within, offered = moved_within(panel)[:, 1:], panel.hosts[:, :, -1]
    now = seen_pupils(panel)[:, :, -1]
    entry = _entry_pieces(panel, district, horizon)
    below = {name: np.zeros(shape[:2]) for name in PIECES[:7]}
    below["start"] = np.log(np.maximum(now, 0.5))
    step = {
        "everywhere": np.broadcast_to(ratios.everywhere, ratios.grade.shape),
        "district": ratios.district[panel.district_of],
        "school": np.broadcast_to(ratios.school[:, None], ratios.grade.shape),
        "grade": ratios.grade,
    }
    stated = panel.growth_stated(horizon)
    for h in range(horizon):
        step["district"] = ratios.district[panel.district_of] + stated[1:, h]
        stays = within & ~np.isnan(below["start"][:, :-1])
        for name, piece in pieces.items():
            piece[:, :, h] = entry[name][:, :, h]
            moved = below[name][:, :-1] + step.get(name, 0.0)
            piece[:, 1:, h] = np.where(stays, moved, piece[:, 1:, h])
            piece[:, :, h] = np.where(offered, piece[:, :, h], np.nan)
            below[name] = piece[:, :, h]
    return pieces


def _restated(panel: Panel, horizon: int) -> FloatArray:
    """What the study states beyond the learnt ratios, of each cohort [grade, h]: factor on forecasts that ignore it."""
    log = panel.growth_stated(horizon).copy()
    for h in range(1, horizon):
        log[1:, h] += log[:-1, h - 1]
    return np.exp(log)


def _entry_pieces(panel: Panel, district: DistrictPath, horizon: int) -> dict[str, FloatArray]:
    """Pieces of log f + log D, [school, grade, h]; what changes D is `births` in the lowest grade, else `district`."""
    totals = panel.of_districts()[:, :, -1]
    held = np.log(np.where(totals > 0.0, totals, np.nan))[panel.district_of]
    share = faded_share(panel)
    log_share = np.where(np.isnan(held), np.nan, np.log(share))
    now = np.log(np.maximum(seen_pupils(panel)[:, :, -1], 0.5))
    start = np.where(np.isnan(log_share), now, log_share + held)
    change = district.log_pupils[panel.district_of] - held[:, :, None]
    change = np.where(np.isnan(log_share)[:, :, None], 0.0, change)
    entry = {name: np.zeros((*start.shape, horizon)) for name in PIECES[:7]}
    entry["start"] = np.repeat(start[:, :, None], horizon, axis=2)
    entry["births"][:, 0] = change[:, 0]
    entry["district"][:, 1:] = change[:, 1:]
    if panel.intake is not None:
        own, everywhere = panel.intake.growth(panel.schools, horizon)
        entry["zone"] = own - everywhere
    return entry


def _reconciled(panel: Panel, log_pupils: FloatArray, district: DistrictPath) -> FloatArray:
    """KAPPA of the log gap between the district path and the sum of its schools, [school, grade, h]."""
    total = by_district(np.nan_to_num(np.exp(log_pupils)), panel.district_of, len(panel.districts))
    gap = district.log_pupils - np.log(np.where(total > 0.0, total, np.nan))
    near = np.clip(np.nan_to_num(KAPPA * gap), -NEAR, NEAR)
    return np.asarray(near[panel.district_of])


def _stacked(base: _Base, earlier: Mapping[int, _Base], horizon: int) -> Path:
    panel = base.panel
    lessons = {origin: Lesson(one.log_pupils, one.pulls) for origin, one in earlier.items()}
    weights = band_weights(lessons, panel.pupils, panel.known, int(panel.years[0]), horizon)
    terms = stacked_terms(base.pulls, weights)
    pieces = {**base.pieces, **{name: terms[..., k] for k, name in enumerate(TERMS)}}
    return Path(
        origin=int(panel.years[-1]),
        log_pupils=base.log_pupils + terms.sum(axis=-1),
        pieces=pieces,
        ratios=base.ratios,
        district=base.district,
        stack_weights=weights,
    )
