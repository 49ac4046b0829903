"""Options of `necessity`, and what the verb does with them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from schoolplan.cli_options import (
    File,
    Json,
    OneFuture,
    OnePlan,
    PaperLang,
    Quiet,
    Seed,
    Workers,
    deliver,
    language_of,
)

if TYPE_CHECKING:
    from schoolplan.leaving_out import NecessityFolder

Price = Annotated[
    float | None, typer.Option("--room-price", help="A temporary classroom, 10 000 yuan a year: prices bridges.")
]
Draws = Annotated[int | None, typer.Option("--draws", min=1, help="Paired draws; default 200.")]
Out = Annotated[Path | None, typer.Option("--out", help="New or empty; default necessity/<scenario>-<plan>-<future>.")]

app = typer.Typer()
"""Takes the verb on its way to the one of `cli.py`."""


@app.command()
def necessity(
    file: File,
    future: OneFuture = None,
    plan: OnePlan = None,
    room_price: Price = None,
    draws: Draws = None,
    seed: Seed = None,
    workers: Workers = None,
    out: Out = None,
    lang: PaperLang = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """What happens without each project of a plan; which to build first. 项目必要性检验与排序。"""
    given: dict[str, object] = {
        "future": future, "plan": plan, "room_price": room_price, "draws": draws, "seed": seed, "workers": workers,
    }  # fmt: skip
    language_of(lang)
    import schoolplan

    deliver(lambda tell: schoolplan.necessity(file, out, progress=tell, **given, lang=lang), _show, as_json, quiet)


def _show(done: "NecessityFolder") -> None:
    from reports.necessity_terminal import print_necessity

    names = ("necessity.html", "necessity.csv", "necessity_years.csv", "necessity.json")
    print_necessity(done.view, [done.path / name for name in names])
