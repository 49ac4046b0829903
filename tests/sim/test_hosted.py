"""Special schools stand outside the clauses about ordinary ones; many migrant children widen the size bound."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from scenarios.pack_rules import Hosted, rules_for_school
from sim.bounds import bounds
from sim.clauses_inputs import clause_inputs
from sim.hosted import MIGRANTS, hosted_of, migrant_shares
from sim.ladders import whole
from tests.sim import studies


@pytest.fixture(scope="module")
def study():
    of = studies.study(studies.LOADING)
    return of.bundle, whole(of.model)


def marked(bundle, school, flags):
    schools = bundle.tables["schools"].copy()
    schools.loc[schools["school"] == school, "flags"] = flags
    return replace(bundle, tables={**bundle.tables, "schools": schools})


def with_migrants(bundle, *rows):
    columns = ["school", "stage", "year", "value"]
    frame = pd.DataFrame(rows, columns=columns).assign(indicator=MIGRANTS, value_unit="percent")
    return replace(bundle, tables={**bundle.tables, "indicators": frame})


@pytest.mark.parametrize("mark", ["special", "weak; vocational"])
def test_a_special_or_vocational_school_has_no_rule_and_no_clause_and_the_others_keep_theirs(study, mark):
    bundle, model = study
    at = model.layout.schools.index("a")
    plain, other = bounds(bundle, model), bounds(marked(bundle, "a", mark), model)
    assert not any(np.isnan(bound.limit[at]) for bound in plain if bound.code == "G5.primary")
    left = [bound for bound in other if bound.code != "rooms" and not np.isnan(bound.limit[at])]
    assert left == []
    assert not np.isnan(next(bound for bound in other if bound.code == "rooms").limit[at])  # our own check stays
    for bound in other:
        same = next(one for one in plain if one.code == bound.code)
        np.testing.assert_array_equal(np.delete(bound.limit, at), np.delete(same.limit, at))
    clauses = clause_inputs(marked(bundle, "a", mark), model).bounds
    assert clauses
    assert not any(bound.when.schools[at] for bound in clauses)
    assert any(bound.when.schools[at] for bound in clause_inputs(bundle, model).bounds)


def test_other_marks_change_nothing(study):
    bundle, model = study
    assert hosted_of(marked(bundle, "a", "weak;protected"), model) == hosted_of(bundle, model)


@pytest.mark.parametrize(("share", "bound"), [(50.0, 2000.0), (50.1, 2400.0), (None, 2000.0)])
def test_a_school_with_mostly_migrant_children_has_the_wider_bound(study, share, bound):
    bundle, model = study
    schools = bundle.tables["schools"].assign(built=2015.0)
    bundle = replace(bundle, tables={**bundle.tables, "schools": schools})
    given = bundle if share is None else with_migrants(bundle, ("a", "", 2023, share))
    limits = [b.limit[model.layout.schools.index("a")] for b in bounds(given, model) if b.indicator == "school_size"]
    assert [limit for limit in limits if not np.isnan(limit)] == [bound]


def test_the_last_share_up_to_the_base_year_counts_and_a_stage_only_where_it_is_the_whole_school(study):
    bundle, model = study
    rows = (("a", "", 2022, 80.0), ("a", "", 2023, 20.0), ("a", "", 2024, 90.0), ("b", "junior", 2023, 70.0))
    given = with_migrants(bundle, *rows)
    assert migrant_shares(given) == {("a", ""): 0.2, ("b", "junior"): 0.7}
    shares = dict(zip(model.layout.schools, (one.migrant_share for one in hosted_of(given, model)), strict=True))
    assert (shares["a"], shares["b"]) == (0.2, 0.7)


def test_no_rule_is_for_a_school_that_is_not_ordinary(study):
    bundle, _ = study
    assert rules_for_school(bundle.pack, Hosted(("primary",)))
    assert rules_for_school(bundle.pack, Hosted(("primary",), ordinary=False)) == ()
