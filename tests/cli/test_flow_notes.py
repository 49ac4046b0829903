"""With purged ratios the reference future may add to the forecast: the planner is told by how many children a year."""

import csv
import re
from dataclasses import replace
from pathlib import Path

import pytest

from reports.table_shapes import SHAPES, conform
from scenarios.problems import render
from schoolplan.assemble import flow_rows
from schoolplan.flow_notes import flow_notes
from schoolplan.prepare import Prepared, check, prepare
from sim.expected_flows import expected_flows
from sim.future_flows import registered_window
from tests.sim import busy


def purged(folder: Path) -> Path:
    """The busy county with registered transfers: villages lose a tenth of each grade, towns gain."""
    scenario = busy.write(folder, seed=11)
    urban = {unit["unit"]: unit["urban"] == "1" for unit in busy.rows("units")}
    town = {school["school"]: urban[school["unit"]] for school in busy.rows("schools")}
    with (folder / "enrolment.csv").open(encoding="utf-8") as rolls:
        past = [row for row in csv.DictReader(rolls) if int(row["year"]) < 2023]
    with (folder / "transfers.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["school", "grade", "year", "in", "out"])
        for row in past:
            some = int(row["pupils"]) // 10
            out.writerow([row["school"], row["grade"], row["year"], *((1, 0) if town[row["school"]] else (0, some))])
    study = folder / "study.yaml"
    text = study.read_text(encoding="utf-8").replace("{years: 5}", "{years: 5, ratios: purged}")
    study.write_text(text.replace("estates.csv}", "estates.csv, transfers: transfers.csv}"), encoding="utf-8")
    return scenario


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return purged(tmp_path_factory.mktemp("purged"))


@pytest.fixture(scope="module")
def prepared(scenario: Path) -> Prepared:
    return prepare(scenario)


def test_the_note_tells_by_how_much_the_reference_future_goes_beyond_the_forecast(prepared: Prepared) -> None:
    (said,) = [problem for problem in prepared.warnings if problem.code == "SCN429"]
    acting = {
        row.stream: row.acting for row in expected_flows(prepared.bundle, prepared.model) if row.future == "baseline"
    }
    line = acting["external_local"] + acting["external_migrant"]
    told = [float(number) for number in re.findall(r"[+-]\d+\.\d", render(said, "en"))]
    assert told == [pytest.approx(acting["to_town"].mean(), abs=0.051), pytest.approx(line.mean(), abs=0.051)]
    assert abs(line.mean()) > 1.0
    window = registered_window(prepared.bundle)
    assert f"{1000 * window.external:.2f} per 1000" in render(said, "en")
    assert f"每年 {100 * window.to_town:.2f} %" in render(said, "zh")
    assert said.severity == "note"


def test_the_table_of_a_run_holds_every_stream_year_by_year(prepared: Prepared) -> None:
    table = conform(flow_rows(prepared), SHAPES["flows"])
    expected = expected_flows(prepared.bundle, prepared.model)
    for row in expected:
        mine = table[(table["future"] == row.future) & (table["stream"] == row.stream)]
        assert mine["year"].tolist() == list(prepared.model.years)
        assert mine["stated"].tolist() == pytest.approx(row.stated.tolist(), abs=0.001)
        assert mine["acting"].tolist() == pytest.approx(row.acting.tolist(), abs=0.001)
    assert len(table) == len(prepared.model.years) * len(expected)


def test_check_tells_it_too(scenario: Path) -> None:
    assert [problem.code for problem in check(scenario)].count("SCN429") == 1


def test_net_ratios_need_no_note(prepared: Prepared) -> None:
    study = prepared.bundle.study
    window = study.learning_window.model_copy(update={"ratios": "net"})
    bundle = replace(prepared.bundle, study=study.model_copy(update={"learning_window": window}))
    assert flow_notes(bundle, prepared.model) == []


def test_a_reference_future_that_states_the_registered_mean_needs_no_note(
    prepared: Prepared, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = expected_flows(prepared.bundle, prepared.model)
    monkeypatch.setattr(
        "schoolplan.flow_notes.expected_flows", lambda *_: [replace(row, acting=0.0 * row.acting) for row in rows]
    )
    assert flow_notes(prepared.bundle, prepared.model) == []
