"""Women and births of a county in plain loops over people's ages: what `sim/births.py` is held to.

Written from the equations of docs/science/births-and-entry.md, one number at a time; no arrays.
"""

from collections.abc import Mapping, Sequence

LAST_AGE = 49


def rate_of_age(rates: Mapping[int, float], age: int) -> float:
    """Share of the total fertility rate at one age: births per woman of this age / sum over all ages."""

    def of(one: int) -> float:
        below = [first for first in rates if first <= one]
        return rates[max(below)] if below else 0.0

    return of(age) / sum(of(one) for one in range(LAST_AGE + 1))


def births_of_county(
    women: Sequence[float],
    survival: Sequence[float],
    rates: Mapping[int, float],
    boys_per_100_girls: float,
    tfr: Sequence[float],
    registered: Sequence[float | None],
    arrivals: Sequence[float],
) -> list[float]:
    """Births of each year: the registered ones, else rate x women; every woman is followed by her year of birth."""
    living = {age: float(women[age]) for age in range(LAST_AGE + 1)}
    born: list[float] = []
    for year, rate in enumerate(tfr):
        if year > 0:
            older = {age + 1: n * survival[age] for age, n in living.items() if age < LAST_AGE}
            for age in older:
                if age >= 15:
                    older[age] *= 1 + arrivals[year - 1] / 1000
            living = older
        known = registered[year]
        expected = sum(rate * rate_of_age(rates, age) * n for age, n in living.items() if age > 0)
        born.append(expected if known is None else known)
        if year > 0:
            girls = (born[year - 1] + born[year]) / 2 * 100 / (100 + boys_per_100_girls)
            living[0] = girls * survival[0] ** 0.5
    return born
