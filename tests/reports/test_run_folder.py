"""Writing and reading run folders: whole or not at all, equal bytes, every mistake named in both languages."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from pandas.testing import assert_frame_equal

from reports.run_errors import CODES, RunError
from reports.run_folder import RunFolder, parquet_bytes, write_run
from reports.table_shapes import SHAPES, ShapeError, conform
from reports.whole import MARK
from scenarios.problems import render
from tests.reports import factory


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_reads_back_what_was_written(run: RunFolder) -> None:
    tables = factory.tables()
    for name, shape in SHAPES.items():
        assert_frame_equal(getattr(run.tables, name), conform(getattr(tables, name), shape))
    assert run.study.window == (2024, 2029)
    assert run.study.plan("county-plan").budget[2024] == 4000.0
    assert run.manifest["seed"] == 20230901
    assert run.cases[0] == ("baseline", "do-nothing")
    assert run.school_names("zh")["ps-01"] == "县第一小学"
    assert run.school_names("en")["ps-01"] == "County No. 1 Primary"


def test_units_come_back_in_the_working_crs(run: RunFolder) -> None:
    units = run.units()
    assert units.crs == "EPSG:4545"
    assert len(units) == 20
    assert abs(units.area.sum() - factory.units().area.sum()) < 20.0  # centimetres kept


def test_same_results_give_the_same_bytes_whatever_the_row_order(run: RunFolder, tmp_path: Path) -> None:
    tables = factory.tables()
    mixed = replace(tables, **{name: getattr(tables, name).sample(frac=1, random_state=3) for name in SHAPES})
    write_run(tmp_path / "again", mixed, factory.documents())
    assert files(tmp_path / "again") == files(run.path)


def test_parquet_holds_no_dates_and_only_the_declared_columns(run: RunFolder) -> None:
    meta = pq.read_metadata(run.path / "schools.parquet")
    assert meta.metadata is None
    assert tuple(meta.schema.names) == SHAPES["schools"].names


def test_a_folder_of_an_earlier_version_reads_without_its_later_columns(copied: Path) -> None:
    path = copied / SHAPES["access"].file
    pd.read_parquet(path).drop(columns=["p95", "over_30"]).to_parquet(path)
    old = RunFolder.read(copied).tables.access
    assert old[["p95", "over_30"]].isna().all(axis=None)
    assert old["p90"].notna().any()


def test_csv_opens_in_a_spreadsheet(run: RunFolder) -> None:
    raw = (run.path / "verdicts.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.splitlines()[0].decode("utf-8-sig").split(",") == list(SHAPES["verdicts"].names)
    assert b"\r" not in raw


def test_values_are_rounded_and_minus_zero_is_zero() -> None:
    rows = pd.DataFrame({"school": ["a"], "grade": ["1"], "year": [2023], "pupils": [-0.00001]})
    frame = conform(rows, SHAPES["history"])
    assert str(frame.loc[0, "pupils"]) == "0.0"
    assert conform(rows.assign(pupils=1.23456), SHAPES["history"]).loc[0, "pupils"] == 1.235


def test_an_error_while_writing_leaves_nothing_behind(tmp_path: Path) -> None:
    def fail(_: RunFolder) -> None:
        raise RuntimeError("drawing failed")

    with pytest.raises(RuntimeError, match="drawing failed"):
        write_run(tmp_path / "run", factory.tables(), factory.documents(), finish=fail)
    assert list(tmp_path.iterdir()) == []


def test_finish_sees_the_run_before_it_is_moved_in(tmp_path: Path) -> None:
    seen: list[Path] = []

    def add(run: RunFolder) -> None:
        seen.append(run.path)
        (run.path / "report.html").write_text("x", encoding="utf-8")
        with pytest.raises(RunError, match="RUN002"):
            RunFolder.read(run.path)

    (tmp_path / "run").mkdir()  # an empty target is fine
    write_run(tmp_path / "run", factory.tables(), factory.documents(), finish=add)
    assert seen[0].name.endswith(".unfinished")
    assert (tmp_path / "run" / "report.html").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def _delete(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def _study(**changes: object) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / "study.json"
        path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), **changes}), encoding="utf-8")

    return change


def _write(name: str, text: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_bytes(text.encode("utf-8"))


def _lose_a_column(folder: Path) -> None:
    shape = SHAPES["history"]
    frame = pq.read_table(folder / shape.file).to_pandas().rename(columns={"pupils": "number"})
    frame.to_parquet(folder / shape.file)


def _both(folder: Path) -> None:
    (folder / "study.json").unlink()
    (folder / "manifest.json").unlink()


@pytest.mark.parametrize(
    ("mistake", "code", "zh", "en"),
    [
        (_both, "RUN001", "这里没有推演结果", "this is not a run folder"),
        (_write(MARK, "x"), "RUN002", "推演未完成，结果不可使用", "this run was not finished"),
        (_delete("cash.parquet"), "RUN003", "结果目录缺少：cash.parquet", "the run folder lacks cash.parquet"),
        (_delete("study.json"), "RUN003", "结果目录缺少：study.json", "the run folder lacks study.json"),
        (_delete("inputs/units.geojson"), "RUN003", "缺少：inputs/units.geojson", "lacks inputs/units.geojson"),
        (_study(schema_version=2), "RUN004", "schema_version 2", "written by a newer version (schema_version 2)"),
        (_lose_a_column, "RUN006", "missing columns pupils", "missing columns pupils; unknown columns number"),
        (_write("today.csv", "rule,scope\na,b\n"), "RUN006", "结果表不合格式", "the table does not fit"),
        (_write("schools.parquet", "not parquet"), "RUN007", "结果表读不出来", "the table cannot be read"),
        (_write("study.json", "{"), "RUN008", "文件内容不对", "the content is wrong"),
        (_write("manifest.json", "[]"), "RUN008", "文件内容不对：list", "the content is wrong: list"),
        (_study(draws="many"), "RUN008", "draws: Input should be a valid integer", "draws: Input should be a valid"),
    ],
)
def test_broken_folder(copied: Path, mistake: Callable[[Path], None], code: str, zh: str, en: str) -> None:
    mistake(copied)
    with pytest.raises(RunError) as caught:
        RunFolder.read(copied)
    problem = caught.value.problems[0]
    assert caught.value.code == code
    assert str(copied) in problem.place
    assert zh in render(problem, "zh")
    assert en in render(problem, "en")


def test_target_that_is_not_empty(run: RunFolder) -> None:
    with pytest.raises(RunError, match="RUN005 error: the target exists and is not empty") as caught:
        write_run(run.path, run.tables, factory.documents())
    assert "目标目录已存在且不为空" in render(caught.value.problems[0], "zh")


def test_documents_must_be_complete(run: RunFolder, tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"RUN003 .* lacks study.json, manifest.json"):
        write_run(tmp_path / "x", run.tables, {"inputs/units.geojson": {}})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"verdict": "passed"}, "verdict passed; expected holds"),
        ({"probability": "high"}, "high"),
        ({"plan": "compact", "future": "baseline"}, "two rows with future=baseline, plan=compact"),
    ],
)
def test_tables_that_do_not_fit(run: RunFolder, change: dict[str, str], words: str) -> None:
    frame = run.tables.verdicts.astype(object).assign(**change)
    with pytest.raises(ShapeError, match=words):
        conform(frame, SHAPES["verdicts"])


def test_writing_a_misfit_table_is_an_error_and_leaves_nothing(run: RunFolder, tmp_path: Path) -> None:
    tables = replace(run.tables, cash=run.tables.cash.drop(columns="unit"))
    with pytest.raises(RunError, match=r"RUN006 .*missing columns unit"):
        write_run(tmp_path / "x", tables, factory.documents())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("code", CODES)
def test_every_code_speaks_both_languages(code: str) -> None:
    values = {"parts": "a", "known": 1, "detail": "d", "future": "f", "plan": "p", "expected": "e", "found": "b"}
    problem = RunError(code, "runs/x", **values).problems[0]
    for lang in ("zh", "en"):
        text = render(problem, lang)
        assert text.startswith(f"runs/x: {code} ")
        assert len(text.splitlines()) == 2
        assert "{" not in text


def test_empty_tables_keep_their_columns() -> None:
    shape = SHAPES["projects"]
    empty = conform(pd.DataFrame(columns=list(shape.names)), shape)
    assert parquet_bytes(empty, shape) == parquet_bytes(conform(empty, shape), shape)
