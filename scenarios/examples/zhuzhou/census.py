"""Figures that the nine studies start from, each with its source; everything else of the example is synthetic.

Residents: seventh census, 1 November 2020, county rows of the codes given (both sexes added). Boxes and areas: worked
out from public boundary data of 2022, figures only. The studies hold ONE TENTH of the children, so that each stays
small enough to read; the counts of schools that the city's plan promises are scaled by the same tenth (170 -> 17,
70 -> 7).

The census has a tenth row, the Yunlong demonstration zone (430271: 510, 3 624, 5 172, 3 319, 43 601 of the ages below).
It is a development zone and no county-level unit; its children are counted with Shifeng here (a choice of this
example), so that the nine add up to the city (430200).
"""

from __future__ import annotations

from dataclasses import dataclass

SCALE = 10
"""Real children for one of the example."""


@dataclass(frozen=True)
class Figures:
    """One county-level unit: code, box (west, south, east, north) [degrees], area [km2], residents by age band."""

    code: str
    box: tuple[float, float, float, float]
    area_km2: float
    ages: tuple[int, int, int, int, int]
    """Residents aged 0, 1-4, 5-9, 10-14, 15-19 in 2020."""
    in_2010: int
    """Residents aged 0-4 in the sixth census, 2010; 0 where the boundary has changed since."""
    births_2022: int = 0
    """Births of 2022 where a rate is published (per 1 000 residents of 2020), else 0."""


FIGURES: dict[str, Figures] = {
    "hetang": Figures("430202", (113.137, 27.828, 113.290, 28.013), 154, (2139, 14838, 21961, 18253, 15178), 0),
    "lusong": Figures("430203", (113.114, 27.744, 113.362, 27.877), 222, (1944, 13202, 18813, 15616, 14405), 9592),
    "shifeng": Figures("430204", (113.039, 27.846, 113.258, 28.024), 167, (1889, 12529, 16293, 12249, 58158), 10277),
    "tianyuan": Figures("430211", (112.995, 27.517, 113.149, 27.854), 326, (4127, 25687, 31320, 22970, 25523), 9940),
    "lukou": Figures("430212", (112.969, 27.206, 113.318, 27.780), 1063, (2352, 10478, 15250, 14534, 9988), 0),
    "liling": Figures("430281", (113.171, 27.374, 113.768, 27.965), 2155, (7148, 40350, 63243, 56177, 33193), 57763),
    "youxian": Figures("430223", (113.165, 26.768, 113.876, 27.432), 2682, (4964, 27142, 46240, 44426, 25507), 45035),
    # 4.91 and 5.26 births per 1 000 in 2022, on 491 849 and 160 274 residents.
    "chaling": Figures("430224", (113.355, 26.504, 113.927, 27.125), 2525, (4311, 24624, 44010, 43450, 20769), 47043,
                       2415),
    "yanling": Figures("430225", (113.583, 26.040, 114.110, 26.656), 2055, (1423, 7372, 10898, 11124, 5628), 12338,
                       843),
}  # fmt: skip

CITY = (30297, 176222, 268028, 238799, 208349)
"""The same ages of the whole city (430200); the nine above add up to it."""

NATIONAL = {2020: 1202, 2021: 1062, 2022: 956}
"""Births of the nation [10 000]: how births fell in counties without a published rate."""


def kept(figures: Figures) -> float:
    """Deaths and net moves per year: aged 0-4 in 2010 against 10-14 in 2020, held between .990 and 1.015.

    Tianyuan doubled in those ten years (.087 a year); that it goes on so is not assumed. A boundary that moved: .995.
    """
    if not figures.in_2010:
        return 0.995
    return float(min(1.015, max(0.99, (figures.ages[3] / figures.in_2010) ** 0.1)))


def births(figures: Figures) -> dict[int, int]:
    """Births of 2020-2022, a tenth: from residents aged 0, as the nation fell or as the published rate of 2022 says."""
    start = figures.ages[0] / SCALE
    last = figures.births_2022 / SCALE or start * NATIONAL[2022] / NATIONAL[2020]
    middle = start * (last / start) ** 0.5
    return {2020: round(start), 2021: round(middle), 2022: round(last)}


def bands(figures: Figures) -> dict[tuple[int, int], int]:
    """Residents by age band, a tenth; the last one from 10-14, because students and workers live away from home."""
    spans = ((0, 0), (1, 4), (5, 9), (10, 14))
    return {span: round(count / SCALE) for span, count in zip(spans, figures.ages[:4], strict=True)}
