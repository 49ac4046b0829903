"""Reads the shipped running costs (`packs/money-defaults.yaml`) and lays those of a study over them."""

from functools import lru_cache
from pathlib import Path

from scenarios.problems import ScenarioError
from scenarios.schema_money import Money, MoneyDefaults, MoneyValues
from scenarios.yaml_source import read_yaml

DEFAULTS_FILE = Path(__file__).parent / "packs" / "money-defaults.yaml"


@lru_cache(maxsize=1)
def load_money() -> MoneyDefaults:
    """The shipped defaults, checked; read once. Raises ScenarioError."""
    source, problems = read_yaml(DEFAULTS_FILE, DEFAULTS_FILE.name)
    if source is None or problems:
        raise ScenarioError(problems)
    return MoneyDefaults.model_validate(source.data)


def money_of(own: Money | None) -> MoneyValues | None:
    """The shipped values with those of a study in their place; None for a study without the section."""
    if own is None:
        return None
    given, shipped = own.operating, load_money()

    def chosen(value: float | None, default: float) -> float:
        return default if value is None else value

    return MoneyValues(
        school=chosen(given.school, shipped.school.value),
        class_=chosen(given.class_, shipped.class_.value),
        post=chosen(given.post, shipped.post.value),
        pupil={**shipped.pupil.value, **given.pupil},
        boarder=chosen(given.boarder, shipped.boarder.value),
        small_school=shipped.small_school.value,
        discount_rate=chosen(own.discount_rate, shipped.discount_rate.value),
        life_years=shipped.life_years.value if own.life_years is None else own.life_years,
        budget=dict(own.education_budget),
        prices=own.prices,
        bus_km=None if given.bus_km is None else given.bus_km.value,
    )
