"""Questions to a run: which verdicts to explain, checked against what the run holds."""

from collections.abc import Sequence
from dataclasses import dataclass

from reports.explain import MOST, explanations
from reports.explain_model import Explanation
from reports.i18n import NOTHING
from reports.run_errors import RunError
from reports.run_folder import RunFolder
from reports.view import view

SHOWN = 12
"""Ids told where somebody wrote one that does not exist."""


@dataclass(frozen=True)
class Ask:
    """Ids, empty for any.  plan: default the headline plan.  future: default the one that speaks most against it."""

    school: str = ""
    plan: str = ""
    future: str = ""
    rule: str = ""
    most: int | None = None
    """At most so many; None: all of a school or a clause that is named, else the ten that matter most."""


def answer(run: RunFolder, ask: Ask, lang: str) -> list[Explanation]:
    """Explanations of the verdicts asked for, those that matter most first; all of a school or a clause that is named.

    RunError RUN145 for an id that the run does not know, RUN147 where no verdict fits.
    """
    study, verdicts = run.study, run.tables.verdicts
    _known(run, "--plan", ask.plan, [plan.id for plan in study.plans])
    _known(run, "--future", ask.future, [future.id for future in study.futures])
    _known(run, "--school", ask.school, sorted(run.tables.school_list["school"]))
    _known(run, "--rule", ask.rule, list(dict.fromkeys(verdicts["rule"])))
    seen = view(run, lang)
    plan, future = ask.plan or seen.plan, ask.future or _worst(run, ask.plan, seen.future)
    most = ask.most or (None if ask.school or ask.rule else MOST)
    found = explanations(seen, plan, future, most, school=ask.school, rule=ask.rule)
    if not found:
        wanted = {"school": ask.school or NOTHING, "rule": ask.rule or NOTHING}
        raise RunError("RUN147", run.path, plan=plan, future=future, **wanted)
    return found


def _known(run: RunFolder, option: str, found: str, known: Sequence[str]) -> None:
    if found and found not in known:
        shown = ", ".join(known[:SHOWN]) + (", …" if len(known) > SHOWN else "")
        raise RunError("RUN145", run.path, found=found, option=option, known=shown)


def _worst(run: RunFolder, plan: str, headline: str) -> str:
    """The future that speaks most against a plan: lowest overall probability; without a plan that of the headline."""
    if not plan:
        return headline
    rows = run.tables.verdicts
    rows = rows[(rows["plan"] == plan) & (rows["rule"] == "all") & (rows["scope"] == "county")]
    order = [future.id for future in run.study.futures]
    rows = rows.assign(order=rows["future"].map({key: place for place, key in enumerate(order)}))
    return str(rows.sort_values(["probability", "order"], kind="stable")["future"].iloc[0])
