"""The same inputs, seed and version give the same bytes: other workers, another process, after a kill and --resume."""

import shutil
from pathlib import Path

import pytest

import schoolplan
from reports.run_folder import RunFolder
from scenarios.loader import load
from scenarios.packs import PACK_FOLDER
from schoolplan import manifest, runs
from schoolplan.prepare import Options
from sim import ensemble

BASE = Path(__file__).parents[1] / "broken" / "_base"
TIMES = {"timings.json"}
DRAWS = ensemble.BLOCK + 7  # two blocks, the second one short


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in TIMES
    }


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("first") / "run"
    schoolplan.run(BASE / "approval.yaml", target, draws=DRAWS, workers=1)
    return target


@pytest.mark.slow
def test_two_workers_give_the_same_bytes(first: Path, tmp_path: Path) -> None:
    schoolplan.run(BASE / "approval.yaml", tmp_path / "run", draws=DRAWS, workers=2)
    assert files(first) == files(tmp_path / "run")


@pytest.mark.slow
def test_a_killed_run_goes_on_and_ends_with_the_same_bytes(
    first: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = ensemble._simulate_block

    def killed(job: ensemble.Job, block: int) -> int:
        if block == 1:
            raise KeyboardInterrupt
        return original(job, block)

    monkeypatch.setattr(ensemble, "_simulate_block", killed)
    with pytest.raises(KeyboardInterrupt):
        schoolplan.run(BASE / "approval.yaml", tmp_path / "run", draws=DRAWS, workers=1)
    monkeypatch.undo()
    left = tmp_path / ("run" + runs.UNFINISHED)
    assert "not finished" in (left / "UNFINISHED.txt").read_text(encoding="utf-8")
    assert not (tmp_path / "run").exists()
    kept = sorted(path.name for path in (left / "parts").glob("block-00000*"))
    assert kept
    with pytest.raises(schoolplan_error()) as again:
        schoolplan.run(BASE / "approval.yaml", tmp_path / "run", draws=DRAWS, workers=1)
    assert "RUN022" in str(again.value)
    assert "Add --resume to go on" in str(again.value)
    schoolplan.run(BASE / "approval.yaml", tmp_path / "run", draws=DRAWS, workers=1, resume=True)
    assert files(first) == files(tmp_path / "run")
    assert not left.exists()


def test_drivers_that_are_there_are_used_again_by_resume(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, target = tmp_path / "whole", tmp_path / "run"
    schoolplan.run(BASE / "approval.yaml", whole, draws=3, workers=1)

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(runs, "access_rows", stopped)
        with pytest.raises(KeyboardInterrupt):
            schoolplan.run(BASE / "approval.yaml", target, draws=3, workers=1)
    monkeypatch.setattr(runs.drivers, "driver_rows", stopped)
    schoolplan.run(BASE / "approval.yaml", target, draws=3, workers=1, resume=True)
    assert files(target) == files(whole)
    assert len(RunFolder.read(target).tables.drivers)


def test_the_manifest_tells_runs_with_and_without_drivers_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    made = [schoolplan.run(BASE / "approval.yaml", draws=2, workers=1, drivers=wanted) for wanted in (True, False)]
    assert [one.manifest["drivers"] for one in made] == [True, False]
    assert [one.tables.drivers.empty for one in made] == [False, True]
    assert made[0].path != made[1].path
    assert {**made[0].manifest, "drivers": False} == made[1].manifest


def test_an_unfinished_run_may_be_ended_without_drivers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(runs.drivers, "driver_rows", stopped)
        with pytest.raises(KeyboardInterrupt):
            schoolplan.run(BASE / "approval.yaml", tmp_path / "run", draws=2, workers=1)
    done = schoolplan.run(BASE / "approval.yaml", tmp_path / "run", draws=2, workers=1, resume=True, drivers=False)
    assert done.tables.drivers.empty


def test_shipped_values_are_inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle, chosen = load(BASE / "approval.yaml"), Options(2, 1)
    made = manifest.manifest(bundle, chosen, {})
    names = ("boarding-defaults", "closure-defaults", "construction-defaults", "fertility-defaults", "housing-defaults")
    names = (*names, "attendance-defaults", "money-defaults", "road-classes", "staff-defaults")
    found = {name: digest for name, digest in made["inputs"].items() if name.startswith("schoolplan/")}  # type: ignore[attr-defined]
    assert found == {f"schoolplan/{name}.yaml": manifest.sha256(PACK_FOLDER / f"{name}.yaml") for name in names}
    other = tmp_path / "road-classes.yaml"
    other.write_bytes((PACK_FOLDER / "road-classes.yaml").read_bytes() + b"# another value\n")
    monkeypatch.setattr(manifest, "default_files", lambda: (other,))
    assert manifest.run_hash(manifest.manifest(bundle, chosen, {})) != manifest.run_hash(made)


def test_resume_refuses_other_inputs(tmp_path: Path) -> None:
    unfinished = tmp_path / ("run" + runs.UNFINISHED)
    unfinished.mkdir()
    (unfinished / "inputs.txt").write_text("something else", encoding="utf-8")
    with pytest.raises(schoolplan_error()) as stopped:
        schoolplan.run(BASE / "approval.yaml", tmp_path / "run", draws=2, workers=1, resume=True)
    assert "RUN020" in str(stopped.value)
    assert "Run again without --resume" in str(stopped.value)


@pytest.mark.slow
def test_the_order_of_input_rows_is_irrelevant(first: Path, tmp_path: Path) -> None:
    shutil.copytree(BASE, tmp_path / "study")
    for table in (tmp_path / "study" / "data").glob("*.csv"):
        head, *rows = table.read_text(encoding="utf-8-sig").splitlines()
        table.write_text("\n".join([head, *reversed(rows)]) + "\n", encoding="utf-8")
    schoolplan.run(tmp_path / "study" / "approval.yaml", tmp_path / "run", draws=DRAWS, workers=1)
    theirs, ours = files(tmp_path / "run"), files(first)
    for name in ("verdicts.csv", "schools.parquet", "zones.parquet", "county.parquet", "plan_differences.parquet"):
        assert theirs[name] == ours[name], name


def schoolplan_error() -> type[Exception]:
    from reports.run_errors import RunError

    return RunError
