"""What changed in the files: between two runs of one study, and between a plan and the next one of a run."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import pandas as pd

from reports.run_folder import UNITS, RunFolder
from reports.study_card import PlanCard

COLUMNS = ("run_a", "run_b", "part", "item", "field", "change", "before", "after")
ADDED, REMOVED, CHANGED = "added", "removed", "changed"
_KEYS = ("id", "code", "project", "item")
_PARTS = ("plans", "futures", "rules", "overrides", "milestones", "stages", "sources", "alerts", "prices", "works")
"""Parts of the study card that have a heading of their own; what else it says is a setting."""
_LEFT_OUT = ("data_quality", "calibration", "schema_version", "id")
"""Results and bookkeeping, no inputs."""
Change = tuple[str, str, str]


def file_changes(runs: Sequence[RunFolder]) -> pd.DataFrame:
    """Rows `COLUMNS`: each run against the one named before it, and within a run each plan with projects against the
    next one (`run_a` is `run_b` there).

    part: files (by hash) | settings | plans | futures | rules | ... | zones | schools | units | program.
    item: what in it, parts joined by " / ".  before, after: as text, empty where it is not there.
    """
    rows: list[tuple[str, ...]] = []
    for run in runs:
        plans = [plan for plan in run.study.plans if plan.projects]
        for first, second in pairwise(plans):
            rows += [(run.name, run.name, *one) for one in plan_changes(first, second)]
    for one, other in pairwise(runs):
        rows += [(one.name, other.name, *change) for change in run_changes(one, other)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def plan_changes(first: PlanCard, second: PlanCard) -> Iterator[tuple[str, ...]]:
    """Two plans of a run: projects added, removed and edited, money, triggers, quotas, overrides."""
    cards = [plan.model_dump(by_alias=True, mode="json", exclude={"id", "name", "note"}) for plan in (first, second)]
    pair = f"{first.id} → {second.id}"
    for item, field, change, before, after in _walk(cards[0], cards[1], ()):
        yield "plans", " / ".join(part for part in (pair, item) if part), field, change, before, after


def run_changes(first: RunFolder, second: RunFolder) -> Iterator[tuple[str, ...]]:
    """Two runs of a study: files, study card, zones, schools, units, program."""
    hashes = [dict(run.manifest.get("inputs", {})) for run in (first, second)]
    for name in sorted({*hashes[0], *hashes[1]}):
        if hashes[0].get(name) != hashes[1].get(name):
            yield "files", name, "sha256", *_change(*(str(each.get(name, ""))[:12] for each in hashes))
    cards = [run.study.model_dump(by_alias=True, mode="json", exclude=set(_LEFT_OUT)) for run in (first, second)]
    for part in ("settings", *_PARTS):
        own = [_of_part(card, part) for card in cards]
        for item, field, change, before, after in _walk(own[0], own[1], ()):
            yield part, item, field, change, before, after
    yield from _tables(first, second)
    for name in ("version", "code", "pack", "spread"):
        found = [str(run.manifest.get(name, "")) for run in (first, second)]
        if found[0] != found[1]:
            yield "program", name, "", *_change(*(value[:12] for value in found))


def _of_part(card: Mapping[str, Any], part: str) -> Any:
    if part == "settings":
        return {key: value for key, value in card.items() if key not in _PARTS}
    return card.get(part) or {}


def _change(before: str, after: str) -> Change:
    kind = CHANGED if before and after else ADDED if after else REMOVED
    return kind, before, after


def _walk(before: Any, after: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str, str, str, str]]:
    """Differences of two documents as (item, field, change, before, after); lists of things with an id go by id."""
    before, after = _keyed(before), _keyed(after)
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(key for key in after if key not in before)]:
            inside = (*path, str(key))
            if key not in after or key not in before:
                side = before.get(key, after.get(key))
                yield from _whole(side, inside, ADDED if key in after else REMOVED)
            else:
                yield from _walk(before[key], after[key], inside)
    elif before != after:
        yield " / ".join(path[:-1]), path[-1] if path else "", *_change(_text(before), _text(after))


def _whole(value: Any, path: tuple[str, ...], kind: str) -> Iterator[tuple[str, str, str, str, str]]:
    """Something that stands on one side only."""
    if value in (None, "", [], {}, ()):
        return
    name = value.get("name") if isinstance(value, dict) else None
    said = _text(name if name else value)
    pair = ("", said) if kind == ADDED else (said, "")
    thing = isinstance(value, dict) and bool(name)
    item = " / ".join(path if thing else path[:-1])
    yield item, "" if thing else path[-1], kind, *pair


def _keyed(value: Any) -> Any:
    """A list of things that have an id as a mapping; anything else as it is."""
    if isinstance(value, (list, tuple)) and value and all(isinstance(one, dict) for one in value):
        for key in _KEYS:
            names = [one.get(key) for one in value]
            if all(isinstance(name, str) for name in names) and len(set(names)) == len(names):
                return {one[key]: {k: v for k, v in one.items() if k != key} for one in value}
    return {} if value is None or value == [] or value == () else value


def _text(value: Any) -> str:
    if isinstance(value, dict):
        if set(value) <= {"zh", "en"}:
            return " / ".join(str(value[key]) for key in ("zh", "en") if value.get(key))
        return ", ".join(f"{key}: {_text(one)}" for key, one in value.items() if one not in (None, "", [], {}))
    if isinstance(value, (list, tuple)):
        return ", ".join(_text(one) for one in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _tables(first: RunFolder, second: RunFolder) -> Iterator[tuple[str, ...]]:
    """Schools and zones row by row, the layer of units as a whole."""
    schools = [run.tables.school_list.set_index("school") for run in (first, second)]
    for school in sorted({*schools[0].index, *schools[1].index}):
        for field in schools[0].columns:
            found = [str(one.loc[school, field]) if school in one.index else "" for one in schools]
            if found[0] != found[1]:
                yield "schools", str(school), field, *_change(*found)
    keys = ["plan", "stage", "unit", "school", "from_year", "with_project"]
    zones = [{tuple(map(str, row)) for row in run.tables.zone_list[keys].to_numpy()} for run in (first, second)]
    for kind, rows in ((REMOVED, zones[0] - zones[1]), (ADDED, zones[1] - zones[0])):
        for plan, stage, unit, school, year, project in sorted(rows):
            said = f"{school} ({', '.join(part for part in (year, project) if part)})"
            pair = ("", said) if kind == ADDED else (said, "")
            yield "zones", f"{plan} / {stage} / {unit}", "school", kind, *pair
    marks = [hashlib.sha256((run.path / UNITS).read_bytes()).hexdigest()[:12] for run in (first, second)]
    if marks[0] != marks[1]:
        yield "units", UNITS, "sha256", *_change(*marks)
