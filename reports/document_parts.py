"""Pieces that documents share: cover, stamp, marks, the basis of a table, readers of tidy tables as cells."""

from collections.abc import Sequence

import pandas as pd

from reports import sentences
from reports.document import Band, Basis, Block, Document, Signatures
from reports.view import View

ROLES = ("prepared", "checked", "approved")


def document(key: str, seen: View, titles: tuple[str, str], blocks: Sequence[Block], *, cover: bool = True) -> Document:
    """A document of a run with its cover (a page of its own), marks and stamp; titles: title and subtitle."""
    labels, study, manifest = seen.labels, seen.run.study, seen.run.manifest
    start, end = study.window
    facts = {
        "study": labels.pick(study.name),
        "base_year": labels.school_year(study.base_year),
        "window": f"{labels.school_year(start)} – {labels.school_year(end)}",
        "standards": study.standards,
        "draws": labels("document.cover.draws_value", draws=study.draws, seed=study.seed),
        "version": f"schoolplan {manifest.get('version', '')}",
    }
    return Document(
        key=key,
        lang=labels.lang,
        title=titles[0],
        subtitle=titles[1],
        cover=tuple((labels(f"document.cover.{name}"), value) for name, value in facts.items() if value and cover),
        blocks=tuple(blocks),
        marks=tuple(sentences.marks(seen.words)),
        stamp=labels(
            "document.stamp",
            study=facts["study"],
            version=manifest.get("version", ""),
            digest=str(manifest.get("code", ""))[:8],
        ),
    )


def signatures(seen: View) -> Signatures:
    """编制、审核、审定."""
    return Signatures(tuple(seen.labels(f"document.role.{role}") for role in ROLES))


def simulated(seen: View, future: str, plan: str = "") -> Basis:
    """Basis of numbers that were simulated in one future, and with one plan."""
    words = seen.words
    return Basis(
        date=seen.labels("document.date", year=seen.run.study.base_year),
        source=seen.labels("document.source.inputs"),
        method=seen.labels("document.method.simulated", draws=seen.run.study.draws),
        future=words.future(future),
        plan=words.plan(plan) if plan else "",
    )


def observed(seen: View) -> Basis:
    """Basis of numbers of the base year."""
    return Basis(
        date=seen.labels("document.date", year=seen.run.study.base_year),
        source=seen.labels("document.source.inputs"),
        method=seen.labels("document.method.observed"),
    )


def bands(frame: pd.DataFrame, by: str | list[str]) -> dict[object, Band]:
    """Rows of a tidy table by one or several of their columns, as median with the 5 and 95 % quantiles."""
    keys = frame[by].itertuples(index=False, name=None) if isinstance(by, list) else iter(frame[by])
    values = frame[["p50", "p05", "p95"]].itertuples(index=False, name=None)
    return {key: Band(float(mid), float(low), float(high)) for key, (mid, low, high) in zip(keys, values, strict=True)}
