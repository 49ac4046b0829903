"""What a programme implies before it runs: its members, what each calls the cases, who sends pupils to whom."""

from pathlib import Path

from scenarios.programme import Programme, load_programme
from scenarios.programme_parts import KINDS, Kind
from schoolplan.implied import Table
from schoolplan.programme_links import exchange


def explain_programme(path: Path | str) -> list[Table]:
    """Tables in reading order. Raises ScenarioError if the programme itself has a mistake."""
    programme = load_programme(Path(path))
    tables = [_basis(programme), _members(programme), *(_cases(programme, kind) for kind in KINDS)]
    return [*tables, _flows(programme)] if programme.file.flows else tables


def _basis(programme: Programme) -> Table:
    file = programme.file
    rows = (
        ("draws", str(file.draws), programme.path.name),
        ("seed", str(file.seed), programme.path.name),
        ("common_share", f"{file.common_share:g}" if len(programme.members) > 1 else "–", programme.path.name),
        ("members_sound", f"{len(programme.sound)} / {len(programme.members)}", programme.path.name),
    )
    return Table("explain.basis", ("value", "in_force", "from"), rows)


def _members(programme: Programme) -> Table:
    rows = []
    for member in programme.members:
        bundle = member.bundle
        errors = sum(problem.severity == "error" for problem in member.problems)
        years = "–" if bundle is None else f"{bundle.study.base_year}-{bundle.study.horizon}"
        state = "sound" if bundle is not None else "broken"
        rows.append((member.id, member.group or "–", member.entry.scenario, years, state, str(errors)))
    return Table(
        "explain.members", ("member", "group", "scenario_file", "simulated", "member_state", "errors"), tuple(rows)
    )


def _cases(programme: Programme, kind: Kind) -> Table:
    cases = programme.futures if kind == "futures" else programme.plans
    rows = tuple((name, member.id, own[member.id]) for name, own in cases.items() for member in programme.sound)
    return Table(f"explain.cases_{kind}", ("rolled_up", "member", "own"), rows)


def _flows(programme: Programme) -> Table:
    links = exchange(programme, {member.id for member in programme.members if member.bundle is None})
    rows = tuple(
        (flow.origin, flow.to, flow.stage, f"{flow.share:g}", "acts" if flow in links.flows else "lost")
        for flow in programme.file.flows
    )
    return Table("explain.member_flows", ("from_member", "to_member", "stage", "flow_share", "member_state"), rows)
