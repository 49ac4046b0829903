"""The ranked risk list of a programme: its order, the fixes it names, and the document made of it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from reports.document import Table
from reports.i18n import Labels, language
from reports.programme_risk_tables import risk_tables
from reports.programme_risks import LEAST, risk_rows
from reports.programme_view import ProgrammeView
from reports.run_folder import RunFolder, write_run
from reports.shapes_programme import RISK_LIST
from reports.table_shapes import SHAPES, conform
from tests.reports import factory
from tests.reports import factory_numbers as f

PLANS = ("do-nothing", "county-plan")
NEED = {"rule": "G5.primary", "stage": "primary", "kind": "rooms", "unit": "rooms"}


def needs(school: str, cost: float) -> pd.DataFrame:
    """Three rooms are missing at a school under the plan without projects, in all futures."""
    rows = [
        {"future": future, "plan": PLANS[0], "entity": school, "years": "2026", "missing": 3.0, "cost": cost, **NEED}
        for future in f.FUTURES
    ]
    return pd.DataFrame(rows, columns=list(SHAPES["needs"].names)).assign(unverified="", unknown=0)


def alerts() -> pd.DataFrame:
    """A zone with 12 children beyond its places in its second year, and one with places to spare."""
    rows = []
    for future in f.FUTURES:
        for plan in f.PLANS:
            for zone, year, children in (("ps-01", 2024, 41.0), ("ps-01", 2025, 52.0), ("ps-02", 2024, 20.0)):
                row: dict[str, Any] = dict.fromkeys(SHAPES["alerts"].names, 0.0)
                row |= {
                    "future": future,
                    "plan": plan,
                    "stage": "primary",
                    "zone": zone,
                    "schools": zone,
                    "units": "u08",
                }
                row |= {"year": year, "demand_mean": children, "places": 40.0, "published": 1, "lead": 1, "rule": "W"}
                rows.append(row | {"p_green": 0.2 if children > 50 else 1.0, "level": "red", "cautious": "red"})
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> dict[str, RunFolder]:
    """Two members of the same schools; the second has no unit cost, and its intervals were tried on its history."""
    place = tmp_path_factory.mktemp("members")
    tables = factory.tables()
    first = replace(tables, needs=needs("ps-01", 90.0), alerts=alerts())
    second = replace(tables, needs=needs("ps-01", float("nan")))
    return {
        "a": write_run(place / "a", first, factory.documents()),
        "b": write_run(place / "b", second, factory.documents(calibrated=True)),
    }


@pytest.fixture(scope="module")
def card(done: dict[str, RunFolder]) -> dict[str, Any]:
    study = done["a"].study
    own = [{"id": one.id, "name": dict(one.name), "members": {"a": one.id, "b": one.id}} for one in study.futures]
    plans = [{"id": name, "name": {"zh": name, "en": name}, "members": {"a": name, "b": name}} for name in PLANS]
    members = [
        {"id": name, "name": {"zh": f"{name}县", "en": f"County {name}"}, "status": "done", "calibrated": name == "b"}
        for name in done
    ]
    return {
        "id": "city", "futures": own, "plans": plans, "members": members, "groups": {}, "draws": 40, "seed": 1,
        "levels": {"whole": {"zh": "市", "en": "city"}, "member": {"zh": "县", "en": "county"}},
        "years": [f.BASE + 1, f.BASE + 15], "window": list(f.WINDOW), "name": {"zh": "市", "en": "City"},
        "clauses": {rule.code: dict(rule.clause) for rule in study.rules},
    }  # fmt: skip


def whole(done: dict[str, RunFolder]) -> pd.DataFrame:
    """County rows of the members as the roll-up has them, and a whole."""
    frames = []
    for name, run in done.items():
        rows = run.tables.verdicts
        frames.append(rows[(rows["scope"] == "county") & (rows["rule"] == "all")].assign(entity=name))
    return pd.concat([*frames, frames[0].assign(scope="programme", entity="city")], ignore_index=True)


@pytest.fixture(scope="module")
def rows(done: dict[str, RunFolder], card: dict[str, Any]) -> pd.DataFrame:
    return conform(risk_rows(card, done, whole(done)), RISK_LIST)


def test_every_school_that_may_break_a_clause_is_there_once_with_its_numbers(
    rows: pd.DataFrame, done: dict[str, RunFolder]
) -> None:
    for member, run in done.items():
        verdicts = run.study.deciding(run.tables.verdicts)
        asked = verdicts[(verdicts["scope"] == "school") & (verdicts["probability"] < 1.0)]
        asked = asked[asked["plan"].isin(PLANS)]
        own = rows[(rows["scope"] == "school") & (rows["member"] == member)]
        keys = ["future", "plan", "rule", "stage", "entity"]
        both = own.merge(asked, on=keys, suffixes=("", "_there"))
        assert len(own) == len(asked) == len(both)
        assert len(own) > 0
        assert (both["chance"] - (1.0 - both["probability"])).abs().max() < 1e-12
        assert (both["pupils"] == both["pupils_there"]).all()
        assert (own["calibrated"] == int(member == "b")).all()


def test_the_order_is_pupils_then_chance_then_year(rows: pd.DataFrame) -> None:
    for _, own in rows.groupby(["future", "plan", "scope"]):
        listed = own.sort_values("rank")
        assert listed["rank"].tolist() == list(range(1, len(own) + 1))
        first = listed["first_year"].astype(float).fillna(9999)
        keys = list(zip(-listed["pupils"], -listed["chance"], first, strict=True))
        assert keys == sorted(keys)


def test_the_cheapest_fix_with_a_known_cost_is_named(rows: pd.DataFrame, done: dict[str, RunFolder]) -> None:
    at = (rows["scope"] == "school") & (rows["plan"] == PLANS[0]) & (rows["rule"] == NEED["rule"])
    at &= (rows["entity"] == "ps-01") & (rows["verdict"] != "holds")
    own = rows[at].set_index(["future", "member"])
    assert len(own)
    verdicts = done["a"].tables.verdicts
    for (future, member), row in own.iterrows():  # type: ignore[misc]
        there = verdicts[(verdicts["future"] == future) & (verdicts["entity"] == "ps-01")]
        better = there[(there["rule"] == NEED["rule"]) & (there["verdict"] == "holds")]["plan"].tolist()
        if member == "a":
            assert (row["fix"], row["fix_what"], row["fix_amount"], row["fix_cost"]) == ("needs", "rooms", 3.0, 90.0)
        elif not better:
            assert (row["fix"], row["fix_amount"]) == ("needs", 3.0)
            assert pd.isna(row["fix_cost"])
        else:
            assert row["fix"] in ("plan", "needs")
    plans = rows[rows["fix"] == "plan"]
    assert len(plans)
    for row in plans.to_dict("records"):
        assert row["fix_plan"] != row["plan"]
        listed = done[row["member"]].study.plan(row["fix_plan"]).projects
        named = [one for one in listed if row["scope"] == "member" or one.id in row["fix_what"].split()]
        assert row["fix_cost"] == sum(one.cost for one in named)
        assert row["fix_amount"] == len(named)


def test_zones_count_the_children_beyond_their_places(rows: pd.DataFrame) -> None:
    zones = rows[rows["scope"] == "zone"]
    assert set(zones["entity"]) == {"ps-01"}
    assert set(zones["member"]) == {"a"}
    assert LEAST < 12.0
    assert zones[["pupils", "worst_year", "first_year", "chance"]].drop_duplicates().values.tolist() == [
        [12.0, 2025, 2025, 0.8]
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_tables_say_what_the_file_holds(
    rows: pd.DataFrame, done: dict[str, RunFolder], card: dict[str, Any], lang: str
) -> None:
    verdicts = whole(done)
    tables = {"risks": rows, "verdicts": verdicts[verdicts["plan"] == PLANS[0]]}
    view = ProgrammeView({**card, "plans": card["plans"][:1]}, tables, Labels(language(lang)))
    made = {one.key: one for one in risk_tables(view, 3)}
    assert set(made) == {"p_risk_member", "p_risk_school", "p_risk_zone"}
    own = rows[(rows["future"] == view.first_future) & (rows["plan"] == view.plan)]
    for key, table in made.items():
        asked = own[own["scope"] == key.removeprefix("p_risk_")].sort_values("rank").head(3)
        assert table.column("pupils") == asked["pupils"].tolist()
        assert table.column("chance") == asked["chance"].tolist()
        assert table.column("rank") == [float(rank) for rank in asked["rank"]]
        if key == "p_risk_school":
            assert table.column("clause") == [view.labels.pick(card["clauses"][code]) for code in asked["rule"]]
    assert isinstance(made["p_risk_school"], Table)


def test_a_member_that_holds_everything_has_no_fix(done: dict[str, RunFolder], card: dict[str, Any]) -> None:
    verdicts = whole(done).assign(verdict="holds", probability=0.95)
    found = risk_rows(card, done, verdicts)
    members = found[found["scope"] == "member"]
    assert len(members)
    assert (members["fix"] == "").all()


def test_an_empty_list_is_no_table(done: dict[str, RunFolder], card: dict[str, Any], tmp_path: Path) -> None:
    view = ProgrammeView(card, {"risks": RISK_LIST.empty(), "verdicts": whole(done)}, Labels("en"))
    assert risk_tables(view) == []
