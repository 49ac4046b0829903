"""The sections on flows and on schools that new housing needs: what they say in both languages."""

from dataclasses import replace
from pathlib import Path

import pytest

from reports.flows_view import STATUSES, STREAMS, flows, needs
from reports.html_report import environment
from reports.i18n import Labels
from reports.run_folder import RunFolder
from reports.view import view
from sim import expected_flows
from tests.reports import factory


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    return factory.make(tmp_path_factory.mktemp("flows") / "run")


def without(run: RunFolder) -> RunFolder:
    tables = run.tables
    empty = replace(tables, flows=tables.flows.iloc[:0], estate_needs=tables.estate_needs.iloc[:0])
    return replace(run, tables=empty)


def test_flows_are_stated_and_what_acts_stands_in_brackets(run: RunFolder) -> None:
    found = flows(view(run, "en"))
    assert found.years == ("2024-25", "2031-32", "2038-39")
    rows = {(row.future, row.stream): row.numbers for row in found.rows}
    assert rows["Baseline", "villages to town"] == ("210 (0)",) * 3
    assert rows["Fast urbanisation", "villages to town"] == ("270 (+60)",) * 3
    assert rows["Fast urbanisation", "left behind (they stay)"] == ("60 (−20)",) * 3
    assert rows["Fast urbanisation", "from outside, local children (net)"] == ("−30 (−30)",) * 3
    streams = [row.stream for row in found.rows if row.future == "Baseline"]
    assert streams == ["villages to town", "leaving with their parents", "left behind (they stay)", "returning"]
    chinese = {(row.future, row.stream): row.numbers for row in flows(view(run, "zh")).rows}
    assert chinese["快速城镇化", "返乡"] == ("15（+3）",) * 3


def test_every_stream_of_the_simulator_has_a_row_and_a_word() -> None:
    assert sorted(STREAMS) == sorted(expected_flows.STREAMS)
    for lang in ("zh", "en"):
        assert all(Labels(lang)(f"flow.{stream}") for stream in STREAMS)
        assert all(Labels(lang)(f"needs.{kind}.{status}", n=1) for kind in ("count", "status") for status in STATUSES)


def test_needs_are_said_for_every_plan_and_listed_for_the_headline_plan(run: RunFolder) -> None:
    seen = view(run, "en")
    found = needs(seen)
    said = {line.split(":")[0]: line for line in found.said}
    assert len(said) == 3
    assert said[seen.words.plan("do-nothing")].endswith("3 requirements, 2 without a project, 1 not known.")
    assert said[seen.words.plan("county-plan")].endswith("3 requirements, 1 met in time, 1 met late, 1 not known.")
    own = {row.phase: row for row in needs(replace(seen, plan="county-plan")).rows}
    assert list(own) == ["river-bank / 1", "west-gate", "river-bank / 2"]
    first = own["river-bank / 1"]
    assert (first.year, first.needs, first.status) == ("2028-29", "18 classes", "in time")
    assert first.by.endswith("(median opening 2027-28)")
    assert first.source == "test rules, article 3 (C)"
    assert own["river-bank / 2"].needs == "12 classes"  # 11.2: part of a class is asked for as a whole one
    assert (own["west-gate"].needs, own["west-gate"].status, own["west-gate"].by) == ("–", "not known", "–")


def test_nothing_to_tell_is_said(run: RunFolder) -> None:
    seen = view(without(run), "zh")
    assert flows(seen).rows == []
    assert needs(seen).rows == []
    assert needs(seen).said == ["没有小区需要配建学校，或 study.yaml 没有写明配建条款（facility_standards）。"]


@pytest.mark.parametrize(
    ("lang", "town", "met"), [("zh", "进城（村到镇）", "按时"), ("en", "villages to town", "in time")]
)
def test_both_sections_stand_on_the_page(run: RunFolder, lang: str, town: str, met: str, tmp_path: Path) -> None:
    seen = replace(view(run, lang), plan="county-plan")
    part = environment(seen.labels).get_template("part_flows.html.j2")
    page = part.render(seen=seen, words=seen.words, flows=flows(seen), needs=needs(seen))
    for text in (town, met, 'id="flows"', 'id="housing"', '<th scope="row">river-bank / 1</th>'):
        assert text in page
    bare = without(run)
    empty = part.render(seen=seen, words=seen.words, flows=flows(view(bare, lang)), needs=needs(view(bare, lang)))
    assert "<table" not in empty


def test_needs_that_are_met_in_some_futures_only_are_told_by_future(run: RunFolder) -> None:
    table = run.tables.estate_needs.copy()
    last = run.study.futures[-1].id
    low = (table["future"] == last) & (table["plan"] == "county-plan") & (table["status"] == "late")
    assert low.sum() == 1
    table.loc[low, ["status", "by", "opens"]] = ["none", "", float("nan")]
    seen = view(replace(run, tables=replace(run.tables, estate_needs=table)), "en")
    found = needs(replace(seen, plan="county-plan"))
    row = next(row for row in found.rows if row.phase == "river-bank / 2")
    others = ", ".join(seen.words.future(one.id) for one in run.study.futures if one.id != last)
    assert f"{seen.words.future(last)}: no project" in row.status
    assert f"{others}: late" in row.status
    said = next(line for line in found.said if line.startswith(seen.words.plan("county-plan")))
    assert "3 requirements" in said
    assert f"{seen.words.future(last)}: 1 met in time, 1 without a project, 1 not known" in said
