"""Explanations as plain text and as records, for the command line and for other programs."""

from collections.abc import Sequence
from dataclasses import asdict

from reports.explain_model import Explanation, Figure
from reports.i18n import Labels, language
from reports.sentences import MARKS


def lines(told: Sequence[Explanation], lang: str) -> list[str]:
    """Plain text: the case once where all share it, then verdict, title and paragraph of each."""
    labels = Labels(language(lang))
    cases = list(dict.fromkeys(one.case for one in told))
    shown = [_sentence(cases[0])] if len(cases) == 1 else []
    for one in told:
        heading = f"{MARKS[one.verdict]} {labels(f'verdict.{one.verdict}')} · {one.title}"
        shown += ["", heading, one.body if len(cases) == 1 else one.text]
    return shown


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def records(told: Sequence[Explanation]) -> list[dict[str, object]]:
    """One record for every explanation, with the cells that every number comes from."""
    return [
        {
            **asdict(one.key),
            "verdict": one.verdict,
            "title": one.title,
            "case": one.case,
            "text": one.text,
            "sentences": [
                {"kind": part.kind, "text": part.text, "figures": [_figure(figure) for figure in part.figures]}
                for part in one.sentences
            ],
        }
        for one in told
    ]


def _figure(figure: Figure) -> dict[str, object]:
    places = [{"table": at.table, "row": dict(at.row), "column": at.column} for at in figure.places]
    return {"name": figure.name, "value": figure.value, "shown": figure.shown, "how": figure.how, "from": places}
