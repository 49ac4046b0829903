"""Overrides on the study card: what the scenario, a future and a plan set, by name, and where it stands."""

from scenarios.bundle import Bundle
from scenarios.overrides import Setting
from scenarios.schema_errors import show


def overrides_card(bundle: Bundle, key: str) -> list[dict[str, object]]:
    """Overrides of `scenario`, `future:ID` or `plan:ID` in order, with those of the files that it extends."""
    if bundle.in_force is None:
        return []
    settings = bundle.in_force.named.get(key, ())
    return [
        {
            "name": {"zh": override.name.zh, "en": override.name.en},
            "set": {one.text: _value(one) for one in settings if one.override is override},
            "from": override.from_year,
            "where": [*override.townships, *override.schools],
            "source": {} if override.source is None else {"zh": override.source.zh, "en": override.source.en},
            "place": next(one.source.place(*one.where[:2]) for one in settings if one.override is override),
        }
        for override in bundle.in_force.overrides(key)
    ]


def _value(one: Setting) -> str:
    value = one.override.set[one.text]
    if isinstance(value, dict):
        return ", ".join(f"{key}: {show(part)}" for key, part in value.items())
    return show(value)
