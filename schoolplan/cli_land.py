"""Options of `land`, and what the verb does with them."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

Study = Annotated[Path, typer.Argument(exists=True, dir_okay=False, metavar="STUDY", help="The study.yaml.")]
Out = Annotated[Path | None, typer.Option("--out", help="New or empty folder; default STUDY-land beside study.yaml.")]
Record = Annotated[
    bool, typer.Option("--record", help="Add what changed of locked parcels to the log; --by, --reason.")
]
By = Annotated[str | None, typer.Option("--by", help="With --record: who enters it.")]
Reason = Annotated[str | None, typer.Option("--reason", help="With --record: decision or document.")]
Day = Annotated[str | None, typer.Option("--day", help="With --record: YYYY-MM-DD; default today.")]


def write(study: Path, out: Path | None, lang: str | None, as_json: bool, quiet: bool) -> None:
    """Write the parcels, tell everything, and say where they are."""
    import schoolplan
    from schoolplan.cli_texts import say
    from schoolplan.show import print_problems

    done = schoolplan.land(study, out, lang=lang)
    if as_json:
        import json

        rows = json.loads(done.table.to_json(orient="records"))
        typer.echo(json.dumps({"folder": str(done.path), "files": done.files, "parcels": rows}, ensure_ascii=False))
        return
    if quiet:
        typer.echo(str(done.path))
        return
    print_problems(list(done.problems))
    typer.echo(done.said)
    typer.echo(say("land.done", lang or "zh", folder=done.path, files=", ".join(done.files)))


def enter(study: Path, by: str | None, reason: str | None, day: str | None, lang: str) -> None:
    """Add to the log of locked parcels."""
    import schoolplan
    from schoolplan.cli_texts import say

    for option, value in (("--by", by), ("--reason", reason)):
        if not value:
            raise typer.BadParameter(say("land.needs", lang), param_hint=option)
    when = day or dt.date.today().isoformat()
    try:
        dt.date.fromisoformat(when)
    except ValueError:
        raise typer.BadParameter(say("land.day", lang), param_hint="--day") from None
    rows = schoolplan.record(study, by=str(by), reason=str(reason), day=when)
    for row in rows.itertuples(index=False):
        typer.echo(f"{row.entry} | {row.day} | {row.parcel} | {row.column}: {row.before} -> {row.after}")
    typer.echo(say("land.recorded" if len(rows) else "land.same", lang, count=len(rows)))


def refuse_alone(by: str | None, reason: str | None, day: str | None, lang: str) -> None:
    """Options of `--record` without it are a slip, not to be passed over."""
    from schoolplan.cli_texts import say

    for option, value in (("--by", by), ("--reason", reason), ("--day", day)):
        if value is not None:
            raise typer.BadParameter(say("land.needs_record", lang), param_hint=option)
