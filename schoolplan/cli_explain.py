"""The verb `explain`: what a scenario file implies before a run, and why a run gives the verdicts it gives."""

from pathlib import Path
from typing import Annotated

import typer

Target = Annotated[Path, typer.Argument(exists=True, metavar="FILE|RUN", help="Scenario file, or folder of a run.")]
Every = Annotated[bool, typer.Option("--all-values", help="FILE: also defaults and every clause of the packs.")]
Out = Annotated[Path | None, typer.Option("--out", help="FILE: new folder, every value in force as a table.")]
School = Annotated[str | None, typer.Option("--school", help="RUN: id of a school; all its verdicts.")]
Plan = Annotated[str | None, typer.Option("--plan", help="RUN: id of a plan; default that of the headline.")]
Future = Annotated[str | None, typer.Option("--future", help="RUN: id of a future; default the worst one.")]
Rule = Annotated[str | None, typer.Option("--rule", help="RUN: code of a clause; all its verdicts.")]
Most = Annotated[
    int | None, typer.Option("--most", min=1, help="RUN: how many; default 10, or all of a school or clause.")
]
Lang = Annotated[str | None, typer.Option("--lang", help="zh or en: language of messages and reports.")]
Json = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]


def explain(
    target: Target,
    every: Every = False,
    out: Out = None,
    school: School = None,
    plan: Plan = None,
    future: Future = None,
    rule: Rule = None,
    most: Most = None,
    lang: Lang = None,
    as_json: Json = False,
) -> None:
    """Why a run gives its verdicts; or, of a file, what is in force before running. 说明结论，或说明设定。"""
    from schoolplan.show import choose_language

    if lang not in {None, "zh", "en"}:
        raise typer.BadParameter("zh or en", param_hint="--lang")
    chosen = choose_language(lang)
    asked: dict[str, str | int | None] = {
        "school": school, "plan": plan, "future": future, "rule": rule, "most": most,
    }  # fmt: skip
    given = {name: value for name, value in asked.items() if value is not None}
    if target.is_dir():
        _refuse(target, {"--all-values": every, "--out": out is not None})
        _verdicts(target, given, chosen, as_json)
        return
    _refuse(target, {f"--{name}": True for name in given})
    _values(target, every, out, chosen, as_json)


def _refuse(target: Path, options: dict[str, bool]) -> None:
    """Options of the other kind of target are told, not passed over."""
    from reports.run_errors import RunError

    wrong = ", ".join(name for name, there in options.items() if there)
    if wrong:
        raise RunError("RUN146", target, found=wrong)


def _verdicts(run: Path, asked: dict[str, str | int], lang: str, as_json: bool) -> None:
    import schoolplan
    from reports.explain_terminal import lines, records

    told = schoolplan.explanations(run, lang=lang, **asked)
    if as_json:
        import json

        typer.echo(json.dumps(records(told), ensure_ascii=False, indent=2))
        return
    typer.echo("\n".join(lines(told, lang)))


def _values(file: Path, every: bool, out: Path | None, chosen: str, as_json: bool) -> None:
    import schoolplan
    from scenarios.programme import is_programme
    from schoolplan.cli_texts import say
    from schoolplan.implied_values import TITLE, as_lines
    from schoolplan.show import print_tables

    if (every or out is not None) and is_programme(file):
        raise typer.BadParameter(say("explain.programme", chosen), param_hint="--out / --all-values")
    tables = schoolplan.explain(file, out, every_value=every, lang=chosen)
    if as_json:
        print_tables(tables, as_json)
        return
    print_tables([table for table in tables if table.title != TITLE], as_json)
    for table in tables:
        if table.title == TITLE:
            typer.echo("\n".join(as_lines(table, chosen)))
    if out is not None:
        typer.echo(say("explain.out", chosen, folder=out))
