"""Every row of doctor: good here, and broken in a way that says what is wrong and how to mend it."""

import math
import re
import tomllib
from pathlib import Path

import pyproj
import pytest

from schoolplan import doctor, guard
from schoolplan.doctor_texts import TEXTS


def krueger(lon: float, lat: float, meridian: float) -> tuple[float, float]:
    """Easting and northing [m] of a Gauss-Krueger zone on the CGCS2000 ellipsoid, by Krueger's series in n."""
    a, f = 6378137.0, 1 / 298.257222101
    n = f / (2 - f)
    radius = a / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    alpha = (n / 2 - 2 * n**2 / 3 + 5 * n**3 / 16, 13 * n**2 / 48 - 3 * n**3 / 5, 61 * n**3 / 240)
    phi, lam, k = math.radians(lat), math.radians(lon - meridian), 2 * math.sqrt(n) / (1 + n)
    t = math.sinh(math.atanh(math.sin(phi)) - k * math.atanh(k * math.sin(phi)))
    xi, eta = math.atan2(t, math.cos(lam)), math.atanh(math.sin(lam) / math.sqrt(1 + t * t))
    east = eta + sum(c * math.cos(2 * j * xi) * math.sinh(2 * j * eta) for j, c in enumerate(alpha, start=1))
    north = xi + sum(c * math.sin(2 * j * xi) * math.cosh(2 * j * eta) for j, c in enumerate(alpha, start=1))
    return 500000 + radius * east, radius * north


def test_the_known_point_of_the_crs_check_is_right() -> None:
    assert krueger(doctor.LON, doctor.LAT, 108) == pytest.approx((doctor.EAST, doctor.NORTH), abs=0.001)


def test_nothing_is_broken_here() -> None:
    found = doctor.rows()
    rows = ["packages", "python", "libraries", "font", "coordinates", "postgis", "raster", "baselines", "browser"]
    assert [row.check for row in found] == rows
    assert [(row.check, row.found["en"]) for row in found if row.state == "broken"] == []
    assert doctor.exit_code(found) == 0


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_row_speaks_both_languages(language: str) -> None:
    for row in doctor.rows():
        assert row.label(language)
        assert row.found[language]
        assert "{" not in row.found[language]


def test_every_text_has_both_languages_and_every_broken_state_a_remedy() -> None:
    assert all(set(texts) == {"zh", "en"} for texts in TEXTS.values())
    broken = [key for key in TEXTS if key.endswith(".broken")]
    assert all(f"{key}.mend" in TEXTS for key in broken)


def test_an_old_python_is_broken() -> None:
    row = doctor.python((3, 9, 2))
    assert row.state == "broken"
    assert "3.9.2" in row.found["en"]
    assert "too old" in row.found["en"]
    assert "3.11" in row.mend["en"]


def test_a_missing_library_is_named() -> None:
    row = doctor.libraries(("numpy", "no-such-library-anywhere"))
    assert row.state == "broken"
    assert row.found == {"zh": "缺少 no-such-library-anywhere", "en": "missing: no-such-library-anywhere"}
    assert "schoolplan" in row.mend["zh"]


def test_the_libraries_are_those_of_the_project(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {re.split("[>~]=", line)[0] for line in project["dependencies"]}
    assert {*doctor.LIBRARIES, "noto-cjk-sans-otc"} == declared


def test_the_extras_are_those_of_the_project(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = {name: lines for name, lines in project["optional-dependencies"].items() if name not in ("all", "dev")}
    declared = {name: {line.split(">=")[0].split("[")[0] for line in lines} for name, lines in extras.items()}
    assert {name: set(libraries) for name, libraries in doctor.EXTRAS.items()} == declared
    assert {name for name in extras if f"{name}.absent" in TEXTS} == set(extras)


def test_a_missing_extra_is_absent_with_its_remedy_and_no_fault() -> None:
    row = doctor.extra("postgis", ("no-such-library-anywhere",))
    assert row.state == "absent"
    assert "missing: no-such-library-anywhere" in row.found["en"]
    assert row.mend["zh"] == "请执行 pip install 'schoolplan[postgis]'"
    assert doctor.exit_code((row,)) == 0


def test_a_font_without_the_characters_is_broken_and_shows_them() -> None:
    row = doctor.font("麻\ue123")
    assert row.state == "broken"
    assert "cannot draw Chinese" in row.found["en"]
    assert "\ue123" in row.found["en"]
    assert "noto-cjk-sans-otc" in row.mend["en"]


def test_a_font_that_cannot_be_found_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.fonts.register", lambda: (_ for _ in ()).throw(OSError("no file")))
    assert doctor.font().found["zh"] == "无法显示中文：OSError: no file"


def test_a_wrong_transformation_is_broken_and_says_by_how_much() -> None:
    row = doctor.coordinates((doctor.EAST + 100, doctor.NORTH))
    assert row.state == "broken"
    assert "100.0" in row.found["en"]
    assert "pyproj" in row.mend["en"]


def test_missing_crs_data_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise pyproj.exceptions.CRSError("no database context\nspecified")

    monkeypatch.setattr(pyproj.Transformer, "from_crs", refuse)
    row = doctor.coordinates()
    assert row.state == "broken"
    assert row.found["en"] == "EPSG:4490 to EPSG:4545 is wrong: CRSError: no database context specified"


def test_no_browser_is_absent_not_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    row = doctor.browser(("no-such-browser",))
    assert row.state == "absent"
    assert doctor.exit_code((row,)) == 0


def test_the_variable_chromium_names_the_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "some/browser")
    row = doctor.browser()
    assert (row.state, row.found["zh"]) == ("good", "some/browser")


def test_shadowed_packages_are_told_as_the_guard_tells_them(monkeypatch: pytest.MonkeyPatch) -> None:
    shadow = guard.Shadow("sim", Path("/a"), Path("/b"), ("some-other-sim",))
    monkeypatch.setattr(guard, "shadows", lambda: (shadow,))
    row = doctor.packages()
    assert row.state == "broken"
    assert "some-other-sim" in row.found["en"]
    assert "GRD001 错误" in row.found["zh"]
    assert doctor.exit_code((row,)) == 70


def test_a_missing_part_ends_with_five() -> None:
    assert doctor.exit_code((doctor.libraries(("no-such-library-anywhere",)),)) == 5


def test_the_browser_of_the_tests_is_the_one_that_doctor_sees(chromium: str) -> None:
    assert doctor.browser().found["en"] == chromium
