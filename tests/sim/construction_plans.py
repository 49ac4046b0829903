"""Random plans in which everything is short and everything happens, for the properties of the construction calendar."""

from hypothesis import strategies as st

from sim.project_terms import After, Approval, Break, Fund, Land, Points, Progress, Risk
from sim.projects import BuildPlan, ProjectSpec

STAGES = ("land", "design", "construction", "acceptance")
LENGTHS = st.integers(0, 9)
QUOTA = st.sampled_from([0.0, 15.0, 30.5, 60.0])
FUNDING = [{}, {"county": 1.0}, {"county": 0.3, "budget": 0.7}, {"upper": 0.5, "county": 0.5}]


def _ordered(lengths):
    return tuple(sorted(lengths))


def points():
    """Durations in whole months on purpose: events then meet at the same instant all the time."""
    return st.lists(LENGTHS, min_size=3, max_size=3).map(_ordered)


def durations():
    """Three points, or observed months."""
    return st.one_of(points(), st.lists(LENGTHS, min_size=1, max_size=4).map(lambda found: Points(_ordered(found))))


@st.composite
def approvals(draw):
    until = draw(st.integers(1, 3))
    return Approval(STAGES[draw(st.integers(0, until - 1))], draw(st.integers(1, 6)), STAGES[until])


@st.composite
def risks(draw, name):
    at = draw(st.integers(0, 3))
    repeats = draw(st.lists(st.sampled_from(STAGES[: at + 1]), max_size=2, unique=True))
    chance, cost = draw(st.sampled_from([0.0, 0.4, 1.0])), draw(st.sampled_from([0.0, 0.1]))
    stops = draw(st.integers(0, 3)) == 3
    return Risk(name, STAGES[at], chance, draw(points()), cost, tuple(repeats), stops)


@st.composite
def progresses(draw):
    done = draw(st.integers(0, 4))
    dates = sorted(draw(st.lists(st.integers(-15, 0), min_size=done + 1, max_size=done + 1)))
    under_way = (STAGES[done], dates[-1]) if done < 4 and draw(st.booleans()) else None
    facts = dict(zip(STAGES[:done], dates[:-1], strict=True))
    return Progress(facts, under_way, draw(st.sampled_from([0.0, 12.5, 90.0])), draw(st.integers(0, 9)) == 9)


@st.composite
def rich_projects(draw, name, earlier, triggered, quota=False):
    cost = draw(st.sampled_from([0.0, 10.0, 33.3333, 40.0, 90.0]))
    shares = draw(st.sampled_from([{"land": 1.0}, {"design": 0.25, "construction": 0.75}, {"acceptance": 1.0}]))
    before = draw(st.lists(st.sampled_from(earlier), max_size=2, unique=True)) if earlier else []
    return ProjectSpec(
        name, "extension", draw(st.sampled_from([0, -6, 2, 9])), cost, draw(st.integers(1, 2)),
        {stage: draw(durations()) for stage in STAGES} | {"construction": (4, 8, 8 + draw(LENGTHS))},
        draw(st.integers(0, 3)) > 0, shares,
        approvals=tuple(draw(st.lists(approvals(), max_size=2))),
        risks=tuple(draw(risks(f"r{i}")) for i in range(draw(st.integers(0, 2)))),
        after=tuple(After(one, draw(st.sampled_from(STAGES))) for one in before),
        funding=draw(st.sampled_from(FUNDING)),
        desks=draw(st.sampled_from([{}, {"design": "review"}, {"construction": "review", "land": "site"}])),
        progress=None if triggered else draw(st.one_of(st.none(), progresses())),
        triggered=triggered,
        land=draw(st.one_of(st.none(), lands(quota))) if quota is not None else None,
    )  # fmt: skip


@st.composite
def lands(draw, quota):
    month = draw(st.sampled_from([float("-inf"), -3.0, 5.0, 17.0, 29.0]))
    return Land("land", month, draw(st.sampled_from([0.0, 15.0, 15.5, 40.0])) if quota else 0.0)


def _amounts():
    return st.dictionaries(st.integers(2021, 2030), st.sampled_from([500.0, 0.0, 40.5, 90.0]), max_size=8)


@st.composite
def rich_plans(draw):
    """Land that comes late or is rationed, several sources, desks, seasons, and projects that wait for one another."""
    kept = st.sampled_from(["all", "none", 0.5])
    funds = {name: Fund(draw(_amounts()), draw(kept)) for name in ("county", "upper")}
    pace = st.sampled_from([0.0, 0.5])
    breaks = tuple(
        Break(draw(st.sampled_from([("construction",), ("land", "acceptance")])), months, draw(pace))
        for months in draw(st.lists(st.sampled_from([(12, 1, 2), (6, 7)]), max_size=2))
    )
    projects, ration = (
        [],
        draw(st.one_of(st.none(), st.builds(Fund, st.dictionaries(st.integers(2021, 2030), QUOTA), kept))),
    )
    short = draw(st.sampled_from([None, ration is not None]))
    for i in range(draw(st.integers(3, 6))):
        others, waits = [one.id for one in projects], draw(st.integers(0, 4)) == 4
        projects.append(draw(rich_projects(f"p{i}", others, waits, short)))
    budget = draw(_amounts()) or {2024: 30.0}
    desks = {"review": 1, "site": 2}
    return BuildPlan(tuple(draw(st.permutations(projects))), budget, funds, desks, breaks, ration)
