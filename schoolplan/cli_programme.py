"""What the command line says of a programme: the roll-up, which members are missing, how it ends."""

import json
from typing import TYPE_CHECKING

import typer

from schoolplan.cli_texts import say
from schoolplan.exits import FAILED_RULE, GOOD, INVALID_INPUT

if TYPE_CHECKING:
    import pandas as pd

    from reports.programme_folder import ProgrammeFolder


def whole_verdicts(folder: "ProgrammeFolder") -> "pd.DataFrame":
    """Verdicts over all members."""
    verdicts = folder.tables["verdicts"]
    return verdicts[verdicts["scope"] == "programme"]


def show(folder: "ProgrammeFolder", lang: str, as_json: bool, quiet: bool) -> None:
    """Print what came out, on standard output; who is missing, on standard error."""
    whole = whole_verdicts(folder)
    if as_json:
        verdicts = json.loads(whole.to_json(orient="records"))
        told = {"run": str(folder.path), "complete": folder.complete, "missing": folder.card["missing"]}
        typer.echo(json.dumps({**told, "verdicts": verdicts}, ensure_ascii=False))
        return
    if quiet:
        typer.echo(str(folder.path))
    else:
        _summary(folder, whole, lang)
    for member in folder.card["members"]:
        for problem in member["problems"]:
            one = problem[lang]
            typer.echo(f"{one['place']}: {one['code']} {one['message']}", err=True)
    for one in folder.card["told"]:
        typer.echo(f"{one[lang]['place']}: {one[lang]['code']} {one[lang]['message']}", err=True)
    if not folder.complete:
        names = ", ".join(folder.broken)
        typer.echo(say("programme.incomplete", lang, names=names, of=len(folder.card["members"])), err=True)


def _summary(folder: "ProgrammeFolder", whole: "pd.DataFrame", lang: str) -> None:
    from reports.i18n import Labels, language

    words = Labels(language(lang))
    for row in whole[whole["rule"] == "all"].to_dict("records"):
        chance = words.percent(row["probability"], row["required"])
        values = {
            "verdict": words(f"verdict.{row['verdict']}"),
            "p": chance,
            "future": row["future"],
            "plan": row["plan"],
        }
        numbers = {"schools": words.integer(row["schools_over_p90"]), "members": words.integer(row["members_over_p90"])}
        typer.echo(say("programme.row", lang, **values, **numbers))
    typer.echo(say("programme.done", lang, file=folder.path / "report.html", folder=folder.path))


def exit_code(folder: "ProgrammeFolder", levels: tuple[str, ...]) -> int:
    """3 with a broken member, else 1 if a verdict is one of `levels`, else 0."""
    if not folder.complete:
        return INVALID_INPUT
    return FAILED_RULE if folder.tables["verdicts"]["verdict"].isin(levels).any() else GOOD
