"""The commands of the guide, as they stand there, on the real files of the five places."""

import re
import shlex
from pathlib import Path

import pytest

from schoolplan.cli import app
from schoolplan.exits import GOOD, INVALID_INPUT, guarded

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "from-a-census.md"


def commands() -> list[list[str]]:
    block = re.search(r"```bash\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert block is not None
    lines = block[1].replace("\\\n", " ").splitlines()
    return [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("schoolplan ")]


def test_the_commands_of_the_guide_make_checked_skeletons(
    china_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "census_2020.csv").symlink_to((china_data / "census_2020_selected_counties.csv").resolve())
    (tmp_path / "births_by_province.csv").symlink_to((china_data / "china_province_panel_2000_2019.csv").resolve())
    for layer in china_data.glob("*_gcj02.geojson"):
        (tmp_path / layer.name.replace("_gcj02", "")).symlink_to(layer.resolve())
    monkeypatch.chdir(tmp_path)
    run = {}
    for words in commands():
        if "--units" in words:  # villages and a raster of one's own
            continue
        run[tuple(words)] = guarded(lambda standalone_mode, words=words: app(words, standalone_mode=standalone_mode))
    bad = {" ".join(words): code for words, code in run.items() if code != GOOD and "--fix" not in words}
    assert not bad
    assert len(run) == 13
    assert {code for words, code in run.items() if "--fix" in words} == {INVALID_INPUT}  # what it mends was wrong
