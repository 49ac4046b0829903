"""What a plan changes: which schools are open, with how many rooms, and which zone a home belongs to.

A plan acts only through projects that have opened and zone changes that are in force.  Draws in which the same projects
are open share one `Regime`, so a year needs few of them whatever the number of draws.

Zone of a home: the change that took effect last (in one year: the later in the file), else the zone of the base year;
the share of a school that has closed goes to its receivers.  A new school that opens with its entry grades runs grade g
of a stage g - first grade of that stage years after its opening.  Grades by year: `sim/network_grades.py`; zones by
year: `sim/network_zones.py`.  Tests: tests/sim/test_network.py.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple, TypedDict

import numpy as np

from scenarios.bundle import Bundle
from scenarios.schema_plan import PlanFile, Project, ZoneChange
from sim.admission_zones import ruled_zones, with_fed
from sim.arrays import BoolArray, FloatArray, IntArray
from sim.measures import measures_of, temporary_in
from sim.migrants import with_private_odds
from sim.model import NEVER, PSEUDO_SCHOOLS, Layout, Model
from sim.network_across import across_of, move_rooms
from sim.network_grades import taught
from sim.network_plan import PlanNetwork as PlanNetwork
from sim.network_plan import PlanProject as PlanProject
from sim.network_plan import ZoneEdit as ZoneEdit
from sim.network_zones import zones_in_force
from sim.tables import grades_of, ladder_order, rooms_of_ladder, school_table, span_of

_OTHER_COUNTY = PSEUDO_SCHOOLS.index("~other_county")


@dataclass(frozen=True)
class Regime:
    """The network in one year for one set of open projects."""

    runs: BoolArray  # [school + pseudo, grade] the school is open and admits to the grade this year
    teaches: BoolArray  # [school + pseudo, grade] it admits to the grade, or some stay there until they leave
    rooms: IntArray  # [school]
    shares: FloatArray  # [cell, grade, slot] where newcomers apply, rows sum to 1 (or 0 for cells without children)
    home: IntArray  # [cell, grade] slot of the main zone school, -1 where none
    in_zone: BoolArray  # [cell, grade, slot] zone school of the cell


def plan_network(bundle: Bundle, plan: PlanFile, layout: Layout, stages: tuple[str, ...]) -> PlanNetwork:
    """Indices of a checked plan; closures hand the zones of a school to its receivers, after all other changes."""
    school = {s: i for i, s in enumerate(layout.schools)}
    unit = {u: i for i, u in enumerate(layout.units)}
    divided, hosts = _rooms_of(bundle, plan), school_table(bundle, grades_of(bundle)).hosts
    project_index = {p.id: i for i, p in enumerate(plan.projects)}
    projects: list[PlanProject] = []
    edits: list[ZoneEdit] = []
    closures: list[ZoneEdit] = []
    everywhere = np.arange(len(layout.cells) - 1)
    for i, project in enumerate(plan.projects):
        name = project.new.school if project.new is not None else str(project.school)
        effect = _effect(bundle, project, school[name], divided, hosts[school[name]])
        projects.append(effect)
        if effect.ends is not None:
            targets = np.array([school[s] for s in _heirs(project)], dtype=np.int64)
            ending = np.flatnonzero(
                [effect.ends[grades_of(bundle).stage_of == stage].any() for stage in range(len(stages))]
            )
            closures.extend(
                ZoneEdit(int(stage), everywhere, targets, i, 0, effect.school, _parts(project)) for stage in ending
            )
    for edit in (one for one in plan.zones if one.stage in stages):
        cells = np.flatnonzero(np.isin(layout.unit_of, [unit[u] for u in edit.units]))
        waits = project_index[edit.with_project] if edit.with_project is not None else -1
        targets = np.array([school[s] for s in edit.schools])
        edits.append(ZoneEdit(stages.index(edit.stage), cells, targets, waits, edit.from_year or 0, **_siblings(edit)))
    temporary = measures_of(bundle, plan, layout.schools, divided)
    return PlanNetwork(plan.id, tuple(projects), (*edits, *closures), temporary=temporary)


def _effect(
    bundle: Bundle, project: Project, school: int, divided: Callable[[str, int], int], hosted: BoolArray
) -> PlanProject:
    """What a project does to its school; hosted: the span of the school in the base year, [grade]."""
    new, adds, becomes = project.new, project.adds, project.becomes
    if new is not None:
        every = new.opening == "all_grades"
        rooms = divided(new.school, new.rooms)
        return PlanProject(project.id, project.kind, school, rooms, every, new.fill, new.transfer_share)
    rooms = divided(str(project.school), adds.rooms) if adds is not None else 0
    both = adds.rooms if adds is not None else 0
    stay = project.transition_years
    effect = PlanProject(project.id, project.kind, school, rooms, False, stay_years=stay, whole_rooms=both)
    if project.until is not None:
        return replace(effect, until=project.until)
    if project.kind == "closure":
        return replace(effect, ends=hosted)
    if becomes is None:
        return effect
    span = span_of(bundle, becomes.first_grade, becomes.last_grade, grades_of(bundle))
    ends, gains = hosted & ~span, span & ~hosted
    return replace(
        effect,
        all_grades=becomes.opening == "all_grades",
        ends=ends if ends.any() else None,
        gains=gains if gains.any() else None,
        across=across_of(bundle, project),
    )


def _heirs(project: Project) -> tuple[str, ...]:
    """Schools that take over from a closure or conversion; none: the nearest."""
    receivers = () if project.to_nearest else project.receivers
    return (*receivers, *(() if project.leak is None else project.leak.schools))


def _parts(project: Project) -> FloatArray | None:
    """Parts of what a closure hands on, by school of `_heirs`; None: equal ones."""
    leak, receivers = project.leak, project.receivers
    if leak is None:
        return None
    there = [leak.share / len(leak.schools)] * len(leak.schools)
    return np.array([*([(1.0 - leak.share) / len(receivers)] * len(receivers)), *there])


class _Siblings(TypedDict, total=False):
    siblings: float
    siblings_years: int


def _siblings(edit: ZoneChange) -> _Siblings:
    one = edit.siblings
    return {} if one is None else {"siblings": one.share, "siblings_years": one.years}


def _rooms_of(bundle: Bundle, plan: PlanFile) -> Callable[[str, int], int]:
    """How many of the rooms that a project adds to a school serve the ladder of the bundle."""
    grades, order = grades_of(bundle), ladder_order(bundle)
    table = bundle.tables["schools"]
    spans = {
        str(school): (order[str(first)], order[str(last)])
        for school, first, last in zip(table["school"], table["first_grade"], table["last_grade"], strict=True)
    }
    for project in plan.projects:
        if project.new is not None:
            span = (order[project.new.first_grade], order[project.new.last_grade])
            spans.setdefault(project.new.school, span)
    return lambda school, rooms: rooms_of_ladder(rooms, spans[school], order, grades) if school in spans else rooms


class Leaning(NamedTuple):
    """What a future changes about where newcomers apply; factors on odds, 1 in the reference world."""

    pull: float = 1.0  # on attending a public school outside the zone
    private: float = 1.0  # of migrant children, on private against public schools


Book = dict[tuple[str, int, bytes, Leaning], Regime]
"""Regimes already worked out: the same in every future and, once nothing changes any more, in every year."""


def regimes(
    model: Model, network: PlanNetwork, opening: IntArray, year: int, leaning: Leaning, book: Book
) -> tuple[list[Regime], IntArray]:
    """The regimes of a year and which one each draw is in; opening: opening years [draw, project]."""
    sets, index = project_sets(network, opening, year)
    found = []
    for row in sets:
        key = (network.plan, min(year, settled(model, network, row)), row.tobytes(), leaning)
        if key not in book:
            book[key] = _regime(model, network, row.reshape(-1), year, leaning)
        found.append(book[key])
    return found, index


def project_sets(network: PlanNetwork, opening: IntArray, year: int) -> tuple[IntArray, IntArray]:
    """Sets of projects that are open in a year [set, project], and which one each draw has [draw].

    A set holds years of opening, NEVER while a project is not open, 0 where its year does not matter.
    opening: [draw, project].
    """
    if opening.shape[1] == 0:
        return opening[:1], np.zeros(len(opening), dtype=np.int64)
    # Only where it matters does the year of opening tell two draws apart.
    state = np.where(opening <= year, np.where(_timed(network), opening, 0), NEVER)
    sets, index = np.unique(state, axis=0, return_inverse=True)
    return sets, index.reshape(-1)


def reference_regime(model: Model) -> Regime:
    """The network of the base year: no project, nobody pulled to town or to public schools beyond the record."""
    nothing = PlanNetwork("~reference", (), ())
    found, _ = regimes(model, nothing, np.zeros((1, 0), dtype=np.int64), model.base_year, Leaning(), {})
    return found[0]


def settled(model: Model, network: PlanNetwork, since: IntArray) -> int:
    """First year from which these projects and dated zone changes change nothing any more; since: [project]."""
    dated = [edit.from_year + edit.siblings_years for edit in network.edits if edit.project < 0]
    crossing = [len(p.across.grades) for p in network.projects if p.across is not None]
    fills = [len(p.fill) for p in network.projects]
    longest = max([len(model.grades.names), *fills, *_followers(network), *crossing])
    growing = [int(start) + longest for start in since if 0 < start != NEVER]
    dated += [year for one in network.temporary for year in (one.first, one.last + 1)]
    dated += [project.until + 1 for project in network.projects if project.until != NEVER]
    return max([*dated, *growing, 0])


def _followers(network: PlanNetwork) -> list[int]:
    """Years for which siblings may follow, of every zone change."""
    return [edit.siblings_years for edit in network.edits]


def _timed(network: PlanNetwork) -> BoolArray:
    """Projects whose year of opening matters later: schools that grow, zones changed more than once, [project]."""
    out = np.array([project.timed for project in network.projects], dtype=bool)
    changes = [edit for edit in network.edits if edit.closed < 0]
    for edit in changes:
        if edit.project >= 0 and edit.siblings_years:
            out[edit.project] = True
        others = [other for other in changes if other is not edit and other.stage == edit.stage]
        if edit.project >= 0 and any(np.isin(edit.cells, other.cells).any() for other in others):
            out[edit.project] = True
    return out


def _regime(model: Model, network: PlanNetwork, since: IntArray, year: int, leaning: Leaning) -> Regime:
    """since: year of opening of each project (0 where it does not matter), NEVER while it is not open, [project]."""
    rooms = np.where(model.exists, model.rooms, 0)
    is_open = np.append(model.exists, np.ones(len(PSEUDO_SCHOOLS), dtype=bool))
    done = [(project, int(start)) for project, start in zip(network.projects, since, strict=True) if start != NEVER]
    for project, _ in done:
        rooms[project.school] += project.rooms if year <= project.until else 0
        is_open[project.school] |= project.kind == "new_school"
    admits, teaches = taught(model, done, year)
    for project, _ in done:
        is_open[project.school] &= project.kind != "closure" or bool(teaches[project.school].any())
    rooms[~is_open[: len(rooms)]] = 0
    move_rooms(rooms, done, year)
    zone = ruled_zones(model, network.policy, zones_in_force(model, network, since, year, admits), admits)
    found = _with_shares(model, zone, _Grades(admits, teaches), rooms, leaning)
    found = replace(found, in_zone=with_fed(model, network.policy, found.in_zone, admits))
    if not network.temporary:
        return found
    more = np.where(is_open[: len(rooms)], temporary_in(network.temporary, year, len(rooms)), 0)
    return replace(found, rooms=rooms + more)


class _Grades(NamedTuple):
    """Grades of the schools this year, [school + pseudo, grade] each; see `Regime`."""

    runs: BoolArray
    teaches: BoolArray


def _with_shares(model: Model, zone: FloatArray, schools: _Grades, rooms: IntArray, leaning: Leaning) -> Regime:
    runs = schools.runs
    layout, grades, attend = model.layout, model.grades, model.attendance
    cells, slots = layout.slot_school.shape
    shares = np.zeros((cells, len(grades.names), slots))
    in_zone = np.zeros(shares.shape, dtype=bool)
    home = np.full((cells, len(grades.names)), -1)
    for g, stage in enumerate(grades.stage_of):
        split, usable = usable_split(model, zone[:, g], runs, g)
        total = split.sum(axis=1, keepdims=True)
        split = np.divide(split, total, out=np.zeros_like(split), where=total > 0.0)
        in_zone[:, g] = split > 0.0
        home[:, g] = np.where(split.any(axis=1), split.argmax(axis=1), -1)
        away = attend.away[:, :, stage]
        away = with_private_odds(away, model, leaning.private) if leaning.private != 1.0 else away
        if attend.free is not None and attend.free[stage]:
            away = _by_rooms(model, away, rooms, g)
        shares[:, g] = _grade_shares(layout, split, away, usable, leaning.pull)
    # A home that no school serves sends its children to another county: nobody is lost.
    shares[..., layout.pseudo][shares.sum(axis=2) <= 0.0, _OTHER_COUNTY] = 1.0
    return Regime(runs, schools.teaches, rooms, shares, home, in_zone)


def usable_split(model: Model, zone: FloatArray, runs: BoolArray, grade: int) -> tuple[FloatArray, FloatArray]:
    """The zone of a grade at schools that admit to it, not scaled, and 1 where the school of a slot does, [cell, slot].

    zone: [cell, slot] of the grade.  runs: [school + pseudo, grade].  Homes without such a school have the nearest.
    """
    usable = np.append(runs[:, grade], False)[model.layout.slot_school].astype(float)
    split = zone * usable
    for near in model.attendance.near[:, grade].T:
        lonely = np.flatnonzero((split.sum(axis=1) <= 0.0) & (near >= 0))
        split[lonely, near[lonely]] = usable[lonely, near[lonely]]
    return split, usable


def _by_rooms(model: Model, away: FloatArray, rooms: IntArray, grade: int) -> FloatArray:
    """Shares [cell, slot] of a stage without zones as rooms change: of a school with twice its rooms twice as much.

    A school that opens takes the share its rooms have in the rooms of the base year.
    """
    slots, then = model.layout.slot_school, np.where(model.exists, model.rooms, 0)
    of_stage = model.hosts[: len(rooms), grade]
    old = np.where(then > 0, rooms / np.maximum(then, 1), 1.0)
    new = np.where(of_stage & (then == 0), rooms / max(int(then[of_stage].sum()), 1), 0.0)
    real = (slots >= 0) & (slots < len(rooms))
    index = np.where(real, slots, 0)
    whole = away.sum(axis=1, keepdims=True)
    return np.where(real, away * old[index] + new[index] * whole, away)


def _grade_shares(layout: Layout, split: FloatArray, away: FloatArray, usable: FloatArray, pull: float) -> FloatArray:
    """Zone share plus shares away from it; what cannot be used returns to the zone, or scales up without one."""
    real = away.copy()
    real[:, layout.pseudo] = 0.0
    public, pseudo = (real * usable), away - real
    all_away = real.sum(axis=1, keepdims=True)
    rest = np.clip(1.0 - pseudo.sum(axis=1, keepdims=True), 0.0, 1.0)
    # `pull` multiplies the odds of attending outside the zone among those who stay in public schools of the county.
    odds = np.divide(all_away, rest - all_away, out=np.zeros_like(rest), where=rest - all_away > 1e-12) * pull
    # A home without a zone school (or without a choice) keeps its shares: there is no odds to multiply.
    target = np.where(rest - all_away > 1e-12, rest * odds / (1.0 + odds), all_away)
    factor = np.divide(target, all_away, out=np.ones_like(rest), where=all_away > 0.0)
    public = public * factor
    inside = np.clip(rest - public.sum(axis=1, keepdims=True), 0.0, 1.0)
    out = split * inside + public + pseudo
    total = out.sum(axis=1, keepdims=True)
    shares: FloatArray = np.divide(out, total, out=np.zeros_like(out), where=total > 0.0)
    return shares
