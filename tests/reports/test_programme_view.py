"""Which plan of a programme its report puts in front."""

from typing import Any

import pandas as pd
import pytest

from reports.i18n import Labels
from reports.programme_view import ProgrammeView, headline

PLANS = ("nothing", "first", "second")


def view(*figures: tuple[float, int, int]) -> ProgrammeView:
    """figures: chance, schools and pupils over of each plan in the worse of two futures; all is well in the other."""
    rows: list[dict[str, Any]] = [
        {"scope": "programme", "rule": "all", "entity": "city", "future": future, "plan": plan, "verdict": "fails",
         "probability": chance if future == "b" else max(chance, 0.4), "schools_over_p90": schools,
         "pupils_over_p90": pupils, "members_over_p90": 1}
        for plan, (chance, schools, pupils) in zip(PLANS, figures, strict=True) for future in ("a", "b")
    ]  # fmt: skip
    one = [{"id": plan, "name": {"zh": plan, "en": plan}} for plan in PLANS]
    card = {
        "id": "city", "plans": one, "groups": {}, "futures": [{"id": f, "name": {"zh": f, "en": f}} for f in "ab"],
        "p_required": 0.9, "levels": {"member": {"zh": "县", "en": "county"}},
    }  # fmt: skip
    return ProgrammeView(card, {"verdicts": pd.DataFrame(rows)}, Labels("en"))


@pytest.mark.parametrize(
    ("figures", "front"),
    [
        (((0.1, 5, 50), (0.6, 9, 90), (0.5, 1, 10)), "first"),  # chance first
        (((0.0, 13, 500), (0.0, 10, 400), (0.0, 6, 450)), "second"),  # then schools
        (((0.0, 6, 500), (0.0, 6, 400), (0.0, 6, 450)), "first"),  # then pupils
        (((0.0, 6, 400), (0.0, 6, 400), (0.0, 6, 400)), "nothing"),  # then the order of the file
    ],
)
def test_the_plan_in_front_is_the_best_one_also_where_none_holds(
    figures: tuple[tuple[float, int, int], ...], front: str
) -> None:
    found = view(*figures)
    assert found.plan == front
    assert front in headline(found)
