"""Databases that are not there: what is said without a server, and that no message holds a password."""

from pathlib import Path

import pytest

from gis import postgis
from gis.layers import LayerSource, scan_layer
from gis.postgis import variable
from scenarios.layer_files import database_name, is_connection
from scenarios.loader import load
from scenarios.problems import Problem, render
from schoolplan.manifest import manifest, run_hash
from schoolplan.prepare import Options
from tests.gis.county import METRES, codes, told

PASSWORD = "geheim-7391"


def scan(layer: str):
    return scan_layer(LayerSource(Path("nowhere"), "postgis:COUNTY", "unit", METRES, layer=layer))


def shown(problems: list[Problem]) -> str:
    return "\n".join(render(problem, lang) for problem in problems for lang in ("zh", "en"))


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("postgresql://li:{secret}@127.0.0.1:1/county", "GIS084"),
        ("postgresql+psycopg://li:{secret}@127.0.0.1:1/county", "GIS084"),
        ("host=127.0.0.1 port=1 user=li password={secret}", "GIS084"),
        ("postgresql://li:{secret}@[broken/county", "GIS083"),
        ("{secret}", "GIS083"),
        ("password={secret} nonsense", "GIS083"),
    ],
)
def test_no_message_holds_the_password(address: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHOOLPLAN_POSTGIS_COUNTY", address.format(secret=PASSWORD))
    problems = scan("villages")[1]
    assert codes(problems) == [code]
    told(problems, code)
    assert PASSWORD not in shown(problems) + repr(problems)


@pytest.mark.parametrize(
    "path",
    [
        f"postgresql://li:{PASSWORD}@db/county",
        f"postgis:postgresql://li:{PASSWORD}@db/county",
        f"postgis:host=db password={PASSWORD}",
        f"PG:host=db password={PASSWORD}",
        "postgis:",
    ],
)
def test_a_connection_in_the_path_is_refused_and_not_repeated(path: str) -> None:
    place = "study.yaml:layers.units.crs"
    problems = scan_layer(LayerSource(Path(path), path, "unit", METRES, crs_place=place))[1]
    message = told(problems, "GIS080")
    assert message.startswith("study.yaml:layers.units: GIS080 error")
    assert PASSWORD not in shown(problems) + repr(problems)


def test_names_of_variables() -> None:
    assert variable("county-db") == "SCHOOLPLAN_POSTGIS_COUNTY_DB"


def test_without_the_extra_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgis, "find_spec", lambda name: None)
    message = told(scan("villages")[1], "GIS081")
    assert "pip install 'schoolplan[postgis]'" in message


def test_the_hash_of_a_database_changes_the_run() -> None:
    source = load(Path(__file__).parents[1] / "tiny" / "approval.yaml")
    without, one, two = (
        manifest(source, Options(1, 1), read) for read in ({}, {"layers.units": "a"}, {"layers.units": "b"})
    )
    assert len({run_hash(made) for made in (without, one, two)}) == 3
    assert one["inputs"] == {**without["inputs"], "layers.units": "a"}


def test_what_is_a_database_and_what_is_a_file() -> None:
    assert database_name("postgis:county-db") == "county-db"
    assert [database_name(path) for path in ("postgis:", "postgis:a b", "data/postgis.gpkg")] == [None, None, None]
    for path in ("data/units.geojson", "数据/村界.shp", "C:/data/units.gpkg", "../postgis/units.shp", "postgis:COUNTY"):
        assert not is_connection(path)
