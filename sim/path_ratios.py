"""Grade progression ratios of a panel, shrunk from all schools to the district, the school and the single grade.

Symbols: N[s, g, t] pupils; o the origin; w[t] = lambda^(o - t) weight of the transition into year t.

    moved     A[s, g] = sum_t w[t] N[s, g, t]            over years in which both ends were counted
    base      B[s, g] = sum_t w[t] N[s, g-1, t-1]        same years
    all       R[g]    = sum_s A / sum_s B
    district  a[d, g] = log (A[d, g] + kd) / (E[d, g] + kd),    E = sum_s B R
    school    u[s]    = log (A[s] + ku) / (E[s] + ku),          E = sum_g B R exp(a)
    grade     v[s, g] = log (A[s, g] + kv) / (E[s, g] + kv),    E = B R exp(a + u)
    ratio     r[s, g] = R exp(a + u + v)

(A + k) / (E + k) is the posterior mean of a relative risk with prior Gamma(k, k) where A is Poisson with mean E times
the risk (Clayton and Kaldor 1987, Biometrics 43:671); discounting by lambda lets old years fade (power steady model,
Smith 1979, JRSS B 41:375).  k is in pupils: a school's own ratio counts as much as the others' once k pupils have moved
up; k = dispersion / variance between schools, so a grade with twice the noise has twice the variance between schools.
The constants are the middle of a flat region common to three panels (docs/science/backtests.md), tuned to none.
Tests: tests/sim/test_path.py.
"""

from dataclasses import dataclass

import numpy as np

from sim.arrays import FloatArray, IntArray
from sim.panel import Panel, quotient

MEMORY = 0.8  # lambda, weight of a transition against the one a year later; half-life 3.1 years
K_DISTRICT, K_SCHOOL, K_GRADE = 300.0, 1000.0, 300.0  # pupils moved up at which own and common experience count alike


@dataclass(frozen=True)
class LearntRatios:
    """Log effects whose sum is the log ratio into grade g + 1 from grade g, and how far each was believed."""

    everywhere: FloatArray  # [grade - 1] log R
    district: FloatArray  # [district, grade - 1] a
    school: FloatArray  # [school] u
    grade: FloatArray  # [school, grade - 1] v
    weight_district: FloatArray  # [district, grade - 1] E / (E + k): 0 = all common, 1 = all own
    weight_school: FloatArray  # [school]
    weight_grade: FloatArray  # [school, grade - 1]

    def total(self, district_of: IntArray) -> FloatArray:
        """Log ratio, [school, grade - 1]."""
        total: FloatArray = self.everywhere + self.district[district_of] + self.school[:, None] + self.grade
        return total


def transitions(pupils: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Pupils before and after each transition, [.., grade - 1, year - 1]; zero where an end is missing."""
    before, after = pupils[:, :-1, :-1], pupils[:, 1:, 1:]
    both = ~np.isnan(before) & ~np.isnan(after)
    return np.where(both, before, 0.0), np.where(both, after, 0.0)


def faded(values: FloatArray, memory: float) -> FloatArray:
    """Sum over years with weight memory^age, the last year has age 0, [.., year] -> [..]."""
    years = values.shape[-1]
    return np.asarray((values * memory ** np.arange(years - 1, -1, -1.0)).sum(axis=-1))


def by_district(values: FloatArray, district_of: IntArray, districts: int) -> FloatArray:
    """Sums over the schools of each district, [school, ..] -> [district, ..]."""
    total = np.zeros((districts, *values.shape[1:]))
    np.add.at(total, district_of, values)
    return total


def common_ratio(moved: FloatArray, base: FloatArray) -> FloatArray:
    """R of all schools together, [.., grade - 1] -> [grade - 1]; 1 where nobody was ever seen to move up."""
    up, below = moved.sum(axis=0), base.sum(axis=0)
    return np.where(up > 0.0, np.nan_to_num(quotient(up, below), nan=1.0), 1.0)


def shrunk_effect(moved: FloatArray, expected: FloatArray, k: float) -> FloatArray:
    """Log of the posterior mean of moved / expected under a Gamma(k, k) prior, by element."""
    return np.log((moved + k) / (expected + k))


def learn_ratios(panel: Panel) -> LearntRatios:
    """Ratios from the history of a panel; every effect is [..] as in `LearntRatios`."""
    return learn_from(panel, *transitions(np.where(panel.known, panel.pupils, np.nan)))


def learn_from(panel: Panel, before: FloatArray, after: FloatArray) -> LearntRatios:
    """The same from pupils before and after each transition of a panel, [school, grade - 1, year - 1]."""
    moved, base = faded(after, MEMORY), faded(before, MEMORY)
    everywhere = common_ratio(moved, base)
    districts = len(panel.districts)
    expected = base * everywhere
    expected_d = by_district(expected, panel.district_of, districts)
    district = shrunk_effect(by_district(moved, panel.district_of, districts), expected_d, K_DISTRICT)
    expected = expected * np.exp(district[panel.district_of])
    expected_s = expected.sum(axis=1)
    school = shrunk_effect(moved.sum(axis=1), expected_s, K_SCHOOL)
    expected = expected * np.exp(school)[:, None]
    grade = shrunk_effect(moved, expected, K_GRADE)
    return LearntRatios(
        everywhere=np.log(everywhere),
        district=district,
        school=school,
        grade=grade,
        weight_district=expected_d / (expected_d + K_DISTRICT),
        weight_school=expected_s / (expected_s + K_SCHOOL),
        weight_grade=expected / (expected + K_GRADE),
    )
