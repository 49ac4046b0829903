"""The city tells its story: which lists relieve the oversized schools, and how the order of projects follows.

40 draws of the reference future: words are asked for where a probability is clear of .9 and .5.
"""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from reports.ranking import plan_change_rows, ranking_rows
from reports.study_card import StudyCard
from scenarios.examples.zhuzhou.make import HERE
from schoolplan import assemble
from schoolplan.card import study_card
from schoolplan.prepare import calendars, options, prepare
from schoolplan.quota_rows import quota_rows
from schoolplan.runs import job_of
from sim import ensemble

pytestmark = pytest.mark.slow

DRAWS = 40
OVERSIZED = {"liling": "ps-01", "tianyuan": "ps-01", "youxian": "js-01"}
NEW = {"liling": "new-ps-03", "tianyuan": "new-ps-03", "youxian": "new-js-04"}

Found = dict[str, pd.DataFrame]


def _run(member: str, work: Path) -> Found:
    prepared = prepare(HERE / member / "approval.yaml")
    chosen = options(prepared.bundle, DRAWS)
    built = calendars(prepared, chosen)
    study = prepared.bundle.study
    job = job_of(prepared, chosen, work, built)
    wanted = tuple(case for case in job.cases if case.rates.future == study.reference_future)
    job = replace(job, cases=wanted, pair_years=())
    found = ensemble.run(job, 1, lambda what, done, of: None)
    card = StudyCard.model_validate(study_card(prepared, chosen))
    card = card.model_copy(update={"futures": (card.future(study.reference_future),)})
    ranking = ranking_rows(card, found["verdicts"], assemble.zone_list(prepared.bundle))
    changes = plan_change_rows(card, ranking)
    return {**found, "ranking": ranking, "changes": changes, "quotas": quota_rows(prepared, built)}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Found]:
    return {name: _run(name, tmp_path_factory.mktemp(name)) for name in (*OVERSIZED, "chaling")}


def size(found: Found, plan: str, school: str) -> float:
    """P(the school never passes its size limit in the window)."""
    rows = found["verdicts"]
    rows = rows[(rows["plan"] == plan) & (rows["entity"] == school) & rows["rule"].str.startswith("G4")]
    return float(rows["probability"].iloc[0])


@pytest.mark.parametrize("member", OVERSIZED)
def test_only_the_revised_list_relieves_the_oversized_school(found: dict[str, Found], member: str) -> None:
    school = OVERSIZED[member]
    assert size(found[member], "do-nothing", school) < 0.1
    assert size(found[member], "list-2021", school) < 0.2
    assert size(found[member], "list-2023", school) > 0.7


@pytest.mark.parametrize("member", OVERSIZED)
def test_the_new_school_comes_first_when_projects_are_ranked_by_size(found: dict[str, Found], member: str) -> None:
    rows = found[member]["ranking"].set_index(["plan", "project"])
    first = rows.loc[("list-2021", NEW[member])]
    assert (first["effect"], first["schools"], first["rank"]) == ("relieves", OVERSIZED[member], 1)
    assert first["moves"] > 0
    assert rows.loc[("list-2023", NEW[member]), "moves"] == 0
    changes = found[member]["changes"].set_index("project")["change"]
    assert changes[NEW[member]] == "moved"


def test_the_extension_of_an_oversized_school_relieves_nothing_and_is_dropped(found: dict[str, Found]) -> None:
    row = found["liling"]["ranking"].set_index(["plan", "project"]).loc[("list-2021", "more-ps-01")]
    assert (row["effect"], row["per_million"]) == ("extends", 0.0)
    assert found["liling"]["changes"].set_index("project")["change"]["more-ps-01"] == "dropped"


def test_a_school_that_shrinks_by_itself_needs_no_new_one(found: dict[str, Found]) -> None:
    assert size(found["chaling"], "do-nothing", "ps-01") > 0.9
    assert size(found["chaling"], "list-2023", "ps-01") > 0.9
    assert found["chaling"]["changes"].set_index("project")["change"]["new-ps-03"] == "dropped"


@pytest.mark.parametrize("member", [*OVERSIZED, "chaling"])
def test_the_revised_list_has_as_many_projects_as_its_quotas_ask(found: dict[str, Found], member: str) -> None:
    rows = found[member]["quotas"]
    last = rows[(rows["plan"] == "list-2023") & (rows["year"] == 2025)]
    assert (last["most"] == last["target"]).all()
    assert (last["mean"] > 0.8 * last["target"]).all()
