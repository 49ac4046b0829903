"""Clauses for which a study has no data are told as a note, and a table of rooms ends it."""

import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd

from scenarios.crosscheck_clauses import STOCK_NAMES, without_stock
from scenarios.loader import load
from scenarios.pack_rules import JUDGED_INDICATORS
from scenarios.problems import render
from schoolplan.clause_notes import clause_notes

BASE = Path(__file__).resolve().parents[1] / "broken" / "_base" / "approval.yaml"


def test_clauses_without_data_are_a_note_with_what_is_missing() -> None:
    told = clause_notes(load(BASE))
    assert {(one.code, one.severity) for one in told} == {("SCN563", "note")}
    assert [one.found for one in told] == ["L7.primary, L7.junior", "G3.music", "G3.art"]
    assert "no data on multimedia_rooms: the clauses L7.primary, L7.junior are not" in render(told[0], "en")
    assert "条款 G3.music 不作评判" in render(told[1], "zh")


def test_a_table_of_rooms_or_an_empty_column_decides_what_is_missing() -> None:
    bundle = load(BASE)
    rooms = replace(bundle, tables={**bundle.tables, "rooms": pd.DataFrame()})
    assert clause_notes(rooms) == []
    sites = bundle.tables["sites"].assign(teaching_area_m2=float("nan"))
    empty = without_stock(bundle.pack, ["primary"], {"sites": sites, "rooms": pd.DataFrame()})
    assert empty == {"teaching_area_m2": ["L4.primary"]}


def test_what_decides_is_told_with_what_does_not_know_it(tmp_path: Path) -> None:
    shutil.copytree(BASE.parent, tmp_path / "study")
    file = tmp_path / "study" / "approval.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("p_required: 0.9", "p_required: 0.9, decides: [L4, G5]"), encoding="utf-8")
    (told,) = (one for one in load(file).warnings if one.code == "SCN664")
    assert (told.severity, told.params["found"]) == ("note", ("L4", "G5"))
    assert "drivers do not change" in render(told, "en")
    assert "L4" in render(told, "zh")


def test_every_stock_has_a_name_in_messages() -> None:
    assert set(STOCK_NAMES) == set(JUDGED_INDICATORS.values())
