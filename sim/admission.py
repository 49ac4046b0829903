"""One admission pool: entrants, arrivals and pupils who change school apply, full schools divert, nobody is refused.

1. First graders and pupils who change school apply where those of their home did in the reference world, as far as the
   shares of the home (zone school, choice outside the zone, private, other county; of pupils who change school among
   public schools) are the same: of a school whose share falls from e to e', e' / e of them still do, and the others go
   to the schools whose share rises.  Whom only this case has, and children who moved here, apply by its shares; of the
   former, homes that only show pupils who leave the public schools send theirs to the zone school.
2. Free seats of a school and grade: room in the classes of those who stay, then whole classes in the rooms they leave,
   lowest grade first, at `divert_at` x planned size.
3. Applicants from outside the zone beyond the free seats return to their own zone school, evenly.
4. Steps of single rules (`sim/admission_rules.py`): lots in zones of several schools, the nearest school up to its
   seats.
5. Zone applicants beyond the free seats, last in priority first (by default migrant before local; in a class far
   before near), go to the nearest school of their list with free seats within the travel limit.
6. Who is still beyond stays at the zone school and is counted there (零拒绝), with the reason.
Pupils who stay are never moved (grandfathering).  Tests: tests/sim/test_admission.py.
"""

from dataclasses import dataclass

import numpy as np

from sim.admission_ground import ground_of, luck_of
from sim.admission_rules import RULES
from sim.arrays import BoolArray, CountArray, FloatArray, IntArray
from sim.kernels import Wishes, fill_applications
from sim.kernels_admission import fill_beyond, fill_diverted, fill_placed, fill_returned, fill_totals
from sim.kernels_follow import Choice, fill_choices
from sim.kernels_seats import Asking, Net, fill_slack
from sim.model import PSEUDO_SCHOOLS, Model
from sim.network import Regime
from sim.policy import YearPolicy
from sim.reference_world import ReferenceYear, public_shares
from sim.streams import draw_steps
from sim.variates import Chance
from sim.world import YearWorld


@dataclass(frozen=True)
class Admitted:
    """Pupils on 1 September and what admission had to do."""

    pupils: CountArray  # [draw, slot, cell, grade]
    rolls: CountArray  # [draw, school, grade]
    beyond: CountArray  # [draw, school] newcomers for whom there was no planned seat
    diverted_in: CountArray  # [draw, school] newcomers sent from a full school
    events: CountArray  # [event, 7] who had no seat where, see `sim.kernels_admission`
    zoned: CountArray  # [draw, school, stage, 2] first graders of the stage in their zone; all with homes in the county


@dataclass(frozen=True)
class Regimes:
    """The regimes of a year stacked, with the regime of each draw."""

    index: IntArray  # [draw]
    shares: FloatArray  # [regime, cell, grade, slot]
    home: IntArray  # [regime, cell, grade]
    in_zone: BoolArray  # [regime, cell, grade, slot]
    runs: BoolArray  # [regime, school + pseudo, grade]
    teaches: BoolArray  # [regime, school + pseudo, grade]
    rooms: IntArray  # [regime, school]


NET = ("index", "home", "in_zone", "runs", "rooms")  # of `Regimes`, in the order of `sim.kernels_admission.Net`


def stack(regimes: list[Regime], index: IntArray) -> Regimes:
    """Stack the regimes of a year; index: regime of each draw, [draw]."""
    return Regimes(
        index,
        np.stack([r.shares for r in regimes]),
        np.stack([r.home for r in regimes]),
        np.stack([r.in_zone for r in regimes]),
        np.stack([r.runs for r in regimes]),
        np.stack([r.teaches for r in regimes]),
        np.stack([r.rooms for r in regimes]),
    )


@dataclass(frozen=True)
class Seekers:
    """Who looks for a school, [draw, cell, grade] each."""

    first: CountArray  # first graders, and pupils who change school
    moved_here: CountArray  # with their homes
    members: CountArray | None = None  # from other members of a programme


def apply(
    model: Model, seekers: Seekers, regimes: Regimes, guide: ReferenceYear, world: YearWorld, chance: Chance
) -> CountArray:
    """Applications [draw, slot, cell, grade]."""
    out = np.zeros(guide.placed.shape, dtype=np.int32)
    known = np.minimum(seekers.first, guide.placed.sum(axis=1, dtype=np.int32))
    _as_before(model, known, regimes, guide, world, out)
    more = seekers.first - known
    newcomers, changing = seekers.moved_here.copy(), more.copy()
    newcomers[:, :, 0] += more[:, :, 0]
    changing[:, :, 0] = 0
    _apply(model, _Pool(newcomers, regimes.shares, "admission/choice"), regimes, world, chance, out)
    public = _public(model, regimes)
    _apply(model, _Pool(changing, public, "admission/change"), regimes, world, chance, out)
    if seekers.members is not None:
        _apply(model, _Pool(seekers.members, public, "admission/members"), regimes, world, chance, out)
    return out


def _as_before(
    model: Model, count: CountArray, regimes: Regimes, guide: ReferenceYear, world: YearWorld, out: CountArray
) -> None:
    """Applications of those whom the reference world had, too, added to `out`; count: [draw, cell, grade]."""
    then, now = guide.shares.copy(), regimes.shares.copy()
    then[:, 1:] = public_shares(model, then)[:, 1:]
    now[:, :, 1:] = public_shares(model, now)[:, :, 1:]
    now[_ended(model, regimes)] = -1.0  # nobody goes there again, though their home may have had no share in it
    choice = Choice(
        regimes.index,
        now,
        then,
        np.asarray((now == then).all(axis=3)),
        world.choices("admission/again"),
        draw_steps(world.draws),
        world.grades_of_cells("admission/which"),
        model.rounded,
    )
    fill_choices(count, guide.placed, choice, out)


def _ended(model: Model, regimes: Regimes) -> BoolArray:
    """Schools of the base year that admit to a grade no more, [regime, cell, grade, slot]."""
    schools = len(model.layout.schools)
    today = model.hosts[:schools] & model.exists[:, None]
    gone = np.zeros((len(regimes.runs), schools + len(PSEUDO_SCHOOLS) + 1, model.hosts.shape[1]), dtype=bool)
    gone[:, :schools] = today & ~regimes.runs[:, :schools]
    return (
        gone[:, model.layout.slot_school].transpose(0, 1, 3, 2)
        if gone.any()
        else np.zeros(regimes.shares.shape, dtype=bool)
    )


@dataclass(frozen=True)
class Leavers:
    """Pupils whose school has ended, before anybody applies."""

    before: CountArray  # [draw, slot, cell, grade] pupils a year before
    natural: CountArray  # [draw, cell, grade] who look for a school because theirs has no further grade
    pool: CountArray  # [draw, cell, grade] all who look for one


def feed(model: Model, policy: YearPolicy, regimes: Regimes, leavers: Leavers, world: YearWorld) -> CountArray | None:
    """Applications of leavers at schools that theirs feed [draw, slot, cell, grade], taken from their pool in place.

    None: there are no feeders.
    """
    rules = policy.rules
    acting = [rule for rule in RULES.values() if rule.feed is not None and rules.has(rule.number)]
    if not acting or not (rules.feeds >= 0).any():
        return None
    ground, net = ground_of(model, policy), Net(*(getattr(regimes, name) for name in NET))
    out, u = np.zeros_like(leavers.before), world.grades_of_cells("admission/feeder")
    for rule in acting:
        if rule.feed is not None:
            rule.feed((leavers.before, leavers.natural, leavers.pool), rules.feeds, model.hosts, ground, net, u, out)
    return out


@dataclass(frozen=True)
class _Pool:
    """Children who apply in one way."""

    count: CountArray  # [draw, cell, grade]
    shares: FloatArray  # [regime, cell, grade, slot]
    stream: str


def _public(model: Model, regimes: Regimes) -> FloatArray:
    """Shares without the pseudo-schools; where no public school is left in them, those of the zone, evenly.

    A home whose children all stay on at a nine-year school shows no choice but that of those who leave the county:
    children whom a plan sends to look for a school are not among them.
    """
    out = regimes.shares.copy()
    out[..., model.layout.pseudo] = 0.0
    none = out.sum(axis=3) <= 0.0
    out[none] = regimes.in_zone[none]
    return np.where(out.sum(axis=3, keepdims=True) > 0.0, out, regimes.shares)


def _apply(model: Model, one: _Pool, regimes: Regimes, world: YearWorld, chance: Chance, out: CountArray) -> None:
    """Add the applications of one pool to `out`."""
    layout = model.layout
    # Pseudo-schools and padding (index -1, the last column) have no attractiveness of their own.
    trait = np.hstack([world.trait, np.ones((len(out), len(PSEUDO_SCHOOLS) + 1))])
    keys, steps = world.choices(one.stream), draw_steps(world.draws)
    wishes = Wishes(regimes.index, one.shares, trait, layout.slot_school, layout.pseudo.start, keys, steps)
    fill_applications(one.count, wishes, chance.rounded, out)


def admit(
    model: Model, staying: CountArray, applying: CountArray, regimes: Regimes, world: YearWorld, policy: YearPolicy
) -> Admitted:
    """Place all applicants; staying and applying are [draw, slot, cell, grade], applying is used up."""
    rules = policy.rules
    ground, net = ground_of(model, policy), Net(*(getattr(regimes, name) for name in NET))
    schools, grades = len(model.layout.schools), len(model.grades.names)
    shape = (len(applying), schools, grades)
    stay, want = (np.zeros(shape, dtype=np.int32) for _ in range(2))
    fill_totals(staying, ground.slot_school, stay)
    fill_totals(applying, ground.slot_school, want)
    diverted, over = (np.zeros((len(applying), schools), dtype=np.int32) for _ in range(2))
    left = np.zeros((len(applying), *applying.shape[2:]), dtype=np.int32)
    slack, spare, room = np.empty(shape, dtype=np.int32), np.empty(shape[:2], dtype=np.int32), np.empty(shape, np.int32)
    asking, luck = Asking(applying, stay, want, diverted, left, slack, spare, room), luck_of(world, rules)
    fill_slack(asking, ground, net)
    events = []
    sends = bool(np.isfinite(policy.divert_at))
    if sends:
        fill_returned(asking, ground, net, luck)
        steps = [rule.step for rule in RULES.values() if rules.has(rule.number)]
        events = [step(asking, ground, net, luck) for step in steps if step is not None]
        events.append(fill_diverted(asking, ground, net, luck))
    events.append(fill_beyond(asking, ground, net, luck, not sends, over))
    zoned = np.zeros((len(applying), schools, len(model.grades.stages), 2), dtype=np.int32)
    first = np.array([model.grades.first_of(stage) for stage in range(len(model.grades.stages))], dtype=np.int64)
    fill_placed(staying, applying, ground, net, first, model.layout.unit_of >= 0, zoned)
    return Admitted(applying, stay + want, over, diverted, np.concatenate(events), zoned)
