"""`compare` as a planner types it: real draws in pairs, and what cannot be compared with its code and its remedy."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

import schoolplan
from reports import album
from reports.album import Picture
from reports.run_folder import RunFolder
from reports.table_shapes import SHAPES
from tests.typed import typed as cli

pytestmark = pytest.mark.usefixtures("no_pictures")

BASE = Path(__file__).parents[1] / "broken" / "_base"
DRAWS = 12
DOT = Picture("data:image/png;base64,iVBORw0KGgo=", "dot", 10, 10)


@pytest.fixture(autouse=True)
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(album, "paint", lambda task: DOT)
    monkeypatch.setattr("schoolplan.runs.default_workers", lambda: 1)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two versions of a plan in the same worlds, `march` and `april`."""
    folder = tmp_path_factory.mktemp("versions")
    shutil.copytree(BASE, folder / "study")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(album, "paint", lambda task: DOT)
        schoolplan.run(folder / "study" / "approval.yaml", folder / "march", draws=DRAWS, workers=1, drivers=False)
        for one in (folder / "study" / "plans").glob("*.yaml"):
            said = one.read_text(encoding="utf-8")
            one.write_text(said.replace("cost: ", "cost: 1"), encoding="utf-8")
        schoolplan.run(folder / "study" / "approval.yaml", folder / "april", draws=DRAWS, workers=1, drivers=False)
    return folder


def test_draws_of_a_run_are_its_own_quantiles(runs: Path) -> None:
    """county_draws.parquet against county.parquet, which is reduced apart from it."""
    run = RunFolder.read(runs / "march")
    draws, county = run.tables.county_draws, run.tables.county
    later = draws[draws["year"] > run.study.base_year]
    assert len(later) == len(run.cases) * DRAWS * (run.study.horizon - run.study.base_year)
    county = county[county["stage"] == "all"].set_index(["future", "plan", "year", "indicator"])
    names = {"pupils": "roll", "seats": "seats", "unused": "unused_seats", "schools_over": "schools_over",
             "pupils_over": "pupils_over"}  # fmt: skip
    for key, rows in later.groupby(["future", "plan", "year"]):
        for own, kept in names.items():
            assert rows[own].mean() == pytest.approx(county.loc[(*key, kept), "mean"], abs=6e-4)
            assert rows[own].quantile(0.5) == pytest.approx(county.loc[(*key, kept), "p50"], abs=0.51)
    assert (runs / "march" / "county_draws.parquet").stat().st_size < 200_000


def test_versions_in_the_same_worlds_are_paired(runs: Path, tmp_path: Path) -> None:
    done = cli("compare", runs / "march", runs / "april", "--out", tmp_path / "cmp", "--lang", "en")
    assert done.returncode == 0, done.stderr
    frame = pd.read_csv(tmp_path / "cmp" / "differences.csv", encoding="utf-8-sig")
    between = frame[frame["run_a"] != frame["run_b"]]
    assert set(between["pairing"]) == {"paired"}
    own = {name: RunFolder.read(runs / name).tables.county_draws for name in ("march", "april")}
    keys = ["future", "plan", "year", "draw"]
    both = own["march"].merge(own["april"], on=keys, suffixes=("_a", "_b"))
    for row in between[between["period"] != "window"].to_dict("records"):
        case = both[(both["future"] == row["future"]) & (both["plan"] == row["plan_b"])]
        case = case[case["year"] == int(row["period"])]
        apart = case[f"{row['indicator']}_b"] - case[f"{row['indicator']}_a"]
        assert row["mean"] == pytest.approx(apart.mean(), abs=1e-5)
        assert row["p95"] == pytest.approx(apart.quantile(0.95), abs=1e-5)
        assert row["p_less"] == pytest.approx((apart < -1e-3).mean(), abs=1e-5)
    changes = pd.read_csv(tmp_path / "cmp" / "file_changes.csv", encoding="utf-8-sig", dtype=str)
    assert {"files", "plans"} <= set(changes["part"])
    assert (changes["field"] == "cost").any()


def test_other_seeds_are_told_and_not_paired(runs: Path, tmp_path: Path) -> None:
    seeded = Path(shutil.copytree(runs / "april", tmp_path / "seeded"))
    card = json.loads((seeded / "study.json").read_text(encoding="utf-8"))
    (seeded / "study.json").write_text(json.dumps({**card, "seed": card["seed"] + 1}), encoding="utf-8")
    done = cli("compare", runs / "march", seeded, "--out", tmp_path / "cmp", "--lang", "zh")
    assert done.returncode == 0, done.stderr
    frame = pd.read_csv(tmp_path / "cmp" / "differences.csv", encoding="utf-8-sig")
    assert set(frame[frame["run_a"] != frame["run_b"]]["pairing"]) == {"unpaired"}
    assert set(frame[frame["run_a"] == frame["run_b"]]["pairing"]) <= {"paired"}
    assert "种子或抽样次数不同" in (tmp_path / "cmp" / "compare.html").read_text(encoding="utf-8")


def test_a_folder_of_an_earlier_version_is_read_and_told(runs: Path, tmp_path: Path) -> None:
    old = Path(shutil.copytree(runs / "march", tmp_path / "old"))
    (old / "county_draws.parquet").unlink()
    done = cli("compare", old, runs / "april", "--out", tmp_path / "cmp", "--lang", "en")
    assert done.returncode == 0, done.stderr
    assert "RUN125" in done.stderr
    assert "Run it again with this version" in done.stderr
    frame = pd.read_csv(tmp_path / "cmp" / "differences.csv", encoding="utf-8-sig")
    assert set(frame[frame["run_a"] != frame["run_b"]]["pairing"]) == {"means"}
    assert "keeps no single draws" in (tmp_path / "cmp" / "compare.html").read_text(encoding="utf-8")


def half_written(folder: Path) -> None:
    (folder / "UNFINISHED.txt").write_text("", encoding="utf-8")


def newer(folder: Path) -> None:
    card = json.loads((folder / "study.json").read_text(encoding="utf-8"))
    (folder / "study.json").write_text(json.dumps({**card, "schema_version": 99}), encoding="utf-8")


def elsewhere(folder: Path) -> None:
    card = json.loads((folder / "study.json").read_text(encoding="utf-8"))
    (folder / "study.json").write_text(json.dumps({**card, "id": "elsewhere"}), encoding="utf-8")


def part_missing(folder: Path) -> None:
    (folder / SHAPES["verdicts"].file).unlink()


def no_run(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def damaged(folder: Path) -> None:
    (folder / "county_draws.parquet").write_bytes(b"PAR1 and nothing else")


def draws_lost(folder: Path) -> None:
    table = pd.read_parquet(folder / "county_draws.parquet")
    table[table["draw"] != 3].to_parquet(folder / "county_draws.parquet", index=False)


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (half_written, "RUN002"), (newer, "RUN004"), (elsewhere, "RUN009"), (part_missing, "RUN003"),
        (no_run, "RUN001"), (damaged, "RUN007"), (draws_lost, "RUN128"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared(spoil: Callable[[Path], None], code: str, runs: Path, tmp_path: Path) -> None:
    bad = Path(shutil.copytree(runs / "april", tmp_path / "bad"))
    spoil(bad)
    done = cli("compare", runs / "march", bad, "--out", tmp_path / "cmp")
    assert done.returncode == 3
    assert code in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad"]


def test_targets_that_are_refused(runs: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "note.txt").write_text("mine", encoding="utf-8")
    for target, code in (
        (tmp_path / "file", "RUN005"),
        (tmp_path / "full", "RUN005"),
        (runs / "march", "RUN129"),
        (runs / "march" / "cmp", "RUN129"),
    ):
        done = cli("compare", runs / "march", "--out", target)
        assert (done.returncode, code in done.stderr) == (2, True), done.stderr
    assert not (runs / "march" / "cmp").exists()
    twice = cli("compare", runs / "march", runs / "march", "--out", tmp_path / "new")
    assert (twice.returncode, "RUN011" in twice.stderr) == (3, True)
