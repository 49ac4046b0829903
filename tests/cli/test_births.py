"""What the front door says of births: the path of every future, the shocks it declares, where fertility comes from."""

import json
import shutil
from pathlib import Path

from schoolplan.births_card import births_sources
from schoolplan.prepare import prepare
from tests.typed import typed as cli

BASE = Path(__file__).parents[1] / "broken" / "_base"


def test_explain_shows_births_of_the_county_and_declared_shocks(tmp_path: Path) -> None:
    study = tmp_path / "study"
    shutil.copytree(BASE, study)
    policy = "{id: p, name: {zh: 三孩, en: Three-child}, from: 2026, effect: [1.02, 1.05], fade_years: 4}"
    (study / "population.csv").write_text(
        "unit,as_of,sex,age_from,age_to,people\n"
        + "".join(f"u{unit},2020-11-01,female,0,49,1500\n" for unit in (1, 2, 3)),
        encoding="utf-8",
    )
    for name, text, there in (
        ("study.yaml", "  births: data/births.csv\n  population: population.csv\n", "  births: data/births.csv\n"),
        ("futures/high.yaml", f"births:\n  count: {{2023: 50, 2030: 64}}\n  shocks: [{policy}]\n", "births"),
        ("futures/baseline.yaml", "births: {tfr: {2023: 1.5, 2030: 1.4}}\n", "births"),
    ):
        lines = (study / name).read_text(encoding="utf-8").splitlines(keepends=True)
        changed = [text if line.startswith(there) or line == there else line for line in lines]
        (study / name).write_text("".join(changed), encoding="utf-8")
    done = cli("explain", study / "approval.yaml", "--json")
    assert done.returncode == 0, done.stderr
    tables = json.loads(done.stdout)
    rows = {(row["future"], row["calendar_year"]): row for row in tables["explain.births"]}
    assert rows["-", "2023"]["births"] == "50"
    assert rows["high", "2024"] == {
        "future": "high", "calendar_year": "2024", "births": "52", "state": "expected", "tfr": "-"
    }  # fmt: skip
    assert rows["high", "2030"]["births"] == str(round(64 * 1.05**0.5 ** (3 / 4)))
    assert rows["baseline", "2024"]["tfr"] == f"{1.5 - 0.1 / 7:.2f}"
    assert tables["explain.shocks"] == [
        {"future": "high", "shock": "p", "from_year": "2026", "effect": "1.02 1.05", "fade_years": "4"}
    ]
    bundle = prepare(study / "approval.yaml").bundle
    said = [source.item.en for source in births_sources(bundle, bundle.futures["high"])]
    assert said == ["Shock of births: Three-child, x 1.02, 1.05 from 2026 on, then halved every 4 years"]
    of_rate = births_sources(bundle, bundle.futures["baseline"])
    assert [source.item.zh for source in of_rate] == ["生育的年龄模式", "妇女存活率", "出生性别比（女=100） 111.3"]
    assert of_rate[0].source.zh.endswith("（M）")
