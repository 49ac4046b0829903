"""Early warnings in a report: which year of a zone is told, and that every level has a look and a word."""

import pandas as pd
import pytest
from matplotlib.colors import to_rgb

from reports.alerts_view import tightest
from reports.figures_setting import Case
from reports.i18n import LANGUAGES, Labels
from reports.maps_alerts import LOOKS, levels_of_units, zones_of_units
from reports.shapes_alerts import ALERTS, LEVELS
from sim.alerts import COLUMNS


def test_the_table_has_the_columns_that_the_simulation_makes() -> None:
    assert set(ALERTS.names) == {"future", "plan", *COLUMNS}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_level_has_a_word(lang: str) -> None:
    words = [Labels(lang)(f"alerts.level.{level}") for level in LEVELS]  # type: ignore[arg-type]
    assert len(set(words)) == len(LEVELS)


def test_every_level_has_a_look_that_is_told_apart_without_colour() -> None:
    """Brightness falls as levels get graver, and what is alike in brightness differs in hatching."""
    assert tuple(LOOKS) == LEVELS
    bright = {level: sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), to_rgb(LOOKS[level][0]), strict=True))
              for level in LEVELS}  # fmt: skip
    assert bright["green"] > bright["yellow"] > bright["orange"] > bright["red"]
    assert len({LOOKS[level][1] for level in LEVELS}) == len(LEVELS)


def rows(*rows: tuple[int, str, str, float]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["year", "zone", "level", "ratio_mean"])
    return table.assign(stage="primary", future="f", plan="p", units=table["zone"].map({"a": "u1 u2", "b": "u3"}))


def test_a_zone_is_told_in_its_tightest_year() -> None:
    table = rows((2024, "a", "green", 0.8), (2025, "a", "yellow", 0.92), (2026, "a", "yellow", 0.95),
                 (2024, "b", "under", 0.5), (2025, "b", "green", 0.7), (2026, "b", "green", 0.7))  # fmt: skip
    found = tightest(table).set_index("zone")
    assert found["year"].to_dict() == {"a": 2026, "b": 2025}


def test_children_without_any_place_are_tighter_than_any_ratio() -> None:
    found = tightest(rows((2024, "a", "red", 1.4), (2025, "a", "red", float("nan"))))
    assert found["year"].tolist() == [2025]


def test_units_have_the_level_of_their_zone() -> None:
    table = rows((2024, "a", "red", 1.2), (2024, "b", "green", 0.7), (2025, "a", "green", 0.8))
    case = Case("f", "p")
    assert levels_of_units(table, case, "primary", 2024).to_dict() == {"u1": "red", "u2": "red", "u3": "green"}
    assert zones_of_units(table, case, "primary", 2024).to_dict() == {"u1": "a", "u2": "a", "u3": "b"}
    assert levels_of_units(table, Case("f", "other"), "primary", 2024).empty
