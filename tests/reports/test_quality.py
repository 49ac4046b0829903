"""The section on data quality: what it says in both languages for every kind of study."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reports.html_report import write_report
from reports.i18n import LANGUAGES, NBSP
from reports.quality import page
from reports.run_folder import RunFolder
from reports.view import view
from tests.reports import factory


def table(name: str, use: str, given: bool, **more: Any) -> dict[str, Any]:
    label = {"zh": {"children": "常住儿童", "roads": "道路等级"}.get(name, name), "en": name.title()}
    return {"name": name, "label": label, "bureau": "police", "use": use, "given": given, **more}


CARD = {
    "tables": [
        table("schools", "engine", True, file="book.xlsx", sheet="学校", rows=12, notes=2, warnings=1),
        table("children", "engine", True, file="data/children.csv", rows=300, as_of="2020-11-01",
              source={"zh": "七普", "en": "Seventh census"}),
        table("enrolment", "engine", True, file="data/enrolment.csv", rows=900, years=(2018, 2023)),
        table("births", "engine", False),
        table("population", "checked", True, file="data/population.csv", rows=40),
        table("roads", "checked", False),
    ],
    "layers": [{"name": "units", "file": "data/units.shp", "crs": "GCJ-02"}],
    "comparisons": [
        {"kind": "births", "about": "2022", "first": 400, "second": 300, "low": 0.8, "high": 1.2, "unusual": True,
         "worst": [{"unit": "u08", "first": 60, "second": 10}]},
        {"kind": "stage", "about": "primary", "first": 1000, "second": 990, "low": 0.9, "high": 1.1, "unusual": False},
    ],
    "estimated": {
        "built_from_births": False, "children": 900, "children_of": 1200, "cells": 80, "cells_of": 120, "sd_low": 0.02,
        "sd_high": 0.11, "sd_mean": 0.06, "common": 0.5, "rolls": 3, "rolls_of": 60, "rolls_sd": 2.582,
    },
    "problems": [
        {"code": "SCN280", "severity": "note", "table": "schools", "place": "book.xlsx[学校]!A1",
         "text": {"zh": "表头占两行", "en": "the head has two rows"}},
        {"code": "SCN346", "severity": "warning", "table": "enrolment", "place": "data/enrolment.csv:7:pupils",
         "text": {"zh": "人数被保密", "en": "the number is withheld"}},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def estimated_run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    return factory.make(tmp_path_factory.mktemp("quality") / "run", data_quality=CARD)


def test_words_of_a_study_with_estimates(estimated_run: RunFolder) -> None:
    found = page(view(estimated_run, "en"))
    assert found.summary == [
        "Of the 4 tables that the simulation uses 1 are missing (Births); see below what stands in for them.",
        "1 more were given and checked, but are not simulated.",
        f"The check left 1{NBSP}warning and 1{NBSP}note on reading.",
        "1 of the counts that two sources give differ more than usual; see below.",
    ]
    assert found.estimated[0].startswith("The number of 900 of 1 200 children".replace("1 200", f"1{NBSP}200"))
    assert f"plus or minus 6.0{NBSP}% (2.0{NBSP}% to 11{NBSP}%)" in found.estimated[0]
    assert found.estimated[1].startswith("3 of 60 rolls")
    assert [row.read for row in found.given[:3]] == [
        f"1{NBSP}warning, 2{NBSP}notes on reading", f"75{NBSP}% estimated", "3 withheld"
    ]  # fmt: skip
    assert found.given[0].file == "book.xlsx (sheet 学校)"
    assert (found.given[1].source, found.given[2].source) == ("Seventh census", "see the sources below")
    assert found.given[2].years == "2018-2023"
    assert (found.given[-1].name, found.given[-1].read) == ("Layer: units", "GCJ-02")
    assert [name for name, _, _ in found.missing] == ["Births", "Roads"]
    assert found.missing[0][1:] == (
        "police or statistics bureau", "births to come start from the level of the three youngest ages"
    )  # fmt: skip


def test_widths_and_comparisons_in_chinese(estimated_run: RunFolder) -> None:
    found = page(view(estimated_run, "zh"))
    assert found.summary == [
        "推演要用的 4 张表中缺 1 张（births），代替办法见下。",
        "另有 1 张表只用来核对，不参与推演。",
        f"检查留下 1{NBSP}条提醒、1{NBSP}条读法说明。",
        "1 项数据与另一来源相差超出通常范围，见“互相核对”。",
    ]
    assert found.widths_said == [
        "2026学年全县一年级人数的 80% 区间是全部清点时的 1.25 倍。",
        "2026学年全县在校生的 80% 区间是全部清点时的 1.10 倍。",
    ]
    assert [row.what for row in found.widths[:3]] == ["全县一年级人数", "全县在校生", found.widths[2].what]
    assert "变宽最多的学校" in found.widths[2].what
    assert found.widths[0].ratio == "1.25 ± 0.04"
    assert found.widths[0].counted == f"1{NBSP}140-1{NBSP}260"
    births, stage = found.compared
    assert (births.who, births.unusual, births.ratio) == ("2022年9月至2023年8月出生", True, "0.75")
    assert births.far == "社区08 60 → 10"
    assert (stage.who, stage.unusual) == ("小学学龄", False)
    assert found.problems[0] == ("读法", "book.xlsx[学校]!A1", "表头占两行")


def test_a_ratio_within_two_errors_of_one_is_not_called_wider(estimated_run: RunFolder) -> None:
    rough = estimated_run.tables.estimation.assign(ratio_error=0.2)
    said = page(view(replace(estimated_run, tables=replace(estimated_run.tables, estimation=rough)), "en")).widths_said
    assert len(said) == 2
    assert all("is not measurably wider" in sentence for sentence in said)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_section_stands_in_the_report(estimated_run: RunFolder, dots: list, tmp_path: Path, lang: str) -> None:
    text = write_report(estimated_run, lang, tmp_path / "report.html").read_text(encoding="utf-8")
    part = text.split('<section id="quality"', 1)[1].split("</section>", 1)[0]
    assert 'href="#quality"' in text
    for words in ("book.xlsx[学校]!A1", "± 0.04", "GCJ-02", "△"):
        assert words in part
    assert ("请核实" if lang == "zh" else "please explain") in part


def test_nothing_estimated_one_draw_and_an_old_folder_are_said(run: RunFolder, tmp_path: Path) -> None:
    assert not page(view(run, "en")).known
    counted = factory.make(tmp_path / "counted", data_quality={**CARD, "estimated": None, "comparisons": []})
    found = page(view(counted, "en"))
    assert "Nothing is estimated" in found.estimated[0]
    assert found.widths_said == []
    assert found.summary[-1] == "No second source was given to compare with."
    made = factory.make(tmp_path / "once", data_quality=CARD)
    once = replace(made, tables=replace(made.tables, estimation=made.tables.estimation.iloc[:0]))
    assert page(view(once, "zh")).widths_said == ["单次确定性推演没有区间；估算误差没有计入。"]


def test_every_missing_table_has_its_words() -> None:
    from reports.i18n import catalogue
    from scenarios.table_specs import SPECS

    needed = {"units", "schools", "sites", "zones", "enrolment"}
    assert {f"quality.without.{name}" for name in SPECS if name not in needed} <= set(catalogue())
    assert {f"bureau.{spec.bureau}" for spec in SPECS.values()} <= set(catalogue())
