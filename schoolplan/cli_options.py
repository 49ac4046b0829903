"""Options that several verbs share, and how lists and languages are read."""

from pathlib import Path
from typing import Annotated

import typer

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Scenario file, e.g. approval.yaml.")]
Seed = Annotated[int | None, typer.Option("--seed", min=0, help="Instead of the scenario file's.")]
Json = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="No progress, no tables.")]


def names(text: str | None) -> tuple[str, ...]:
    """Names of a list with commas."""
    return tuple(part.strip() for part in (text or "").replace("，", ",").split(",") if part.strip())


def language_of(lang: str | None) -> str:
    """The language of messages; BadParameter for one that there is not."""
    from schoolplan.show import choose_language

    if lang not in {None, "zh", "en"}:
        raise typer.BadParameter("zh or en", param_hint="--lang")
    return choose_language(lang)
