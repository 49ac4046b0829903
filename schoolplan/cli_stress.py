"""Options of `stress`, and what the verb does with them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from schoolplan.cli_options import (
    File,
    Json,
    OneFuture,
    OnePlan,
    PaperLang,
    Quiet,
    Seed,
    deliver,
    language_of,
    names,
)

if TYPE_CHECKING:
    from schoolplan.stressing import StressFolder

School = Annotated[str | None, typer.Option("--school", help="This school instead of the county.")]
Drivers = Annotated[str | None, typer.Option("--drivers", help="Some of them, a,b; default: all.")]
Ranges = Annotated[list[str] | None, typer.Option("--range", help="births=0.8:1.3; may be repeated.")]
Until = Annotated[int | None, typer.Option("--until", help="Last school year; default: of the window.")]
Below = Annotated[float, typer.Option("--below", min=0.01, max=0.99, help="Fails where fewer draws hold.")]
Pairs = Annotated[bool, typer.Option("--pairs", help="Two drivers at once, too.")]
Globally = Annotated[Literal["morris", "sobol"] | None, typer.Option("--global", help="All drivers at once.")]
Points = Annotated[int | None, typer.Option("--points", min=2, help="Of --global; default 8 or 16.")]
Draws = Annotated[int | None, typer.Option("--draws", min=1, help="Paired draws; default 60.")]
Out = Annotated[Path | None, typer.Option("--out", help="New or empty; default stress/<scenario>-<plan>-<future>.")]

app = typer.Typer()
"""Takes the verb on its way to the one of `cli.py`."""


@app.command()
def stress(
    file: File,
    future: OneFuture = None,
    plan: OnePlan = None,
    school: School = None,
    drivers: Drivers = None,
    ranges: Ranges = None,
    until: Until = None,
    below: Below = 0.5,
    pairs: Pairs = False,
    globally: Globally = None,
    points: Points = None,
    draws: Draws = None,
    seed: Seed = None,
    out: Out = None,
    lang: PaperLang = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """The smallest change of each driver that makes a plan fail; which drivers matter. 压力测试。"""
    given: dict[str, object] = {
        "future": future, "plan": plan, "school": school, "drivers": names(drivers), "ranges": tuple(ranges or ()),
        "until": until, "below": below, "pairs": pairs, "globally": globally, "points": points, "draws": draws,
        "seed": seed,
    }  # fmt: skip
    language_of(lang)
    import schoolplan

    deliver(lambda tell: schoolplan.stress(file, out, progress=tell, **given, lang=lang), _show, as_json, quiet)


def _show(done: "StressFolder") -> None:
    from reports.stress_terminal import print_stress

    print_stress(done.view, [done.path / name for name in ("stress.html", "stress.png", "stress.csv", "stress.json")])
