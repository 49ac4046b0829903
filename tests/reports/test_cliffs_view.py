"""The section on cliffs: the nearest grades first, and words where it has happened or is far away."""

from types import SimpleNamespace

import pandas as pd
import pytest

from reports.cliffs_view import cliffs, measures, page, seats
from reports.i18n import Labels, language
from reports.shapes_classes import CLIFFS, PROJECT_SEATS


def cliff(school, grade, trigger, p50, p_5, year=2026, share=1.0, plan="build"):
    return {"future": "base", "plan": plan, "entity": school, "grade": grade, "year": year, "trigger": trigger,
            "share": share, "p10": p50, "p50": p50, "p_1": 0.0, "p_3": 0.0, "p_5": p_5, "p_10": p_5}  # fmt: skip


def seen(lang, cliff_rows=(), seat_rows=(), school_rows=()):
    labels = Labels(language(lang))
    schools = pd.DataFrame(school_rows, columns=["future", "plan", "year", "entity", "indicator", "mean"])
    tables = SimpleNamespace(
        cliffs=pd.DataFrame(cliff_rows, columns=list(CLIFFS.names)),
        project_seats=pd.DataFrame(seat_rows, columns=list(PROJECT_SEATS.names)),
        schools=schools,
    )
    study = SimpleNamespace(window=(2026, 2030), plan=lambda plan: SimpleNamespace(projects=()))
    words = SimpleNamespace(school=str, plan=str, future=str, labels=labels)
    run = SimpleNamespace(tables=tables, study=study)
    return SimpleNamespace(run=run, words=words, labels=labels, future="base", plan="build")


ROWS = [
    cliff("far", "1", "class", 7, 0.2), cliff("far", "1", "room", float("nan"), 0.1),
    cliff("far", "1", "class_size", float("nan"), 0.0), cliff("far", "1", "school_size", 30, 0.0),
    cliff("near", "4", "class", 3, 0.9), cliff("near", "4", "room", 0, 1.0),
    cliff("safe", "2", "class", 3, 0.9), cliff("safe", "2", "room", 90, 0.0),
    cliff("later", "1", "room", 1, 1.0, year=2027), cliff("other", "1", "room", 1, 1.0, plan="nothing"),
    cliff("rare", "1", "room", 1, 1.0, share=0.2),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "now", "far"), [("en", "has happened", "400 or more"), ("zh", "已经发生", "400以上")])
def test_the_likeliest_grades_of_the_first_year_with_words_for_now_and_far(lang, now, far):
    rows = cliffs(seen(lang, ROWS))
    assert [row[:2] for row in rows] == [("near", "4"), ("far", "1")]
    assert rows[0][2:5] == ("3", now, "–")
    assert rows[1][2:5] == ("7", far, "30")


def test_seats_and_measures_of_the_headline_future():
    given = [{"future": "base", "plan": "build", "project": "x", "year": year, "school": "s", "p_open": 1.0,
              "nominal": 540.0, "safe": 463.0, "safe_expected": 387.0} for year in (2029, 2030, 2031)]  # fmt: skip
    assert seats(seen("en", seat_rows=given)) == [("x", "2030-31", "540", "463", "387")]
    rooms = [("base", "build", year, "s", "temporary_rooms", 2.0) for year in (2026, 2027)]
    assert measures(seen("en", school_rows=rooms)) == [("build", "s", "2026-27 – 2027-28", "2")]
    assert page(seen("en")) == {}
