"""Skeletons of the made-up city: asked for, made, refused; every message said in full in both languages."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import schoolplan
from scenarios.problems import Problem, ScenarioError, tell
from schoolplan.skeleton import Ask, Skeleton
from tests.skeleton import town


def ask(folder: Path, **more: object) -> Ask:
    given = Ask(town.census(folder), "990100", town.boundary(folder), "GCJ-02", births=town.births(folder))
    return replace(given, **more)


def made(folder: Path, wanted: Ask, lang: str = "zh") -> tuple[Path, Skeleton]:
    target, skeleton = schoolplan.new_from_census(folder / "study", wanted, lang)
    said_in_full(skeleton.problems)
    return target, skeleton


def said_in_full(problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        for lang in ("zh", "en"):
            told = tell(problem, lang)
            assert told.what, problem
            assert told.fix, problem
            assert told.expected or problem.severity == "note", problem
            assert "{" not in told.what + told.expected + told.fix, told


def refused(folder: Path, wanted: Ask) -> list[Problem]:
    with pytest.raises(ScenarioError) as caught:
        schoolplan.new_from_census(folder / "study", wanted)
    assert not (folder / "study").exists()
    said_in_full(caught.value.problems)
    return [problem for problem in caught.value.problems if problem.severity == "error"]


def codes(skeleton: Skeleton) -> set[str]:
    return {problem.code for problem in skeleton.problems if problem.code.startswith("CEN")}


def table(folder: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / "data" / f"{name}.csv", dtype={"unit": str, "county": str}, encoding="utf-8-sig")
