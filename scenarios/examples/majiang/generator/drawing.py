"""The drawing: outline, townships and town cores of a Majiang-like county, by hand, in kilometres from the county seat.

Real (domain facts 5.1): the seat near 107.593 E 26.495 N, the box 107.299-107.849 E, 26.280-26.579 N, about 958 km2,
seven townships, Xuanwei 222 km2 within 26.35-26.52 N 107.55-107.78 E, Bamang 121 km2, the two streets together about
211.5 km2, road distances to the seat (Gudong 27, Bamang 31, Longshan 20 km; here divided by a detour of 1.5).
Synthetic: every line. No boundary file was used.
"""

from __future__ import annotations

SEAT_LON, SEAT_LAT = 107.593, 26.495  # county seat [degrees], facts 5
KM_PER_LON, KM_PER_LAT = 99.74, 110.79  # length of a degree at 26.44 N on the CGCS2000 ellipsoid [km]

Point = tuple[float, float]

NODES: dict[str, Point] = {
    # outline, counter-clockwise from the western tip
    "W0": (-29.3, -2.5), "W1": (-27.0, -7.0), "W2": (-21.6, -8.7),
    "S0": (-19.6, -12.2), "S1": (-17.1, -16.6), "S2": (-14.6, -23.8), "S3": (-12.3, -17.6), "S4": (-9.1, -13.1),
    "S5": (-4.2, -10.6), "S6": (-0.8, -11.9), "S7": (4.5, -16.0), "S8": (9.6, -13.1), "S9": (14.2, -14.3),
    "S10": (18.5, -10.0), "E0": (22.0, -8.0), "E1": (25.5, -2.5), "E2": (22.5, 2.5), "E3": (17.5, 5.0),
    "E4": (12.0, 4.0), "N0": (8.5, 7.5), "N1": (4.0, 5.5), "N2": (0.0, 9.3), "N3": (-6.0, 8.0),
    "N4": (-10.5, 9.0), "N5": (-14.0, 5.5), "N6": (-19.0, 6.5), "N7": (-24.0, 3.0),
    # borders between townships
    "A": (-17.0, -7.5), "B": (-12.5, -7.0), "C": (-10.8, -2.5), "D": (-12.0, 1.5), "D1": (-6.0, 1.8), "F": (-1.5, 3.6),
    "G": (-7.5, -8.4), "H": (-3.0, -6.5), "I": (2.0, -4.5), "J": (7.0, -1.5), "K": (9.5, 2.8), "L": (13.0, -2.5),
    "M": (16.5, -6.0), "P1": (1.0, 2.2), "P2": (0.2, 0.0), "P3": (-0.4, -2.2),
    # town cores
    "Q1": (-2.2, -1.8), "Q2": (-2.8, 0.2), "Q3": (-1.4, 2.0), "R1": (3.0, 1.6), "R2": (3.4, -0.6), "R3": (1.8, -2.6),
    "R4": (5.0, 2.2), "R5": (5.8, 0.2),
    "GC1": (-18.9, -1.4), "GC2": (-17.9, -1.9), "GC3": (-17.0, -1.2), "GC4": (-17.2, -0.2), "GC5": (-18.5, 0.0),
    "XC1": (6.4, -9.6), "XC2": (7.6, -10.0), "XC3": (8.6, -9.2), "XC4": (8.3, -8.1), "XC5": (6.9, -8.0),
}  # fmt: skip

TOWNSHIPS: dict[str, list[str]] = {
    "xs": ["N1", "N2", "F", "D1", "D", "C", "B", "G", "S5", "H", "P3", "P2", "P1"],
    "jz": ["N1", "P1", "P2", "P3", "H", "I", "J", "K", "E4", "N0"],
    "gd": ["W0", "W1", "W2", "A", "B", "C", "D", "N5", "N6", "N7"],
    "xw": ["S5", "S6", "S7", "S8", "S9", "S10", "M", "L", "K", "J", "I", "H"],
    "ls": ["S10", "E0", "E1", "E2", "E3", "E4", "K", "L", "M"],
    "xc": ["N5", "D", "D1", "F", "N2", "N3", "N4"],
    "bm": ["W2", "S0", "S1", "S2", "S3", "S4", "S5", "G", "B", "A"],
}

CORES: dict[str, list[str]] = {  # built-up areas: core -> nodes; the township is the part before the dash
    "xs-core": ["P1", "P2", "P3", "Q1", "Q2", "Q3"],
    "jz-core": ["P1", "R1", "R2", "R3", "P3", "P2"],
    "jz-new": ["R1", "R4", "R5", "R2"],
    "gd-core": ["GC1", "GC2", "GC3", "GC4", "GC5"],
    "xw-core": ["XC1", "XC2", "XC3", "XC4", "XC5"],
}


def ring(names: list[str]) -> list[Point]:
    """The points of a list of nodes."""
    return [NODES[name] for name in names]


def to_lonlat(x_km: float, y_km: float) -> Point:
    """Longitude and latitude [degrees, six decimals] of a point in kilometres from the seat."""
    return round(SEAT_LON + x_km / KM_PER_LON, 6), round(SEAT_LAT + y_km / KM_PER_LAT, 6)
