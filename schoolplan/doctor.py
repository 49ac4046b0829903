"""What `schoolplan doctor` looks at: packages, Python, libraries, font, coordinate systems, extras, browser.

Each check is one function that returns one row, in both languages, and never raises: a broken part is a row that says
so and how to mend it. `rows()` runs them all; the command line prints them and ends with `exit_code`.
"""

import os
import platform
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import metadata
from typing import Literal

from schoolplan import guard
from schoolplan.doctor_texts import TEXTS

State = Literal["good", "absent", "broken"]

OLDEST_PYTHON = (3, 11)
LIBRARIES = (
    *("numpy", "pandas", "scipy", "numba", "geopandas", "shapely", "contourpy", "pyproj", "pyogrio"),
    *("pyarrow", "simpy"),
    *(
        "matplotlib",
        "matplotlib-scalebar",
        "pydantic",
        "ruamel.yaml",
        "typer",
        "rich",
        "jinja2",
        "markupsafe",
        "pillow",
        "python-calamine",
        "XlsxWriter",
        "python-docx",
        "lxml",
        "typst",
    ),
)
EXTRAS: Mapping[str, tuple[str, ...]] = {
    "postgis": ("psycopg",),
    "raster": ("rasterio",),
    "baselines": ("statsmodels",),
}
"""Libraries of each extra, which only some need."""
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SAMPLE = "麻江县学位缺口，班额≤45；0–9 万元"
# A point near Majiang, CGCS2000 longitude and latitude [degree], and its place in the zone of EPSG:4545 [m].
LON, LAT, EAST, NORTH = 107.593, 26.495, 459424.170, 2931740.807
TOLERANCE_M = 0.01
MISSING_PART, GOOD = 5, 0


@dataclass(frozen=True)
class Row:
    """One thing looked at: state, what was found and how to mend it, the texts by language ("zh", "en").

    state: "good", "absent" (optional and not there) or "broken".  mend: empty where there is nothing to do.
    """

    check: str
    state: State
    found: Mapping[str, str]
    mend: Mapping[str, str]

    def label(self, language: str) -> str:
        """Name of the check for a reader."""
        return TEXTS[self.check][language]


def rows() -> tuple[Row, ...]:
    """All checks, in the order a reader wants them; none of them raises."""
    own: tuple[Callable[[], Row], ...] = (packages, python, libraries, font, coordinates)
    return (*(check() for check in own), *(extra(name, needed) for name, needed in EXTRAS.items()), browser())


def exit_code(found: tuple[Row, ...]) -> int:
    """0 when nothing is broken, 70 when other software shadows a package, 5 when a part is missing."""
    broken = {row.check for row in found if row.state == "broken"}
    if "packages" in broken:
        return guard.EXIT_CODE
    return MISSING_PART if broken else GOOD


def packages() -> Row:
    """Whether the five packages are ours."""
    shadows = guard.shadows()
    if shadows:
        told = {language: guard.render(shadows, language) for language in ("zh", "en")}
        return Row("packages", "broken", told, {"zh": "", "en": ""})
    return _row("packages", "good", version=_version(guard.DISTRIBUTION) or "source", folder=str(guard.home()))


def python(version: tuple[int, ...] = sys.version_info[:3]) -> Row:
    """Whether Python is new enough."""
    state: State = "good" if version >= OLDEST_PYTHON else "broken"
    return _row(
        "python", state, version=".".join(map(str, version)), system=f"{platform.system()} {platform.machine()}"
    )


def libraries(names: tuple[str, ...] = LIBRARIES) -> Row:
    """Whether all libraries are installed, and their versions."""
    versions = {name: _version(name) for name in names}
    missing = [name for name, version in versions.items() if version is None]
    if missing:
        return _row("libraries", "broken", missing=", ".join(missing))
    return _row("libraries", "good", versions=", ".join(f"{name} {version}" for name, version in versions.items()))


def font(sample: str = SAMPLE) -> Row:
    """Whether the font of the figures is there and draws Chinese."""
    try:
        from reports import fonts

        family, path = fonts.register(), fonts.font_file()
        lacking = fonts.missing_characters(sample)
    except Exception as error:  # whatever is wrong with the font, doctor says it and goes on
        return _row("font", "broken", reason=_reason(error))
    if lacking:
        return _row("font", "broken", reason=f"{path.name}: {lacking}")
    return _row("font", "good", family=family, path=str(path))


def coordinates(expected: tuple[float, float] = (EAST, NORTH)) -> Row:
    """Whether the CRS data base is there and puts a known point where it belongs, EPSG:4490 to EPSG:4545."""
    try:
        import pyproj

        way = pyproj.Transformer.from_crs("EPSG:4490", "EPSG:4545", always_xy=True)
        east, north = way.transform(LON, LAT)
        proj = pyproj.proj_version_str
    except Exception as error:  # as above
        return _row("coordinates", "broken", reason=_reason(error))
    off = max(abs(east - expected[0]), abs(north - expected[1]))
    if not off <= TOLERANCE_M:
        return _row("coordinates", "broken", reason=f"{off:.3f} m")
    return _row("coordinates", "good", proj=proj)


def extra(check: str, names: tuple[str, ...]) -> Row:
    """Whether the libraries of an extra are installed; absent is no fault."""
    versions = {name: _version(name) for name in names}
    missing = [name for name, version in versions.items() if version is None]
    if missing:
        return _row(check, "absent", missing=", ".join(missing))
    return _row(check, "good", versions=", ".join(f"{name} {version}" for name, version in versions.items()))


def browser(names: tuple[str, ...] = BROWSERS) -> Row:
    """Whether a Chromium is there; only the tests of the report use it."""
    path = browser_path(names)
    return _row("browser", "good", path=path) if path else _row("browser", "absent")


def browser_path(names: tuple[str, ...] = BROWSERS) -> str | None:
    """Path of a Chromium-like browser: the variable CHROMIUM first, then the first of the names that is a command."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


def _version(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".replace("\n", " ")


def _row(check: str, state: State, **params: str) -> Row:
    found = {language: text.format(**params) for language, text in TEXTS[f"{check}.{state}"].items()}
    return Row(check, state, found, TEXTS.get(f"{check}.{state}.mend", {"zh": "", "en": ""}))
