"""The verb `verify`."""

from pathlib import Path
from typing import Annotated

import typer

from schoolplan.cli_options import Json, PaperLang, Quiet, language_of

Pack = Annotated[Path, typer.Argument(exists=True, help="Evidence pack: the zip, or unpacked.", metavar="PACK")]
Seal = Annotated[str | None, typer.Option("--seal", help="The 64 digits of the signed sheet.")]


def verify(pack: Pack, seal: Seal = None, lang: PaperLang = None, as_json: Json = False, quiet: Quiet = False) -> None:
    """Check an evidence pack: altered, missing, added files; its seal. 核验证据包。"""
    import schoolplan
    from schoolplan.cli_texts import say
    from schoolplan.exits import INVALID_INPUT
    from schoolplan.show import print_problems

    chosen = language_of(lang)
    done = schoolplan.verify(pack, seal)
    if as_json:
        import json

        from scenarios.problems import as_record

        told = [as_record(one, chosen) for one in done.problems]
        typer.echo(json.dumps({"good": done.good, "seal": done.seal, "files": done.files, "problems": told}))
    elif not quiet or not done.good:
        print_problems(list(done.problems))
        typer.echo(
            say("verify.good" if done.good else "verify.bad", chosen, files=done.files, count=len(done.problems))
        )
        typer.echo(say("verify.seal", chosen, seal=done.seal))
        if done.good:
            typer.echo(say("verify.unsealed" if seal is None else "verify.sealed", chosen))
    if not done.good:
        raise typer.Exit(INVALID_INPUT)
