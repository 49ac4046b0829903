"""What a run folder keeps of projects ranked by oversized schools, of changes between plans, and of quotas."""

from reports.columns import CASE, Column, Shape

EFFECTS = ("relieves", "extends", "none")
"""What a project has to do with oversized schools: it takes zones off one; it only extends one; nothing."""

RANKING = Shape(
    "ranking",
    "ranking.csv",
    (
        *CASE,
        Column("project", "text", "project id", key=True),
        Column("kind", "text", "kind of the project, as in the plan"),
        Column("schools", "text", "schools that lose zones to it, or the oversized one it extends; spaces between"),
        Column("effect", "text", "relieves | extends | none: what it has to do with oversized schools"),
        Column(
            "p_before", "probability", "P(over the size limit in the window), likeliest of `schools`, baseline plan"
        ),
        Column("p_after", "probability", "the same under this whole plan, in the same worlds"),
        Column(
            "over_before", "number", "pupils of `schools` over the limit, mean of each one's worst year, baseline plan"
        ),
        Column("over_after", "number", "the same under this whole plan"),
        Column("cost", "number", "capital cost [10 000 yuan]"),
        Column(
            "per_million", "number", "`over_before` per million yuan where it relieves, else 0; empty without a cost"
        ),
        Column("rank_listed", "whole", "place in the plan's own list: by priority, then as written"),
        Column("rank", "whole", "place by `per_million`, then by `p_before` of those that relieve, then as listed"),
        Column("moves", "whole", "rank_listed - rank: places it would move up (negative: down)"),
    ),
)

PLAN_CHANGES = Shape(
    "plan_changes",
    "plan_changes.csv",
    (
        Column("plan_a", "text", "plan id: the earlier version", key=True),
        Column(
            "plan_b", "text", "plan id: the later version, the next one with projects in the scenario file", key=True
        ),
        Column("project", "text", "project id", key=True),
        Column("change", "text", "added | dropped | moved | edited | same"),
        Column("edited", "text", "what was edited: kind school cost start priority; spaces between"),
        Column("listed_a", "maybe_whole", "place in the list of plan_a; empty if added"),
        Column("listed_b", "maybe_whole", "place in the list of plan_b; empty if dropped"),
        Column("rank_a", "maybe_whole", "place by oversized schools in plan_a, reference future"),
        Column("rank_b", "maybe_whole", "the same in plan_b"),
        Column("cost_a", "number", "capital cost in plan_a [10 000 yuan]"),
        Column("cost_b", "number", "capital cost in plan_b [10 000 yuan]"),
        Column("effect", "text", "relieves | extends | none: what it has to do with oversized schools"),
        Column("over_before", "number", "pupils over the size limit of its schools without a plan, reference future"),
    ),
)

QUOTAS = Shape(
    "quotas",
    "quotas.csv",
    (
        *CASE,
        Column("quota", "text", "quota id", key=True),
        Column("year", "whole", "school year; what is open on its 1 September counts", key=True),
        Column("target", "maybe_whole", "target of the year; empty where none is set"),
        Column("most", "whole", "groups of projects that the plan has for it at all"),
        Column("mean", "number", "schools or projects reached, mean over draws"),
        *(Column(f"p{q}", "number", f"{q} % quantile over draws") for q in (10, 50, 90)),
        Column("p_met", "probability", "probability that the target is met; empty where none is set"),
        Column(
            "short", "number", "schools or projects missing to the target, mean over draws; empty where none is set"
        ),
    ),
)
