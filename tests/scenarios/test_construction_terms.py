"""What holds of one project: defaults, the study over them, the plan over those; whole stages and their steps."""

from typing import Any

import pytest

from scenarios.construction_defaults import load_defaults
from scenarios.construction_terms import layered, observed_times, origin, terms_of
from scenarios.schema_plan import Project
from scenarios.schema_projects import Construction

NAME = {"zh": "项目", "en": "Project"}
DEFAULTS = load_defaults()
DISPUTE = {"id": "dispute", "name": NAME, "stage": "land", "probability": 0.2, "months": [1, 2, 3]}


def terms(kind: str = "extension", study: dict[str, Any] | None = None, **said: Any) -> Any:
    project = Project.model_validate({"id": "p", "name": NAME, "kind": kind, "start": "2024-03", "cost": 100.0, **said})
    own = Construction.model_validate(study or {})
    return terms_of(project, own, DEFAULTS, observed_times(own, {}))


def test_without_a_word_a_project_has_the_defaults_of_its_kind_and_nothing_else() -> None:
    found = terms()
    assert {stage: time.months for stage, time in found.times.items()} == DEFAULTS.durations("extension", {})
    assert {time.level for time in found.times.values()} == {"default"}
    assert origin(found.times["design"]) == (("PRACTICE",), "M")
    assert (found.approvals, found.risks, found.after, found.desks, found.breaks) == ((), (), (), {}, ())
    assert found.payments == DEFAULTS.kinds["extension"].shares()


def test_the_plan_lies_over_the_study_and_the_study_over_the_defaults() -> None:
    study = {"durations": {"extension": {"design": [1, 1, 2], "construction": [5, 6, 9]}}}
    found = terms(study=study, durations={"construction": [4, 5, 6]})
    assert (found.times["design"].months, found.times["design"].level) == ((1, 1, 2), "study")
    assert (found.times["construction"].months, found.times["construction"].level) == ((4, 5, 6), "plan")
    assert found.times["tender"].level == "default"
    assert origin(found.times["design"]) == ((), "")
    assert terms("renovation", study).times["design"].level == "default"


def test_a_whole_stage_of_the_plan_takes_the_place_of_steps_of_the_study_and_the_reverse() -> None:
    item = DEFAULTS.kinds["extension"]
    assert layered(item, {"bidding": (1, 1, 1)}, {"tender": (2, 2, 2)}) == {"tender": (2, 2, 2)}
    assert layered(item, {"tender": (2, 2, 2)}, {"bidding": (1, 1, 1)}) == {"bidding": (1, 1, 1)}
    assert layered(item, {"design": (2, 2, 2)}, {"bidding": (1, 1, 1)}) == {"design": (2, 2, 2), "bidding": (1, 1, 1)}
    found = terms(study={"durations": {"extension": {"bidding": [1, 1, 1]}}}, durations={"tender": [2, 2, 2]})
    assert "bidding" not in found.times
    assert found.times["tender"].months == (2, 2, 2)


def test_a_whole_stage_means_its_first_its_last_or_all_of_its_steps() -> None:
    study = {
        "split_stages": True,
        "approvals": [{"stage": "land", "months": 36, "until": "tender"}],
        "risks": [DISPUTE | {"stage": "construction", "repeats": ["tender"]}],
        "desks": [{"id": "review", "name": NAME, "stages": ["tender"], "files": 1}],
        "breaks": [{"id": "frost", "name": NAME, "stages": ["acceptance", "hearing"], "months": [1]}],
    }
    found = terms("new_school", study, after=[{"project": "q", "stage": "design"}, {"project": "r"}])
    assert [(ends, begins) for _, ends, begins in found.approvals] == [("land_title", "budget_review")]
    assert [(stage, again) for _, stage, again in found.risks] == [("construction", ("budget_review", "bidding"))]
    assert found.desks == {"budget_review": "review", "bidding": "review"}
    assert [stages for _, stages in found.breaks] == [("completion", "handover")]
    assert found.after == (("q", "drawings"), ("r", "initiation"))
    assert found.payments == {"drawings": 0.123, "construction": 0.786, "completion": 0.091}


def test_a_stage_that_repeats_itself_is_passed_twice_whole_or_in_steps() -> None:
    again = {"risks": [DISPUTE | {"stage": "tender", "repeats": ["bidding", "tender"]}]}
    assert [(stage, twice) for _, stage, twice in terms(study=again).risks] == [("tender", ("tender",))]
    split = terms(study=again | {"split_stages": True}).risks
    assert [(stage, twice) for _, stage, twice in split] == [("bidding", ("budget_review", "bidding"))]


def test_an_approval_within_one_stage_holds_nothing_where_its_steps_are_passed() -> None:
    own = {"approvals": [{"stage": "design", "months": 6, "until": "drawings"}], "split_stages": True}
    assert terms(study=own).approvals == ()


def test_shipped_approvals_and_risks_count_only_where_a_study_takes_them() -> None:
    found = terms("new_school", {"default_approvals": True, "default_risks": True})
    assert [(one.stage, one.months) for one, _, _ in found.approvals] == [
        ("initiation", 24),
        ("feasibility", 24),
        ("land", 36),
    ]
    assert [one.id for one, _, _ in found.risks] == [one.id for one in DEFAULTS.risks]
    assert origin(found.approvals[0][0]) == (("C14", "CHOICE"), "C")
    assert [one.id for one, _, _ in terms("extension", {"default_risks": True}).risks] == [
        "funding-gap",
        "re-tender",
        "contractor-failure",
    ]
    assert terms("closure", {"default_approvals": True, "default_risks": True}).risks == ()


def test_the_nearer_risk_of_the_same_id_holds_and_probability_0_takes_it_away() -> None:
    off = {"id": "funding-gap", "name": NAME, "stage": "construction", "probability": 0}
    study = {"default_risks": True, "risks": [DISPUTE | {"id": "re-tender", "stage": "tender"}, off]}
    risks = {one.id: one for one, _, _ in terms(study=study).risks}
    assert set(risks) == {"re-tender", "contractor-failure"}
    assert (risks["re-tender"].probability, origin(risks["re-tender"])) == (0.2, ((), ""))
    nearer = terms(study=study, risks=[DISPUTE | {"id": "re-tender", "stage": "tender", "probability": 0.9}])
    assert {one.id: one.probability for one, _, _ in nearer.risks}["re-tender"] == 0.9


def test_past_projects_stand_beside_the_points_but_not_where_the_plan_gives_them() -> None:
    study = {"observed": {"extension": {"construction": [7, 9], "tender": [2]}}, "from_ledger": True}
    own = Construction.model_validate(study)
    ledger = {"extension": {"construction": (6.0,)}, "renovation": {"design": (1.0,)}}
    assert observed_times(own, ledger) == {
        "extension": {"construction": (7, 9, 6), "tender": (2,)},
        "renovation": {"design": (1,)},
    }
    assert observed_times(own.model_copy(update={"from_ledger": False}), ledger)["extension"]["construction"] == (7, 9)
    found = terms(study=study, durations={"tender": [1, 1, 1]})
    assert (found.times["construction"].observed, found.times["tender"].observed) == ((7, 9), ())


def test_a_stage_named_whole_and_in_steps_is_refused() -> None:
    with pytest.raises(ValueError, match="tender is given as a whole and in steps"):
        terms(durations={"tender": [1, 1, 1], "bidding": [1, 1, 1]})
