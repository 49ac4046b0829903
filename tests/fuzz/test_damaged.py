"""Damaged files of every kind: a problem or a right answer, never an exception, much memory or a file written."""

import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from gis.layers import LayerSource, scan_layer
from scenarios.grid_read import read_grids
from scenarios.loader import check
from scenarios.problems import has_errors
from tests.fuzz.seeds import BASE, CASES, CSV, layer, workbook
from tests.gis.county import METRES
from tests.scenarios import books

GROUPS = (*CASES, "bombs")
QUICK = {"bombs": 1, "tables": 12, "layers": 18, "studies": 8}
SLOW = {"floods": 1, "tables": 400, "layers": 400, "studies": 250}
CODES = {
    "tables": {"SCN003", "SCN260", "SCN267", "SCN202"},
    "layers": {"GIS001", "CEN041"},
    "studies": {"SCN003"},
    "bombs": {"SCN267", "SCN268", "SCN269", "GIS001", "CEN041"},
    "floods": {"SCN269"},
}
"""Codes that a group must have met: a fuzz test that breaks nothing tests nothing."""


def run(repository: Path, group: str, count: int, first: int) -> None:
    command = [sys.executable, "-m", "tests.fuzz.runner", group, str(count), str(first)]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, f"{group}: ended by {done.returncode}; {done.stderr[-600:]}"
    result = json.loads(done.stdout)
    assert result["wrong"] == [], "\n".join(result["wrong"][:3])
    assert set(result["codes"]) >= CODES[group]
    assert result["slowest"][0] < 30.0, result["slowest"]
    assert result["largest"][0] < 1_000.0, result["largest"]


@pytest.mark.parametrize("group", GROUPS)
def test_damaged_files_and_bombs_are_told_in_little_memory(repository: Path, group: str) -> None:
    run(repository, group, QUICK[group], 0)


@pytest.mark.slow
@pytest.mark.parametrize("group", [*CASES, "floods"])
def test_many_damaged_files_and_floods(repository: Path, group: str) -> None:
    run(repository, group, SLOW[group], 1_000)


@pytest.mark.parametrize("kind", ["xlsx", "xlsb", "ods"])
def test_one_wrong_byte_of_a_zipped_workbook_is_told_or_changes_nothing(tmp_path: Path, kind: str) -> None:
    """Every part has a checksum: whatever is still read is what was written."""
    raw = workbook(kind)
    file = tmp_path / f"t.{kind}"
    file.write_bytes(raw)
    sound = [(grid.sheet, grid.rows) for grid in read_grids(file, file.name)[0]]
    rng = random.Random(7)
    refused = 0
    for at in rng.sample(range(len(raw)), 250):
        changed = bytearray(raw)
        changed[at] ^= 1 << rng.randrange(8)
        file.write_bytes(bytes(changed))
        grids, problems = read_grids(file, file.name)
        refused += has_errors(problems)
        if not has_errors(problems):
            assert [(grid.sheet, grid.rows) for grid in grids] == sound, at
    assert refused > 50


@pytest.mark.parametrize("kind", ["xlsx", "xlsb", "xls", "ods"])
def test_a_workbook_cut_off_anywhere_is_refused(tmp_path: Path, kind: str) -> None:
    raw = workbook(kind)
    file = tmp_path / f"t.{kind}"
    for length in random.Random(5).sample(range(8, len(raw)), 60):
        file.write_bytes(raw[:length])
        grids, problems = read_grids(file, file.name)
        assert grids == (), length
        assert has_errors(problems), length


def test_a_text_cut_off_is_read_up_to_there_or_refused(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    for encoding in ("utf-8", "gb18030", "utf-16"):
        raw = CSV.encode(encoding)
        for length in range(len(raw)):
            file.write_bytes(raw[:length])
            grids, problems = read_grids(file, "t.csv")
            assert bool(grids) != has_errors(problems)


def test_undamaged_seeds_are_read_without_an_error(tmp_path: Path) -> None:
    for kind in books.KINDS:
        (tmp_path / f"t.{kind}").write_bytes(workbook(kind))
        grids, problems = read_grids(tmp_path / f"t.{kind}", "t")
        assert len(grids) == 1
        assert {problem.code for problem in problems} == {"SCN272", "SCN275"}
    for suffix in (".geojson", ".gpkg", ".shp"):
        for one, data in layer(suffix).items():
            (tmp_path / f"units{one}").write_bytes(data)
        frame, problems = scan_layer(LayerSource(tmp_path / f"units{suffix}", "u", "unit", METRES))
        assert not has_errors(problems)
        assert frame is not None
        assert len(frame) == 4
    assert not has_errors(check(BASE / "approval.yaml"))
