"""Options that several verbs share, how lists and languages are read, and how a folder of results is told."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:
    from schoolplan.answers import Answer
    from schoolplan.progress import Progress

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Scenario file, e.g. approval.yaml.")]
Seed = Annotated[int | None, typer.Option("--seed", min=0, help="Instead of the scenario file's.")]
Json = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="No progress, no tables.")]
OneFuture = Annotated[str | None, typer.Option("--future", help="Default: the reference future.")]
OnePlan = Annotated[str | None, typer.Option("--plan", help="Default: the first plan with projects.")]
Workers = Annotated[int | None, typer.Option("--workers", min=1, help="Processes; default: one per processor.")]
PaperLang = Annotated[str | None, typer.Option("--lang", help="zh or en: language of messages and papers.")]


Done = TypeVar("Done", bound="Answer")


def names(text: str | None) -> tuple[str, ...]:
    """Names of a list with commas."""
    return tuple(part.strip() for part in (text or "").replace("，", ",").split(",") if part.strip())


def language_of(lang: str | None) -> str:
    """The language of messages; BadParameter for one that there is not."""
    from schoolplan.show import choose_language

    if lang not in {None, "zh", "en"}:
        raise typer.BadParameter("zh or en", param_hint="--lang")
    return choose_language(lang)


def deliver(make: "Callable[[Progress], Done]", show: Callable[[Done], None], as_json: bool, quiet: bool) -> None:
    """Make a folder of results, with progress; then its document, its path, or its problems and what `show` prints."""
    from schoolplan.show import print_problems, progress_bar

    with progress_bar(quiet or as_json) as tell:
        done = make(tell)
    if as_json:
        import json

        typer.echo(json.dumps({"folder": str(done.path), **done.document}, ensure_ascii=False))
    elif quiet:
        typer.echo(str(done.path))
    else:
        print_problems(list(done.problems))
        show(done)
