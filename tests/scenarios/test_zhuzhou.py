"""The city like Zhuzhou: written again byte for byte, nine units that add up to the census, counts of the plan."""

import csv
import io
from pathlib import Path

import pytest

from scenarios.examples.zhuzhou.census import CITY, FIGURES, SCALE, bands, births, kept
from scenarios.examples.zhuzhou.counties import SPECS
from scenarios.examples.zhuzhou.make import HERE, everything, main
from scenarios.loader import load
from scenarios.programme import load_programme
from scenarios.quotas import counted, school_flags
from scenarios.shipped import copy_example, list_examples


def test_make_writes_every_file_byte_for_byte(tmp_path: Path) -> None:
    assert main([str(tmp_path)]) == 0
    written = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    shipped = {
        path.relative_to(HERE).as_posix()
        for path in HERE.rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc"} and ".schema" not in path.parts
    }
    assert written == shipped
    for name in shipped:
        assert (tmp_path / name).read_bytes() == (HERE / name).read_bytes(), name
    assert main([]) == 2


def test_the_whole_example_is_small() -> None:
    assert sum(len(data) for data in everything().values()) < 1_500_000
    for spec in SPECS.values():
        assert 6 <= len(spec.schools) <= 12


def test_the_nine_units_add_up_to_the_city() -> None:
    assert len(SPECS) == len(FIGURES) == 9
    assert tuple(sum(one.ages[band] for one in FIGURES.values()) for band in range(5)) == CITY


def test_children_are_a_tenth_of_the_census() -> None:
    for one in FIGURES.values():
        assert sum(bands(one).values()) == pytest.approx(sum(one.ages[:4]) / SCALE, abs=2)
        assert births(one)[2020] > births(one)[2021] > births(one)[2022] > 0
        assert 0.99 <= kept(one) <= 1.015
    # The published rates: 4.91 per 1 000 of 491 849, 5.26 of 160 274.
    assert FIGURES["chaling"].births_2022 == round(491_849 * 0.00491)
    assert FIGURES["yanling"].births_2022 == round(160_274 * 0.00526)


def test_there_are_as_many_weak_and_boarding_schools_as_the_scaled_plan_asks() -> None:
    programme = load_programme(HERE / "programme.yaml")
    most = {}
    for quota in programme.file.quotas:
        groups = 0
        for member in programme.sound:
            assert member.bundle is not None
            table = member.bundle.tables["schools"]
            flags = school_flags(dict(zip(table["school"], table["flags"].fillna(""), strict=True)))
            groups += len(counted(quota, member.bundle.plans["list-2023"], flags))
        most[quota.id] = groups
    assert most == {"weak": 17, "boarding": 7}
    assert {quota.id: max(quota.targets.values()) for quota in programme.file.quotas} == {"weak": 17, "boarding": 7}


@pytest.mark.parametrize("member", SPECS)
def test_every_study_reads_without_a_word(member: str) -> None:
    bundle = load(HERE / member / "approval.yaml")
    assert not bundle.warnings
    assert bundle.study.synthetic
    assert list(bundle.plans) == ["do-nothing", "list-2021", "list-2023"]


def test_the_oversized_schools_of_today() -> None:
    files = everything()
    over = {}
    for member in SPECS:
        rolls: dict[str, int] = {}
        text = files[f"{member}/data/enrolment.csv"].decode("utf-8-sig")
        for row in csv.DictReader(io.StringIO(text)):
            if row["year"] == "2022":
                rolls[row["school"]] = rolls.get(row["school"], 0) + int(row["pupils"])
        over |= {(member, school): pupils for school, pupils in rolls.items() if pupils > 2000}
    assert sorted(over) == [("liling", "ps-01"), ("tianyuan", "ps-01"), ("youxian", "js-01")]


def test_new_copies_the_city(tmp_path: Path) -> None:
    assert "zhuzhou" in list_examples()
    copy_example("zhuzhou", tmp_path / "city")
    assert (tmp_path / "city/liling/study.yaml").is_file()
    assert (tmp_path / "city/.schema/programme.json").is_file()
    assert not list((tmp_path / "city").rglob("*.py"))
    assert not load_programme(tmp_path / "city/programme.yaml").problems
