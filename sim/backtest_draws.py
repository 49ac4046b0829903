"""Joint draws held to what came: from every past origin, with sizes learnt from what was known then.

Symbols: y actual, x[1..m] draws of the same series, q[p] their quantile.

    origins   as in `sim/backtest.py`; paths of the years from LEAST_YEARS on teach sizes and scales
    quantile  every whole number is spread evenly over half a pupil to each side before a quantile is taken
    held      the part of y - 1/2 .. y + 1/2 within q[(1 - p) / 2] .. q[(1 + p) / 2], p = 50, 80, 90 %: its mean is p
              if y is one more draw (Czado, Gneiting and Held 2009, Biometrics 65:1254)
    whole     y within the whole numbers that the interval touches; holds more than p, the more the smaller the cell
    pit       share of draws below y + half of those equal;  crps in pupils (`sim/scores.py`)
    share     its interval: origins resampled with replacement 1 000 times, fixed seed; errors of one come together
    rival     the same layer of forces, learnt from its own past errors, around another method's forecasts

Tests: tests/sim/test_backtest_draws.py, tests/real/test_calibration_vermont.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from sim.arrays import BoolArray, FloatArray, IntArray
from sim.backtest import KEYS, Cases, Method, cases_at, origins_of, truth_of
from sim.calibration import calibrated
from sim.decisions import capacities
from sim.draws import joint_draws
from sim.panel import Panel
from sim.path import LEAST_YEARS, Path, forecasts
from sim.processes import Processes, borrowed
from sim.processes_fit import LEARNT_AHEAD
from sim.scores import crps_samples, pinball, pit

QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
INTERVALS = {"50": ("q25", "q75"), "80": ("q10", "q90"), "90": ("q05", "q95")}
SEED = 20230901
GOOD, FAR = (
    (0.77, 0.84),
    (0.70, 0.90),
)  # shares of 80 % intervals that hold: as promised; beyond, never called calibrated
LEAST_ORIGINS = 4  # fewer cannot tell


@dataclass(frozen=True)
class Settings:
    """What a backtest of draws is made with."""

    horizons: tuple[int, ...] = (1, 2, 3, 4, 5)
    draws: int = 200
    seed: int = SEED
    prior: Processes | None = None  # sizes borrowed from elsewhere; none = all published panels
    last: int = 0  # only so many of the latest origins; 0 = all
    seats: Mapping[str, float] = field(default_factory=dict)  # capacities by school; none = made up for all of them


def quantile_names() -> list[str]:
    """q05 to q95."""
    return [f"q{round(100 * level):02d}" for level in QUANTILES]


def teaching_origins(panel: Panel) -> list[int]:
    """Years whose forecasts can teach: counted, and with LEAST_YEARS of history."""
    counted = panel.years[np.asarray(panel.known.any(axis=(0, 1)))]
    return [int(year) for year in counted if year - panel.years[0] >= LEAST_YEARS - 1]


def paths_of(panel: Panel, horizon: int, method: Method | None = None) -> dict[int, Path]:
    """Paths from every year that can teach or be scored; method: another forecast [school, grade, h] in their place."""
    years = [year for year in teaching_origins(panel) if year < panel.years[-1]]
    paths = forecasts(panel, years, horizon) if years else {}
    return paths if method is None else {year: _of_method(panel, path, method) for year, path in paths.items()}


def _of_method(panel: Panel, path: Path, method: Method) -> Path:
    values = method(panel.cut(path.origin), path.log_pupils.shape[2])
    return replace(path, log_pupils=np.log(np.maximum(values, 0.5)), pieces={})


def learn_at(panel: Panel, paths: Mapping[int, Path], origin: int, prior: Processes | None = None) -> Processes:
    """Processes from what was known at an origin: counts up to it, and the paths made before it."""
    earlier = {year: path for year, path in paths.items() if year < origin}
    return calibrated(panel.cut(origin), earlier, prior or borrowed())


def backtest_draws(panel: Panel, settings: Settings, method: Method | None = None) -> pd.DataFrame:
    """A row for each scored number: KEYS, actual, expected, QUANTILES, crps, pinball, pit, mean; see the page above.

    School totals also have a capacity (of `seats`, else made up: `sim/decisions.py`) and the share of draws over it.
    Raises ValueError without any origin.
    """
    paths, truth = paths_of(panel, max(*settings.horizons, *LEARNT_AHEAD), method), truth_of(panel)
    frames = []
    for origin in origins_of(panel)[-settings.last :]:
        ahead = [h for h in settings.horizons if origin + h <= panel.years[-1]]
        if not ahead or origin not in paths:
            continue
        sizes = learn_at(panel, paths, origin, settings.prior)
        path = shortened(paths[origin], max(ahead))
        drawn = joint_draws(path, panel, sizes, settings.seed, settings.draws)
        for h in ahead:
            values = np.moveaxis(drawn[..., h - 1], 0, -1).astype(float)
            values = np.where(np.isnan(path.log_pupils[..., h - 1])[..., None], np.nan, values)
            for cases in cases_at(truth, origin, h):
                rows, fair = _rows(cases, origin, h, values, path.pupils[..., h - 1])
                frames.append(_over(rows, cases, values, settings.seats)[fair])
    if not frames:
        raise ValueError("a backtest of draws needs more years with counts")
    return pd.concat(frames, ignore_index=True)


def shortened(path: Path, horizon: int) -> Path:
    """The first years of a path, [school, grade, h <= horizon]."""
    return replace(path, log_pupils=path.log_pupils[:, :, :horizon])


def _rows(cases: Cases, origin: int, h: int, drawn: FloatArray, expected: FloatArray) -> tuple[pd.DataFrame, BoolArray]:
    """Scores of the cases of one level, and which of them can be scored [case].

    drawn: [school, grade, draw]; expected: [school, grade].
    """
    samples, centre = np.asarray(cases.pick(drawn)), np.asarray(cases.pick(expected))
    fair = ~np.isnan(samples).any(axis=1) & ~np.isnan(cases.actual)
    samples = np.sort(samples, axis=1)
    table: dict[str, object] = {"level": cases.level, "origin": origin, "horizon": h, "district": cases.district}
    table |= {"school": cases.school, "grade": cases.grade, "actual": cases.actual, "expected": centre}
    quantiles = smooth_quantiles(samples, QUANTILES)
    table |= {name: quantiles[:, k] for k, name in enumerate(quantile_names())}
    table["crps"] = crps_samples(cases.actual, samples)
    table["pinball"] = pinball(cases.actual[:, None], quantiles, np.array(QUANTILES)).mean(axis=1)
    table["pit"], table["mean"] = pit(cases.actual, samples), samples.mean(axis=1)
    return pd.DataFrame(table), fair


def _over(rows: pd.DataFrame, cases: Cases, drawn: FloatArray, seats: Mapping[str, float]) -> pd.DataFrame:
    """With the capacity of school totals, and the share of draws over it; NaN where no seats are known."""
    if cases.level != "school":
        return rows.assign(capacity=np.nan, over=np.nan)
    capacity = np.array([seats.get(school, np.nan) for school in cases.school])
    if not seats:
        capacity = capacities(cases.history[:, -1], list(cases.school), rows["origin"].to_numpy(dtype=np.int64))
    over = (np.asarray(cases.pick(drawn)) > capacity[:, None]).mean(axis=1)
    return rows.assign(capacity=capacity, over=np.where(np.isnan(capacity), np.nan, over))


def smooth_quantiles(samples: FloatArray, levels: Sequence[float]) -> FloatArray:
    """Quantiles of whole numbers spread evenly over half a pupil to each side, from sorted samples; [series, level]."""
    m = samples.shape[1]
    place = np.broadcast_to(np.arange(m), samples.shape)
    starts = np.ones(samples.shape, dtype=bool)
    starts[:, 1:] = samples[:, 1:] > samples[:, :-1]
    first = np.maximum.accumulate(np.where(starts, place, 0), axis=1)
    ends = np.ones(samples.shape, dtype=bool)
    ends[:, :-1] = starts[:, 1:]
    last = np.minimum.accumulate(np.where(ends, place, m)[:, ::-1], axis=1)[:, ::-1]
    spread = samples + (place - first + 0.5) / (last - first + 1) - 0.5
    at = np.clip(np.array(levels) * m - 0.5, 0, m - 1)
    low = np.minimum(at.astype(np.int64), m - 2)
    part = at - low
    return np.asarray(spread[:, low] * (1.0 - part) + spread[:, low + 1] * part)


def held(rows: pd.DataFrame, interval: str, whole: bool = False) -> FloatArray:
    """How far the actual number lies in the interval "50", "80" or "90", 0 to 1, [row]; whole: 0 or 1."""
    low, high = (rows[name].to_numpy(dtype=float) for name in INTERVALS[interval])
    actual = rows["actual"].to_numpy(dtype=float)
    part = np.clip(np.minimum(actual + 0.5, high) - np.maximum(actual - 0.5, low), 0.0, 1.0)
    return np.asarray(part > 0.0, dtype=float) if whole else np.asarray(part)


@dataclass(frozen=True)
class Share:
    """A share of cases, and the interval of it when origins are resampled."""

    share: float
    low: float
    high: float
    cases: int


def clustered_share(inside: FloatArray, origin: IntArray, draws: int = 1000) -> Share:
    """Share of cases [case] with its 95 % interval by resampling origins [case]."""
    years, group = np.unique(origin, return_inverse=True)
    hits, cases = np.bincount(group, inside), np.bincount(group)
    random = np.random.default_rng(SEED)
    weights = random.multinomial(years.size, np.full(years.size, 1.0 / years.size), size=draws)
    shares = (weights @ hits) / np.maximum(weights @ cases, 1)
    low, high = np.quantile(shares, (0.025, 0.975))
    return Share(float(hits.sum() / cases.sum()), float(low), float(high), int(cases.sum()))


@dataclass(frozen=True)
class Statement:
    """What can be said of the intervals of a panel: of the last forecasts, how many held."""

    level: str
    origins: int
    cases: int
    held80: Share
    held90: Share
    calibrated: str  # "yes", "no", or "borrowed": too few origins to tell, sizes come from other places


def statement(rows: pd.DataFrame, level: str = "school") -> Statement:
    """The record of the intervals of one level over all origins and horizons of the rows.

    yes: between GOOD of the 80 % intervals held, or as far from it as origins that rise and fall together allow.
    """
    part = rows[rows["level"] == level]
    origin = part["origin"].to_numpy(dtype=np.int64)
    shares = [clustered_share(held(part, name), origin) for name in ("80", "90")]
    origins = int(np.unique(origin).size)
    near = shares[0].low <= GOOD[1] and shares[0].high >= GOOD[0] and FAR[0] <= shares[0].share <= FAR[1]
    calibrated = "borrowed" if origins < LEAST_ORIGINS else "yes" if near else "no"
    return Statement(level, origins, len(part), shares[0], shares[1], calibrated)


def interval_table(rows: pd.DataFrame, by: Sequence[str] = ("level", "horizon")) -> pd.DataFrame:
    """A row for each group: n, shares held (held50, held80, held90, whole80), width80 as a share of pupils, scores.

    crps and pinball are sums over cases by the sum of actual pupils, in shares of a pupil.
    """
    found = []
    for key, part in rows.groupby(list(by), sort=False):
        pupils = max(float(part["actual"].sum()), 1.0)
        row: dict[str, object] = dict(zip(by, key, strict=True))
        row |= {"n": len(part), **{f"held{name}": float(held(part, name).mean()) for name in INTERVALS}}
        row["whole80"] = float(held(part, "80", whole=True).mean())
        row["width80"] = float((part["q90"] - part["q10"]).sum()) / pupils
        row |= {name: float(part[name].sum()) / pupils for name in ("crps", "pinball")}
        found.append(row)
    return pd.DataFrame(found)


def with_size_band(rows: pd.DataFrame, bounds: Sequence[float]) -> pd.DataFrame:
    """The rows with a column `band`, the upper end of the band of expected pupils each falls into."""
    ends = [*[f"< {bound:g}" for bound in bounds], f">= {bounds[-1]:g}"]
    place = np.searchsorted(np.array(bounds), rows["expected"].to_numpy(dtype=float), side="right")
    return rows.assign(band=np.array(ends)[place])


def pit_table(rows: pd.DataFrame, bins: int = 10) -> FloatArray:
    """Shares of cases whose actual number falls into each tenth of its draws, [bin]; all alike = calibrated."""
    counts = np.histogram(rows["pit"], np.linspace(0.0, 1.0, bins + 1))[0]
    return np.asarray(counts / max(counts.sum(), 1))


def crps_skill(own: pd.DataFrame, rival: pd.DataFrame, level: str, horizon: int) -> float:
    """1 - sum of own CRPS / sum of the rival's on the cases both forecast; NaN without any."""
    chosen = [part[(part["level"] == level) & (part["horizon"] == horizon)] for part in (own, rival)]
    both = chosen[0].merge(chosen[1], on=KEYS, suffixes=("", "_rival"))
    below = float(both["crps_rival"].sum())
    return 1.0 - float(both["crps"].sum()) / below if below > 0.0 else np.nan
