"""The tables of a programme's folder: what its members add up to, and their schools and projects side by side."""

from types import MappingProxyType

from reports.columns import Column, Shape
from reports.shapes_ranking import QUOTAS, RANKING
from reports.table_shapes import SHAPES

_COUNTED = (
    Column("members", "whole", "members that are added up"),
    Column("missing", "whole", "members that are missing because they could not run; 0 = complete"),
)
_TIDY = SHAPES["county"].columns
_NUMBERS = tuple(column for column in _TIDY if column.name in ("mean", "p05", "p10", "p25", "p50", "p75", "p90", "p95"))
_VERDICTS = SHAPES["verdicts"].columns

RISK_LIST = Shape(
    "risks",
    "risks.csv",
    (
        *_VERDICTS[:2],
        Column("scope", "text", "member | school | zone; ranked apart", key=True),
        Column("member", "text", "member id", key=True),
        Column("entity", "text", "member, school or zone (schools joined by +)", key=True),
        Column("rule", "text", "clause that decides; `all` for a member; of a zone that of its warning", key=True),
        Column("stage", "text", "stage id, or `all`", key=True),
        Column("name_zh", "text", "Chinese name"),
        Column("name_en", "text", "English name"),
        Column("verdict", "text", "verdict; of a zone the level of its warning"),
        Column("chance", "probability", "chance of a breach in the window; of a zone, of a warning in its worst year"),
        Column("first_year", "maybe_whole", "first school year in which it is likelier than the scenario allows"),
        Column("worst_year", "maybe_whole", "school year in which it is worst"),
        Column("pupils", "number", "pupils over in the worst year, mean over all draws; of a zone children beyond its "
               "entry places, of the means"),
        Column("calibrated", "whole", "1: the member's intervals were tried on its own history"),
        Column("unverified", "text", "codes of clauses from memory on which it rests"),
        Column("fix", "text", "needs: adding what is missing; plan: what another plan does; empty: no fix is known"),
        Column("fix_what", "text", "kind of stock, or projects of the plan; spaces between"),
        Column("fix_amount", "number", "how much of the stock, or how many projects"),
        Column("fix_plan", "text", "plan of the member under which it holds"),
        Column("fix_cost", "number", "cost of the fix [10 000 yuan]; empty where no unit cost is known"),
        Column("rank", "whole", "place in its case and scope over all members: by pupils, chance, first year"),
    ),
)  # fmt: skip
"""Table of `reports.programme_risks.risk_rows`."""
PROGRAMME_SHAPES = MappingProxyType(
    {
        shape.name: shape
        for shape in (
            Shape(
                "county",
                "county.parquet",
                (Column("level", "text", "whole | group | member", key=True), *_TIDY, *_COUNTED),
            ),
            Shape(
                "verdicts",
                "verdicts.csv",
                (
                    *_VERDICTS,
                    Column("members_over_p90", "number", "in 9 of 10 worlds at most so many members have a breach"),
                    *_COUNTED,
                ),
            ),
            Shape(
                "oversized",
                "oversized.csv",
                (
                    *_VERDICTS[:2],
                    Column("member", "text", "member id", key=True),
                    Column("school", "text", "school id in its study", key=True),
                    Column("rule", "text", "clause of school size", key=True),
                    Column("name_zh", "text", "Chinese name"),
                    Column("name_en", "text", "English name"),
                    Column("probability", "probability", "P(over the limit of its size anywhere in the window)"),
                    Column("worst_year", "maybe_whole", "school year in which that is likeliest"),
                    Column("pupils", "number", "pupils over the limit in that year, mean over draws"),
                    Column("rank", "whole", "place over all members: by probability, then by pupils over"),
                ),
            ),
            Shape(
                "projects",
                "projects.csv",
                (
                    *RANKING.columns[:2],
                    Column("member", "text", "member id", key=True),
                    *RANKING.columns[2:3],
                    Column("name_zh", "text", "name of the project"),
                    Column("name_en", "text", "name of the project"),
                    *RANKING.columns[3:-3],
                    Column("rank_member", "whole", "place in the member's own ranking"),
                    Column("rank", "whole", "place over all members: by `per_million`, then by `p_before`"),
                ),
            ),
            Shape(
                "gaps",
                "gaps.csv",
                (
                    *_VERDICTS[:2],
                    Column("year", "whole", "school year", key=True),
                    Column("measure", "text", "mean_class | over_share | use | beyond_share", key=True),
                    Column("stage", "text", "stage id or `all`", key=True),
                    Column(
                        "entity", "text", "member; `gap` = highest - lowest, `cv` = coefficient of variation", key=True
                    ),
                    *_NUMBERS,
                ),
            ),
            Shape("quotas", "quotas.csv", QUOTAS.columns),
            RISK_LIST,
            Shape(
                "members",
                "members.csv",
                (
                    Column("member", "text", "member id, name of its folder", key=True),
                    Column("name_zh", "text", "Chinese name"),
                    Column("name_en", "text", "English name"),
                    Column("group", "text", "group id; empty for none"),
                    Column("status", "text", "done | broken"),
                    Column("errors", "whole", "errors that stopped it"),
                    Column("codes", "text", "their codes; spaces between"),
                ),
            ),
        )
    }
)
"""Tables by name."""
