"""The section on indicators of schools: counts by clause, the schools worst off, year by year, what is missing."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from reports import indicators_view
from reports.html_report import write_report
from reports.html_tables import deciding_rows, verdict_rows
from reports.i18n import NOTHING, Labels
from reports.matrix import breaches
from reports.run_folder import RunFolder
from reports.study_card import RuleCard
from reports.verdict_changes import verdict_changes
from reports.view import view
from scenarios.pack_rules import JUDGED_INDICATORS

AREA = "teaching_area_per_pupil"


def rule(code: str, indicator: str, stages: tuple[str, ...], **more: object) -> RuleCard:
    names = {"zh": f"条款{code}", "en": f"clause {code}"}
    card = {
        "code": code,
        "clause": names,
        "indicator": indicator,
        "stages": stages,
        "bound": 4.5,
        "unit": "m2_per_pupil",
    }
    return RuleCard.model_validate({**card, "direction": "at_least", "source_grade": "B", "decides": False, **more})


def with_clauses(run: RunFolder, decides: bool = False) -> RunFolder:
    """The synthetic run with three clauses on indicators: one judged, one left out at a school, one without data."""
    schools = [str(key) for key in run.tables.school_list["school"]][:4]
    rows, years = [], []
    words = ("fails", "at-risk", "holds", "not-assessed")
    chances = (0.2, 0.7, 1.0, np.nan)
    for future in ("baseline", "fast"):
        for plan in [one.id for one in run.study.plans]:
            key = {"future": future, "plan": plan, "required": 0.9, "unverified": ""}
            for school, word, chance in zip(schools, words, chances, strict=True):
                source = "left-out" if word == "not-assessed" else "simulated"
                rows.append(
                    {**key, "rule": "L4.primary", "scope": "school", "stage": "primary", "entity": school,
                     "verdict": word, "probability": chance, "first_year": 2026 if word == "fails" else np.nan,
                     "worst_year": 2027 if chance < 1 else np.nan, "pupils": 40.0 * (word == "fails"),
                     "source": source, "schools_over_p90": np.nan, "pupils_over_p90": np.nan}
                )  # fmt: skip
                years += [
                    {"future": future, "plan": plan, "year": year, "entity": school, "stage": "primary",
                     "indicator": AREA, "unit": "m2_per_pupil", "mean": 4.0, **dict.fromkeys(
                        ("p05", "p10", "p25", "p50", "p75", "p90", "p95"), 4.125), "p_exceed": p}
                    for year, p in ((2026, 0.6 if word == "fails" else 0.0), (2027, 0.9 if chance < 1 else 0.1))
                ]  # fmt: skip
            county = (("L4.primary", "fails", 0.15, "simulated"),
                      ("L7.primary", "not-assessed", np.nan, "missing multimedia_rooms"))  # fmt: skip
            for code, word, chance, source in county:
                rows.append(
                    {**key, "rule": code, "scope": "county", "stage": "primary", "entity": run.study.id,
                     "verdict": word, "probability": chance, "first_year": np.nan, "worst_year": np.nan,
                     "pupils": 0.0, "source": source, "schools_over_p90": 2.0, "pupils_over_p90": 80.0}
                )  # fmt: skip
    tables = replace(
        run.tables,
        verdicts=pd.concat([run.tables.verdicts, pd.DataFrame(rows)], ignore_index=True),
        schools=pd.concat([run.tables.schools, pd.DataFrame(years)], ignore_index=True),
    )
    more = (rule("L4.primary", AREA, ("primary",), decides=decides),
            rule("L7.primary", "multimedia_rooms_per100", ("primary",)))  # fmt: skip
    return replace(run, tables=tables, study=run.study.model_copy(update={"rules": (*run.study.rules, *more)}))


@pytest.fixture(scope="module")
def judged(run: RunFolder) -> RunFolder:
    return with_clauses(run)


def test_schools_are_counted_by_clause(judged: RunFolder) -> None:
    found = indicators_view.page(view(judged, "en"))
    assert found is not None
    assert len(found.clauses) == 1
    assert found.clauses[0][:4] == ("clause L4.primary", "1", "1", "1")
    assert found.clauses[0][-4:] == ("0", "1", "× fails 15\u00a0%", NOTHING)
    assert len(found.clauses[0]) == len(found.clause_heads)
    assert "A clause fails at 1\u00a0school. One is at risk at 1\u00a0school more." in found.said


def test_the_worst_school_comes_first_with_its_year_and_median(judged: RunFolder) -> None:
    found = indicators_view.page(view(judged, "en"))
    assert found is not None
    assert [row[2].split(" ", 1)[1] for row in found.worst] == ["fails", "at risk"]
    first = found.worst[0]
    assert first[3:] == ("80\u00a0%", "2026-27", "4.12 (standard 4.5)", "40")
    assert len(first) == len(found.worst_heads)


def test_years_count_schools_that_are_likelier_than_not_below(judged: RunFolder) -> None:
    found = indicators_view.page(view(judged, "en"))
    assert found is not None
    by_year = dict(zip(found.year_heads[1:], found.years[0][1:], strict=True))
    assert (by_year["2025-26"], by_year["2026-27"], by_year["2027-28"]) == ("0", "1", "2")


def test_what_is_missing_or_left_out_is_said_and_whether_it_decides(judged: RunFolder, run: RunFolder) -> None:
    found = indicators_view.page(view(judged, "en"))
    assert found is not None
    said = " ".join(found.notes)
    assert "L7.primary (no networked multimedia rooms)" in said
    assert "Left out, as the standard says: " in said
    assert "beside the headline" in said
    deciding = indicators_view.page(view(with_clauses(run, decides=True), "zh"))
    assert deciding is not None
    assert "参与总判定的：L4.primary" in deciding.notes[0]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_stock_has_a_name(lang: str) -> None:
    labels = Labels(lang)
    assert all(labels.has(f"indicators.stock.{stock}") for stock in JUDGED_INDICATORS.values())


def test_a_run_without_such_verdicts_has_no_section(run: RunFolder) -> None:
    assert indicators_view.page(view(run, "zh")) is None


def test_clauses_beside_the_headline_change_nothing_else(judged: RunFolder, run: RunFolder) -> None:
    """The ten-second sentence, the table of verdicts and the comparison read deciding rows alone."""
    assert breaches(judged) == breaches(run)
    assert verdict_rows(view(judged, "en")) == verdict_rows(view(run, "en"))
    assert verdict_changes(run, judged).empty
    joined = with_clauses(run, decides=True)
    assert {b.rule for b in breaches(joined)} == {b.rule for b in breaches(run)} | {"L4.primary"}
    assert any(row.rule == "clause L4.primary" for row in verdict_rows(view(joined, "en")))


def test_a_deciding_clause_has_a_line_of_its_indicator(run: RunFolder) -> None:
    seen = view(with_clauses(run, decides=True), "en")
    breach = next(b for b in breaches(seen.run) if b.rule == "L4.primary" and b.future == seen.future)
    rows = deciding_rows(replace(seen, deciding=(breach,)))
    assert "misses" in rows[0].said
    assert len(rows[0].sparks) == len(rows[0].chances) > 0


@pytest.mark.parametrize(("lang", "title"), [("zh", "面积、用房等指标达标吗？"), ("en", "Do schools keep their areas")])
def test_the_section_stands_in_the_report(judged: RunFolder, tmp_path, dots, lang: str, title: str) -> None:
    write_report(judged, lang, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert title in page
    assert 'href="#indicators"' in page
    assert page.count('id="indicators"') == 1
