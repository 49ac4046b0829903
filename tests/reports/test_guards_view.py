"""The section on closures that cannot take place: which guard, in how many draws, in which years."""

from types import SimpleNamespace

import pandas as pd
import pytest

from reports.guards_view import page
from reports.i18n import NBSP, Labels, language
from reports.shapes_guards import GUARDS
from reports.study_card import GuardCard
from scenarios.schema_guards import GUARDS as NAMES

CARD = GuardCard(project="x", school="s1", despite={"travel": {"zh": "有校车", "en": "buses run"}})


def seen(lang, rows=(), cards=(CARD,)):
    labels = Labels(language(lang))
    projects = (SimpleNamespace(id="x", name={"zh": "撤甲", "en": "close A"}),)
    plan = SimpleNamespace(id="p", name={"zh": "方案", "en": "plan"}, projects=projects, guards=cards)
    tables = SimpleNamespace(guards=pd.DataFrame(rows, columns=list(GUARDS.names)))
    words = SimpleNamespace(school=str, future=str, labels=labels)
    study = SimpleNamespace(plans=(plan,), futures=(SimpleNamespace(id="base"),), draws=100)
    return SimpleNamespace(run=SimpleNamespace(tables=tables, study=study), words=words, labels=labels)


def row(guard, year, p, p_by, aside=0):
    return {"future": "base", "plan": "p", "project": "x", "guard": guard, "year": year, "p": p, "p_by": p_by,
            "set_aside": aside}  # fmt: skip


ROWS = (
    row("any", 2025, 0.25, 0.25), row("any", 2026, 0.5, 0.5), row("any", 2027, 0.0, 0.5),
    row("seats", 2025, 0.25, 0.25), row("seats", 2026, 0.5, 0.5), row("seats", 2027, 0.0, 0.5),
    row("travel", 2025, 1.0, 1.0, 1), row("travel", 2026, 0.0, 1.0, 1), row("travel", 2027, 0.0, 1.0, 1),
)  # fmt: skip


def test_a_run_without_guarded_closures_has_no_section():
    assert page(seen("en", cards=())) is None


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_guard_has_a_row_with_its_share_and_years(lang):
    (table,) = page(seen(lang, ROWS))
    half, years = {"zh": ("50%", "（2025–2026）"), "en": ("50 %", " (2025–2026)")}[lang]
    cells = [row[3].replace(NBSP, " ") for row in table.rows]
    assert cells[:2] == [half + years] * 2
    assert cells[2].startswith({"zh": "全部抽样", "en": "every draw"}[lang])
    assert cells[2].endswith({"zh": "（2025）", "en": " (2025)"}[lang])  # one year is no range
    assert [row[:2] for row in table.rows][1:] == [("", "")] * 2
    assert table.rows[0][1] == "s1"
    assert {"zh": "不执行", "en": "set aside"}[lang] in table.rows[2][2]
    assert {"zh": "有校车", "en": "buses run"}[lang] in table.remarks[0]


def test_a_closure_that_nothing_stops_says_none():
    (table,) = page(seen("en", (row("any", 2025, 0.0, 0.0),)))
    assert table.rows[0][3] == "none"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_guard_has_a_name(lang):
    labels = Labels(language(lang))
    assert all(labels(f"guards.name.{name}") for name in (*NAMES, "any"))
