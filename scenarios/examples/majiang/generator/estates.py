"""Housing estates and children who learn elsewhere. All synthetic; yields lie within the ranges of domain facts 2.7.

The facts give .20-.35 primary and .10-.17 junior pupils per occupied dwelling, so about .45-.80 children aged 0-14.
"""

from __future__ import annotations

# estate, unit, completion, dwellings, children a dwelling, shares from outside, town and villages, years to fill, type
ESTATES: list[tuple[str, str, int, int, float, float, float, float, int, str]] = [
    ("xs-resettlement", "xs-e1", 2018, 760, 0.75, 0.05, 0.15, 0.80, 2, "resettlement"),
    ("jz-estate-a", "jz-e1", 2019, 680, 0.55, 0.15, 0.45, 0.40, 4, "commercial"),
    ("xw-resettlement", "xw-e1", 2019, 420, 0.75, 0.05, 0.10, 0.85, 2, "resettlement"),
    ("jz-estate-b", "jz-e2", 2021, 820, 0.55, 0.15, 0.45, 0.40, 4, "commercial"),
    ("jz-estate-b2", "jz-e2", 2025, 400, 0.55, 0.15, 0.45, 0.40, 4, "commercial"),  # the usual pace: in no future
    ("jz-new-town", "jz-e3", 2026, 2400, 0.55, 0.30, 0.30, 0.40, 6, "commercial"),  # only in fast-urbanisation
]

# estate, phase, year and month of completion, dwellings, status
PHASES: list[tuple[str, str, int, int, int, str]] = [
    ("jz-new-town", "1", 2026, 6, 1200, "under_construction"),
    ("jz-new-town", "2", 2028, 6, 1200, "approved"),
]

# (township, stage, destination) -> resident children there on 1 September 2023. Kaili is the city next door.
ATTENDANCE: dict[tuple[str, str, str], int] = {
    ("xs", "primary", "other_county"): 62,
    ("jz", "primary", "other_county"): 58,
    ("gd", "primary", "other_county"): 48,
    ("xw", "primary", "other_county"): 52,
    ("ls", "primary", "other_county"): 56,
    ("xc", "primary", "other_county"): 30,
    ("bm", "primary", "other_county"): 28,
    ("xs", "primary", "private"): 56,
    ("jz", "primary", "private"): 62,
    ("xs", "primary", "not_enrolled"): 4,  # taught at home (送教上门)
    ("xw", "primary", "not_enrolled"): 5,
    ("gd", "primary", "not_enrolled"): 5,
    ("xs", "junior", "other_county"): 52,
    ("jz", "junior", "other_county"): 50,
    ("gd", "junior", "other_county"): 36,
    ("xw", "junior", "other_county"): 38,
    ("ls", "junior", "other_county"): 40,
    ("xc", "junior", "other_county"): 20,
    ("bm", "junior", "other_county"): 20,
    ("xs", "junior", "private"): 26,
    ("jz", "junior", "private"): 30,
    ("xs", "junior", "not_enrolled"): 3,
    ("xw", "junior", "not_enrolled"): 3,
    ("gd", "junior", "not_enrolled"): 3,
}
