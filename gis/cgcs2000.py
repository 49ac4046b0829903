"""The zones of CGCS2000, and what coordinates say: degrees, eastings with or without a zone number, swapped.

Gauss-Krueger zones of 3 degrees carry the numbers 25 to 45, those of 6 degrees 13 to 23, so a number in front of an
easting names its zone without doubt. An easting without one fits every zone: only the study can say which.
"""

from dataclasses import dataclass
from typing import Literal

Box = tuple[float, float, float, float]
"""West, south, east, north as they stand in the file: least and greatest x, least and greatest y."""
Look = Literal["degrees", "degrees_swapped", "numbered", "plain", "metres_swapped", "else"]

_NORTHINGS = (950_000.0, 6_300_000.0)  # 8.6 to 56.8 degrees north [m]
_PLAIN = (50_000.0, 950_000.0)  # eastings without a number: within 450 km of the central meridian [m]
_CHINA = (72.0, 140.0, 16.0, 55.9)  # west, east, south, north [degree], the Xisha islands included


@dataclass(frozen=True)
class Zone:
    """One projected CRS of CGCS2000."""

    code: int
    """EPSG code."""
    meridian: int
    """Central meridian [degree east]."""
    width: Literal[3, 6]
    """Width of the zone [degree]."""
    number: int
    """Zone number in front of the eastings, 0 without."""

    @property
    def name(self) -> str:
        """How a planner declares it: `EPSG:4524`."""
        return f"EPSG:{self.code}"


ZONES: tuple[Zone, ...] = (
    *(Zone(4478 + number, 6 * number - 3, 6, number) for number in range(13, 24)),
    *(Zone(4489 + number, 6 * number - 3, 6, 0) for number in range(13, 24)),
    *(Zone(4488 + number, 3 * number, 3, number) for number in range(25, 46)),
    *(Zone(4509 + number, 3 * number, 3, 0) for number in range(25, 46)),
)
"""EPSG:4491-4501 and 4502-4512 (6 degrees, with and without number), 4513-4533 and 4534-4554 (3 degrees)."""
_BY_CODE = {zone.code: zone for zone in ZONES}
_BY_NUMBER = {zone.number: zone for zone in ZONES if zone.number}


def zone_of_code(code: int | None) -> Zone | None:
    """The zone of an EPSG code, None if the code is none of CGCS2000's."""
    return None if code is None else _BY_CODE.get(code)


def zone_of_number(number: int) -> Zone | None:
    """The zone whose eastings begin with that number; 13-23 have 6 degrees, 25-45 have 3."""
    return _BY_NUMBER.get(number)


def sibling(zone: Zone) -> Zone:
    """The same zone without its number if it has one, with it if it has none."""
    return next(
        other
        for other in ZONES
        if (other.meridian, other.width) == (zone.meridian, zone.width) and bool(other.number) != bool(zone.number)
    )


def look(box: Box) -> Look:
    """What the extent of a layer looks like; `else` if it fits no CRS of CGCS2000."""
    west, south, east, north = box
    if max(-west, east) <= 180 and max(-south, north) <= 90:
        return "degrees_swapped" if in_china((south, west, north, east)) and not in_china(box) else "degrees"
    if in_china((south, west, north, east)):
        return "degrees_swapped"
    found = _look_metres(box)
    if found == "else" and _look_metres((south, west, north, east)) != "else":
        return "metres_swapped"
    return found


def zone_number(box: Box) -> int:
    """The number in front of the eastings; 0 without one, -1 if they begin with different numbers."""
    west, _, east, _ = box
    first, last = int(west // 1e6), int(east // 1e6)
    return first if first == last else -1


def turned(box: Box) -> Box:
    """The extent with x and y exchanged."""
    west, south, east, north = box
    return south, west, north, east


def _look_metres(box: Box) -> Look:
    west, south, east, north = box
    if not (_NORTHINGS[0] <= south and north <= _NORTHINGS[1]):
        return "else"
    if _PLAIN[0] <= west and east <= _PLAIN[1]:
        return "plain"
    return "numbered" if west >= 13e6 and east < 46e6 else "else"


def in_china(box: Box) -> bool:
    """Whether an extent in degrees lies in China or close to it."""
    west, south, east, north = box
    return _CHINA[0] <= west and east <= _CHINA[1] and _CHINA[2] <= south and north <= _CHINA[3]
