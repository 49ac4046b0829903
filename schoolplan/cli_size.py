"""Options of `size`, and what the verb does with them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from schoolplan.cli_options import File, Json, Quiet, Seed, Workers, deliver, language_of, names

if TYPE_CHECKING:
    from schoolplan.sizing import SizeFolder

Clauses = Annotated[str | None, typer.Option("--clause", help="Codes or families, L4,G5.primary; default: all.")]
Year = Annotated[int | None, typer.Option("--year", help="One school year; default: the decision window.")]
Probability = Annotated[float | None, typer.Option("--probability", help="Default: that of the scenario file.")]
Future = Annotated[str | None, typer.Option("--future", help="Default: all futures.")]
Plan = Annotated[str | None, typer.Option("--plan", help="Default: all plans.")]
Draws = Annotated[int | None, typer.Option("--draws", min=1, help="Instead of the scenario file's.")]
Out = Annotated[Path | None, typer.Option("--out", help="New or empty; default sizing/<scenario>.")]
Lang = Annotated[str | None, typer.Option("--lang", help="zh or en: language of messages.")]

app = typer.Typer()
"""Takes the verb on its way to the one of `cli.py`."""


@app.command()
def size(
    file: File,
    clauses: Clauses = None,
    year: Year = None,
    probability: Probability = None,
    future: Future = None,
    plan: Plan = None,
    draws: Draws = None,
    seed: Seed = None,
    workers: Workers = None,
    out: Out = None,
    lang: Lang = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """The smallest addition (m2, rooms, land, teachers, beds) with which clauses hold. 反算：还差多少。"""
    chosen = language_of(lang)
    given: dict[str, object] = {
        "clauses": names(clauses), "year": year, "probability": probability, "future": future, "plan": plan,
        "draws": draws, "seed": seed, "workers": workers,
    }  # fmt: skip
    import schoolplan

    def show(done: "SizeFolder") -> None:
        _print(done, chosen)

    deliver(lambda tell: schoolplan.size(file, out, progress=tell, **given), show, as_json, quiet)


def _print(done: "SizeFolder", lang: str) -> None:
    from reports.i18n import Labels, language
    from reports.needs_terminal import Case, print_needs
    from reports.needs_words import Naming
    from schoolplan.assemble import school_list

    labels, bundle = Labels(language(lang)), done.prepared.bundle
    names = {
        str(row["school"]): str(row[f"name_{labels.lang}"] or row["name_zh"])
        for row in school_list(done.prepared).to_dict("records")
    }
    naming = Naming(labels, lambda school: names.get(school, school), bundle.study.id)
    cases = [
        Case(getattr(bundle.futures[str(f)].name, lang), getattr(bundle.plans[str(p)].name, lang), rows)
        for (f, p), rows in done.table.groupby(["future", "plan"], sort=False)
    ]
    print_needs(cases, naming, getattr(bundle.study.name, lang), [done.path / "needs.csv", done.path / "needs.json"])
