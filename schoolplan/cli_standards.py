"""Arguments of `standards`, and what the verb does with them."""

import json
from typing import Annotated, Literal

import typer

What = Annotated[Literal["list", "show", "diff"], typer.Argument(help="All packs, one pack, what differs between two.")]
Packs = Annotated[
    list[str] | None, typer.Argument(help="Shipped packs by id, or your own by path (.yaml).", metavar="PACK...")
]
Lang = Annotated[str | None, typer.Option("--lang", help="zh or en: language of what is printed.")]
Json = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]
_TAKES = {"list": 0, "show": 1, "diff": 2}


def standards(what: What, packs: Packs = None, lang: Lang = None, as_json: Json = False) -> None:
    """Standards packs: list, every clause of one with source and grade, what differs between two. 标准包。"""
    import schoolplan
    from schoolplan import standards as texts
    from schoolplan.cli_texts import say
    from schoolplan.show import choose_language

    if lang not in {None, "zh", "en"}:
        raise typer.BadParameter("zh or en", param_hint="--lang")
    chosen, named = choose_language(lang), packs or []
    if len(named) != _TAKES[what]:
        told = say("standards.needs", chosen, what=what, count=_TAKES[what])
        raise typer.BadParameter(told, param_hint="PACK")
    found = schoolplan.packs(*named)
    if what == "list":
        _print(texts.list_data(found, chosen), as_json, texts.list_text(found, chosen))
    elif what == "show":
        _print(texts.show_data(found[0], chosen), as_json, texts.show_text(found[0], chosen))
    else:
        changes = schoolplan.packs_diff(found[0], found[1])
        _print(texts.diff_data(changes, chosen), as_json, texts.diff_text(found[0], found[1], changes, chosen))


def _print(data: object, as_json: bool, text: str) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2) if as_json else text)
