"""The verb `schema`: JSON Schemas of the YAML files, for editors."""

from pathlib import Path
from typing import Annotated

import typer

Form = Annotated[str | None, typer.Argument(metavar="NAME", help="study, future, plan, scenario, pack, ... 文件种类")]
Out = Annotated[Path | None, typer.Option("--out", help="Write NAME.json there, e.g. .schema beside study.yaml.")]
Lang = Annotated[str | None, typer.Option("--lang", help="zh or en: language of messages and reports.")]


def schema(name: Form = None, out: Out = None, lang: Lang = None) -> None:
    """JSON Schema of a YAML file: an editor completes its keys, underlines mistakes. 编辑器提示。"""
    import schoolplan
    from scenarios.editor_schema import PLANNERS_FORMS, schema_text
    from scenarios.schemas import SCHEMAS
    from schoolplan.cli_texts import say
    from schoolplan.show import choose_language

    if lang not in {None, "zh", "en"}:
        raise typer.BadParameter("zh or en", param_hint="--lang")
    chosen = choose_language(lang)
    if name is not None and name not in SCHEMAS:
        known = ", ".join(SCHEMAS)
        raise typer.BadParameter(say("wrong.choice", chosen, name=name, known=known), param_hint="NAME")
    if out is not None:
        written = schoolplan.schema(out, (name,) if name else PLANNERS_FORMS)
        typer.echo(say("schema.done", chosen, folder=out, files=", ".join(file.name for file in written)))
    elif name is None:
        for form in SCHEMAS:
            typer.echo(f"{form:<14}{say(f'schema.{form}', chosen)}")
    else:
        typer.echo(schema_text(name), nl=False)
