"""What every chart shows of a run: sheets to be drawn, each with a key; nothing where the run has nothing to say."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from reports import pictures, pictures_breach, pictures_plans, works_view
from reports.album import Album, Task
from reports.figures_setting import Case
from reports.pictures import Switch
from reports.view import View

Sheet = tuple[str, Task]
"""Key of a sheet within its chart, and how it is drawn."""
Collect = Callable[[View], list[Sheet]]


def _key(task: Task) -> str:
    """School, plan and future of a sheet, as far as it is about one of them."""
    options = task.options
    parts = [str(options["school"])] if "school" in options else []
    case = options.get("case")
    if isinstance(case, Case):
        parts += [case.plan, case.future]
    return "-".join(parts)


def _sheets(album: Album) -> list[Sheet]:
    """Sheets of an album; a number tells apart those with one key."""
    keys = [_key(task) for task in album.tasks]
    seen: dict[str, int] = {}
    found = []
    for key, task in zip(keys, album.tasks, strict=True):
        seen[key] = seen.get(key, 0) + 1
        number = str(seen[key]) if keys.count(key) > 1 else ""
        found.append(("-".join(part for part in (key, number) if part), task))
    return found


def _of(ask: Callable[[View, Album], Switch | int | None]) -> Collect:
    """Every picture that a function of the report asks for, in its order."""

    def collect(seen: View) -> list[Sheet]:
        album = Album()
        ask(seen, album)
        return _sheets(album)

    return collect


def _of_schools(ask: Callable[[View, Album, str, str], int]) -> Collect:
    """A sheet for each school that decides, in the future of its likeliest breach."""

    def collect(seen: View) -> list[Sheet]:
        album = Album()
        for breach in seen.deciding:
            ask(seen, album, breach.school, breach.future)
        return _sheets(album)

    return collect


COLLECT: Mapping[str, Collect] = MappingProxyType(
    {
        "demand": _of(pictures.demand),
        "fan": _of_schools(pictures.fan),
        "classes": _of_schools(pictures.classes),
        "heat": _of(pictures.heat),
        "first": _of(pictures_breach.first),
        "ridge": _of(pictures_breach.ridge),
        "seats": _of(pictures.seats),
        "openings": _of(pictures.timelines),
        "gantt": _of(works_view.calendar),
        "cash": _of(pictures.cash),
        "frontier": _of(pictures_plans.plan_frontier),
        "regret": _of(pictures_plans.regret),
    }
)
"""Name of a chart -> its sheets, in the order of the questions of a report."""
