"""What a run says about its data: the card of the study, the comparison of intervals, the page in both languages."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

import schoolplan
from reports.run_folder import RunFolder
from scenarios.table_specs import SPECS

pytestmark = pytest.mark.usefixtures("no_pictures")

BASE = Path(__file__).parents[1] / "broken" / "_base"
SD = 0.08


def made(folder: Path, sd: float) -> Path:
    """The small study with children whose number was estimated from one year of age on; its scenario file."""
    shutil.copytree(BASE, folder)
    file = folder / "data" / "children.csv"
    table = pd.read_csv(file)
    table["estimated_sd"] = sd
    table.loc[table["age"] == 0, "estimated_sd"] = 0.0
    table.to_csv(file, index=False)
    return folder / "approval.yaml"


def change(file: Path, *pairs: tuple[str, str]) -> None:
    text = file.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    file.write_text(text, encoding="utf-8")


def card(run: RunFolder) -> dict:
    return dict(json.loads((run.path / "study.json").read_text(encoding="utf-8"))["data_quality"])


def page(run: RunFolder) -> str:
    text = (run.path / "report.html").read_text(encoding="utf-8")
    return text.split('<section id="quality"', 1)[1].split("</section>", 1)[0]


@pytest.fixture(scope="module")
def census_run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    root = tmp_path_factory.mktemp("census")
    return schoolplan.run(made(root / "county", SD), root / "run", draws=60, workers=1, lang="en")


def test_the_card_counts_what_is_estimated(census_run: RunFolder) -> None:
    found = card(census_run)["estimated"]
    table = pd.read_csv(BASE / "data" / "children.csv").query("age < 6")
    assert found["children_of"] == table["children"].sum()
    assert found["children"] == table.query("age > 0")["children"].sum()
    assert (found["sd_low"], found["sd_high"], found["sd_mean"]) == (SD, SD, SD)
    assert (found["built_from_births"], found["rolls"]) == (False, 0)


def test_the_card_names_every_table_given_or_missing(census_run: RunFolder) -> None:
    tables = {table["name"]: table for table in card(census_run)["tables"]}
    given = {name for name, table in tables.items() if table["given"]}
    assert given == {"units", "schools", "sites", "zones", "children", "births", "enrolment", "attendance", "estates"}
    births = tables["births"]
    rows = pd.read_csv(BASE / "data" / "births.csv")
    assert (births["rows"], births["years"]) == (len(rows), [rows["year"].min(), rows["year"].max()])
    assert births["file"] == "data/births.csv"
    assert births["source"]["en"] == "made up"
    assert tables["children"]["as_of"] == "2023-08-31"
    assert tables["immunisation"]["bureau"] == "health"


def test_the_page_says_how_much_wider(census_run: RunFolder) -> None:
    text = page(census_run)
    assert "is estimated, each count to about plus or minus 8.0" in text
    assert "How much wider the intervals are because of it" in text
    assert "Only 60 draws" in text
    assert "Ask" in text
    assert "education bureau" in text
    assert "84\N{NO-BREAK SPACE}% estimated" in text


def test_a_counted_study_says_that_nothing_is_estimated(tmp_path: Path) -> None:
    run = schoolplan.run(made(tmp_path / "county", 0.0), tmp_path / "run", draws=4, workers=1, lang="zh")
    assert card(run)["estimated"] is None
    assert run.tables.estimation.empty
    assert "没有估算" in page(run)
    assert "变宽多少</h3>" not in page(run)


def test_data_poor_withheld_and_deterministic_are_said(tmp_path: Path) -> None:
    scenario = made(tmp_path / "county", SD)
    study = scenario.with_name("study.yaml")
    change(study, ("  children: data/children.csv\n", ""), ("children_as_of: 2023-08-31\n", ""))
    change(study, ("  attendance: data/attendance.csv\n", ""))
    births = study.parent / "data" / "births.csv"
    rows = pd.read_csv(births)
    early = [rows[rows["year"] == rows["year"].min()].assign(year=year) for year in range(2016, rows["year"].min())]
    pd.concat([*early, rows]).to_csv(births, index=False)
    enrolment = study.parent / "data" / "enrolment.csv"
    table = pd.read_csv(enrolment, dtype=str).assign(suppressed="0")
    at = table.index[table["year"] == "2023"][0]
    table.loc[at, ["pupils", "suppressed"]] = ["", "1"]
    table.to_csv(enrolment, index=False)
    run = schoolplan.run(scenario, tmp_path / "run", draws=4, workers=1, lang="zh")
    found = card(run)["estimated"]
    assert found["built_from_births"]
    assert found["children"] == found["children_of"]
    assert (found["sd_mean"], found["rolls"]) == (0.05, 1)
    assert "学龄前儿童全部由出生数推算" in page(run)
    assert "人数全部是估算的，每个数的误差约为正负 5.0%" in page(run)
    assert "1 个的人数被保密" in page(run)
    used = {name for name, spec in SPECS.items() if spec.use == "engine"}
    given = {table["name"] for table in card(run)["tables"] if table["given"]}
    assert not {"children", "attendance"} & given
    assert f"推演要用的 {len(used)} 张表中缺 {len(used - given)} 张" in page(run)
    told = [problem for problem in card(run)["problems"] if problem["code"] == "SCN346"]
    assert [(problem["severity"], problem["table"]) for problem in told] == [("warning", "enrolment")]
    assert told[0]["place"] in page(run)
    text = scenario.read_text(encoding="utf-8")
    scenario.write_text(
        "\n".join([*(x for x in text.splitlines() if not x.startswith("spread")), "spread: none"]), "utf-8"
    )
    change(scenario, (next(x for x in text.splitlines() if x.startswith("draws")), "draws: 1"))
    once = schoolplan.run(scenario, tmp_path / "once", workers=1, lang="zh")
    assert once.tables.estimation.empty
    assert card(once)["estimated"]["built_from_births"]
    assert "单次确定性推演没有区间" in page(once)


@pytest.mark.slow
def test_a_census_made_study_is_wider_than_a_counted_one(tmp_path: Path) -> None:
    run = schoolplan.run(made(tmp_path / "county", 3 * SD), tmp_path / "run", draws=250, workers=1)
    table = run.tables.estimation
    print(table.to_string())
    entry = table[table["stage"] == "grade:1"].set_index("year")
    whole = table[(table["stage"] == "all") & (table["entity"] == run.study.id)].set_index("year")
    assert entry.index.tolist() == [2024, 2026, 2028]
    assert (table["draws"] == 250).all()
    # Children .24 off, beside what the forecast does not know: each year is three errors above one, the mean far more.
    # The forecast's own 80 % interval is 53-75 in 2024 and 46-78 in 2028, a relative sd of .13 and .20: beside that .16
    # widens by 1.37, 1.42 and 1.16 (errors .09, .08, .06), .24 by 1.73, 1.62 and 1.47 (.10, .10, .06).
    assert (entry["ratio"] > [1.5, 1.4, 1.3]).all()
    assert (entry["ratio"] - 3 * entry["ratio_error"] > 1).all()
    assert entry["ratio"].mean() > 1.4
    assert (whole["ratio"] < entry["ratio"]).all()
    counted, width = entry["p90_counted"] - entry["p10_counted"], entry["p90"] - entry["p10"]
    assert (width / counted - entry["ratio"]).abs().max() < 2e-3
    again = schoolplan.run(tmp_path / "county" / "approval.yaml", tmp_path / "again", draws=1000, workers=1)
    assert (again.path / "estimation.csv").read_bytes() == (run.path / "estimation.csv").read_bytes()
