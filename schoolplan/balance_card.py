"""Cards of clauses that a run judges beside the headline: coefficients, the school rule, imported facts, targets."""

from collections.abc import Sequence

from scenarios.deciding_words import target_rule
from scenarios.pack_rules import named
from scenarios.schema_balance import StandardTarget
from scenarios.schema_clause import Clause
from schoolplan.prepare import Prepared
from sim.balance_inputs import balance_inputs
from sim.imported import imported_of
from sim.ladders import whole

TARGET = {
    "all": {"zh": "标准化学校比例不低于{share}", "en": "At least {share} of all schools are standard ones"},
    "public": {
        "zh": "公办标准化学校比例不低于{share}",
        "en": "At least {share} of public schools are standard schools",
    },
    "private": {
        "zh": "民办标准化学校比例不低于{share}",
        "en": "At least {share} of private schools are standard schools",
    },
}


def judged_clauses(prepared: Prepared) -> list[Clause]:
    """Clauses whose verdicts come from imported or several indicators, in the order of the pack."""
    model = whole(prepared.model)
    inputs = balance_inputs(prepared.bundle, model)
    codes = {bound.code for bound in (*inputs.coefficients, *inputs.met, *inputs.rest)}
    if imported_of(prepared.bundle, model).there:
        codes |= {bound.code for bound in inputs.imported} | {bound.code for bound in inputs.county}
    return [clause for clause in prepared.bundle.pack.clauses if clause.code in codes]


def target_cards(prepared: Prepared) -> list[dict[str, object]]:
    """Targets of standard schools as cards of rules."""
    bundle = prepared.bundle
    own = bundle.study.standard_targets
    targets: Sequence[StandardTarget] = (own if own is not None else bundle.pack.standard_targets) or ()
    if bundle.pack.standard_school is None:
        return []
    return [
        {
            "code": target_rule(one.ownership, one.year),
            "clause": {lang: text.format(share=f"{one.share:.0%}") for lang, text in TARGET[one.ownership].items()},
            "indicator": "standard_share",
            "scope": "county",
            "bound": one.share,
            "unit": "share",
            "source": {"zh": one.source.zh, "en": one.source.en},
            "direction": "at_least",
            "decides": named(target_rule(one.ownership, one.year), bundle.scenario.tests.decides),
        }
        for one in targets
    ]
