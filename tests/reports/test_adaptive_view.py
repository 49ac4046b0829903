"""The section on plans that act on what is seen: conditions in words, years, regret and what waiting is worth."""

from types import SimpleNamespace

import pandas as pd
import pytest

from reports.adaptive_view import condition, page
from reports.i18n import NBSP, Labels, language
from reports.shapes_adaptive import PLAN_OPTIONS, REGRET, TRIGGERS
from reports.study_card import TriggerCard

CARD = TriggerCard.model_validate(
    {"project": "x", "act": "start", "signal": "entry_pressure", "schools": ["s1"], "stage": "primary", "above": 1.05,
     "years": 2, "lag_months": 3, "from": 2026, "until": 2030, "phase_of": "y"}
)  # fmt: skip
NAMES = {"zh": "甲", "en": "A"}


def seen(lang, triggers=(), regret=(), options=(), cards=(CARD,), draws=100):
    labels = Labels(language(lang))
    projects = tuple(SimpleNamespace(id=name, name={"zh": name, "en": name}) for name in ("x", "y"))
    plans = tuple(
        SimpleNamespace(id=plan, name={"zh": plan, "en": plan}, projects=projects, triggers=own)
        for plan, own in (("wait", cards), ("fixed", ()))
    )
    futures = tuple(SimpleNamespace(id=name) for name in ("base", "fast"))
    tables = SimpleNamespace(
        triggers=pd.DataFrame(triggers, columns=list(TRIGGERS.names)),
        regret=pd.DataFrame(regret, columns=list(REGRET.names)),
        plan_options=pd.DataFrame(options, columns=list(PLAN_OPTIONS.names)),
    )
    words = SimpleNamespace(school=str, plan=str, future=str, stage=str, labels=labels)
    study = SimpleNamespace(plans=plans, futures=futures, draws=draws, prices=None)
    return SimpleNamespace(run=SimpleNamespace(tables=tables, study=study), words=words, labels=labels)


def fired(future, shares):
    return [
        {"future": future, "plan": "wait", "project": "x", "act": "start", "year": year, "p": p, "p_by": 0.0}
        for year, p in shares
    ]


def regret(plan, future, measure, value, best):
    return {"future": future, "plan": plan, "measure": measure, "unit": "", "value": value, "best": best,
            "regret": value - best}  # fmt: skip


def option(measure, mean, less, more, which="waiting"):
    return {"future": "base", "plan": "wait", "against": "fixed", "option": which, "measure": measure, "unit": "",
            "mean": mean, "p05": mean - 1, "p50": mean, "p95": mean + 1, "p_less": less, "p_more": more}  # fmt: skip


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "s1 (primary): entry demand over planned entry places above 105%, 2 years running, decided 3 months "
               "later, from 2026, until 2030, after “y” has opened"),
        ("zh", "s1（primary）：新生数与计划招生学位之比高于 105%，连续 2 年，3 个月后决定，2026 年起，2030 年止，"
               "在“y”投用之后"),
    ],
)  # fmt: skip
def test_what_must_be_seen_in_words(lang, said):
    assert condition(seen(lang), CARD, {"y": "y"}) == said


def test_the_county_units_and_a_lower_bound():
    births = TriggerCard(project="x", act="cancel", signal="births", units=(NAMES,), below=30.0)
    assert condition(seen("en"), births, {}) == "A: children aged one (births a year ago) below 30"
    whole = TriggerCard(project="x", act="defer", signal="pupils", above=900.0, months=12)
    assert condition(seen("en"), whole, {}) == "whole county: pupils above 900, put off by 12 months each time"


def test_shares_and_years_by_future():
    rows = fired("base", [(2025, 0.1), (2026, 0.3), (2027, 0.1)]) + fired("fast", [(2025, 0.0)])
    table = page(seen("en", rows)).tables[0]
    assert table.rows[0][0] == "x"
    assert table.rows[0][-2:] == (f"50{NBSP}%, 2026 (2025–2027)", "never")


def test_regret_marks_the_least_worst_of_all_futures():
    rows = [regret("wait", "base", "short", 14.0, 4.0), regret("wait", "fast", "short", 40.0, 40.0),
            regret("fixed", "base", "short", 4.0, 4.0), regret("fixed", "fast", "short", 55.5, 40.0)]  # fmt: skip
    found = page(seen("en", regret=rows, cards=()))
    assert len(found.tables) == 1
    wait, fixed = found.tables[0].rows
    assert wait == ("wait", "10 (14)", "0 (40)", "10 least")
    assert fixed[-1] == "16"
    assert "Regret" in found.lead


def test_only_waiting_and_second_phases_are_told_and_with_the_draws_behind_them():
    rows = [option("short", 2.25, 0.1, 0.25), option("unused", -300.0, 1.0, 0.0), option("capital", 0.0, 0.0, 0.0)]
    other = [option(measure, 1.0, 0.0, 1.0, "other") for measure in ("short", "unused", "capital")]
    table = page(seen("en", options=rows, cards=())).tables[0]
    assert table.rows[0][-3:] == (
        f"+2.2 (less in 10{NBSP}%, more in 25{NBSP}%)",
        f"−300 (less in >99{NBSP}%, more in <1{NBSP}%)",
        "the same",
    )
    assert page(seen("en", options=other, cards=())) is None


def test_money_stands_beside_the_rest_where_the_study_knows_it():
    rows = [regret("wait", "base", name, -5.0, -5.0) for name in ("net_present", "weighed")]
    own = seen("en", regret=rows, options=[option("weighed", -300.0, 1.0, 0.0)], cards=())
    own.run.study.prices = SimpleNamespace(missing_place=1.2, empty_seat=0.05, source="council")
    net, weighed, options = page(own).tables
    assert net.title == "Regret: net present cost (10 000 yuan)"  # a negative cost is one, too
    assert all(text in weighed.said for text in ("1.2", "0.05", "council"))
    assert options.heads[4:] == ["Weighed (10 000 yuan)"]


def test_a_run_with_nothing_to_say_has_no_section():
    assert page(seen("en", cards=())) is None
