"""Plans that cannot open, or can hardly be meant: told once, in the right place, in words that help."""

import shutil
from pathlib import Path

import pytest

from scenarios.crosscheck_hopeless import earliest_openings
from scenarios.crosscheck_plans import views
from scenarios.loader import check, read_draft
from scenarios.problems import render

BASE = Path(__file__).resolve().parents[1] / "broken/_base"
MORE_B = "    adds: {rooms: 6}\n"
NEW_C = "    durations: {land: [2, 3, 6]}\n"
CREWS = "construction: {crews: 2}\n"
BUDGET = "budget: {2023: 1000, 2024: 3000, 2025: 3000}\n"
WHEN = "    when: {signal: utilisation, above: 0.5"
CLOSURE = """  - id: close-a
    name: {zh: 撤甲, en: A closes}
    kind: closure
    start: 2026-10
    school: a
    receivers: [c]
"""
HEARING = CLOSURE + "    guards: {hearing: {%s}}\n"
NAME = "name: {zh: 风险, en: Risk}"
STOP = f"    risks: [{{id: x, {NAME}, stage: tender, probability: 1, stops: true}}]\n"
HEADS = "project,name,school,kind,stage_reached,decided,started,finished,investment_yuan,funds_spent_yuan\n"
ROW = "L-1,乙中学扩建,b,extension,construction,2022-03-01,2023-03-01,,15000000,5000000\n"
AS_OF = "construction: {crews: 2, ledger_as_of: 2023-08-31}\n"


def county(folder, *edits, ledger=""):
    """The base county with edits (file, old, new) made in it; ledger: the table of projects, named by more-b."""
    shutil.copytree(BASE, folder)
    if ledger:
        (folder / "data/projects.csv").write_text(HEADS + ledger, encoding="utf-8")
        edits = (*edits, (PLAN, MORE_B, MORE_B + "    ledger: L-1\n"))
        edits = (*edits, (STUDY, "tables:\n", "tables:\n  projects: data/projects.csv\n"))
    for file, old, new in edits:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder / "approval.yaml"


PLAN, STUDY = "plans/build.yaml", "study.yaml"


def more(text):
    """Lines behind the extension of B."""
    return (PLAN, MORE_B, MORE_B + text)


def kind(name, text=""):
    """The extension of B as another kind."""
    return (PLAN, "kind: extension", f"kind: {name}"), more(text)


def study(text):
    return (STUDY, CREWS, text)


def funds(text):
    return (PLAN, BUDGET, f"funds:\n{text}")


CASES = [
    (
        "SCN810",
        [(PLAN, "start: 2024-03", "start: 2029-08"), more("    durations: {construction: [20, 30, 40]}\n")],
        PLAN,
        ["more-b", "2031", "2030"],
    ),
    ("SCN811", [more(STOP)], PLAN, ["'more-b'", "'x'"]),
    (
        "SCN812",
        [study(f"construction: {{risks: [{{id: x, {NAME}, stage: tender, probability: 0.5}}]}}\n")],
        STUDY,
        ["'x'"],
    ),
    ("SCN812", [more(f"    risks: [{{id: x, {NAME}, stage: tender, probability: 0.5}}]\n")], PLAN, ["'x'"]),
    (
        "SCN813",
        [
            study(
                f"construction: {{risks: [{{id: x, {NAME}, stage: land, probability: 0.5, months: [1, 2, 3], "
                "kinds: [renovation]}]}\n"
            )
        ],
        STUDY,
        ["'x'", "renovation", "land"],
    ),
    ("SCN814", [(PLAN, NEW_C, NEW_C + STOP), more("    after: [{project: new-c}]\n")], PLAN, ["'more-b'", "'new-c'"]),
    (
        "SCN814",
        [(PLAN, "cost: 4000", "cost: 9000"), more("    after: [{project: new-c}]\n")],
        PLAN,
        ["'more-b'", "'new-c'"],
    ),
    (
        "SCN815",
        kind("temporary", "    until: 2025\n    durations: {construction: [20, 30, 40]}\n"),
        PLAN,
        ["2025", "2026"],
    ),
    ("SCN816", [(PLAN, "2025: 3000", "2025: 3000, 2031: 50")], PLAN, ["of 2031 (50", "2030"]),
    ("SCN817", [(PLAN, "cost: 4000", "cost: 40000000")], PLAN, ["40000000", "write 4000,"]),
    (
        "SCN818",
        [
            funds(
                "  - {id: one, name: {zh: 一, en: One}, by_year: {2024: 9000}}\n"
                "  - {id: two, name: {zh: 二, en: Two}, by_year: {2024: 700}}\n"
            )
        ],
        PLAN,
        ["'two' (700", "'one'"],
    ),
    ("SCN819", [more(HEARING % "held: 2029-05")], PLAN, ["2029-05", "September 2027"]),
    ("SCN820", [more(HEARING % "planned: 2030-09")], PLAN, ["2030-09", "2030"]),
    ("SCN821", [(STUDY, CREWS, CREWS + "closures: {protected: [minzu]}\n")], STUDY, ["'minzu'"]),
    ("SCN822", kind("boarding_centre"), PLAN, ["'more-b'"]),
    ("SCN823", [(PLAN, "    school: b\n", "    school: a\n"), more(CLOSURE)], PLAN, ["'more-b'", "'close-a'"]),
    ("SCN824", [more("    when: {signal: births, above: 1.05}\n")], PLAN, ["1.05", "births"]),
    ("SCN825", [more("    when: {signal: pupils, below: 0}\n")], PLAN, ["below: 0"]),
    (
        "SCN826",
        [more(WHEN + "}\n    phase_of: new-c\n"), (PLAN, NEW_C, NEW_C + "    after: [{project: more-b}]\n")],
        PLAN,
        ["new-c → more-b → new-c"],
    ),
    (
        "SCN827",
        [more(WHEN + "}\n    cancel_when: {signal: utilisation, above: 0.4}\n")],
        PLAN,
        ["'more-b'", "utilisation"],
    ),
    ("SCN828", [more(WHEN + ", until: 2023}\n    phase_of: new-c\n")], PLAN, ["until 2023", "opens in 2025"]),
    ("SCN829", [(STUDY, CREWS, CREWS + "money: {operating: {post: 115000}}\n")], STUDY, ["115000", "write 11.5"]),
    (
        "SCN829",
        [(STUDY, CREWS, CREWS + "money: {operating: {pupil: {primary: 720}}}\n")],
        STUDY,
        ["720", "write 0.072"],
    ),
    (
        "SCN830",
        [(STUDY, CREWS, CREWS + "money: {education_budget: {2023: 41200, 2024: 419000000}}\n")],
        STUDY,
        ["419000000", "41200 of 2023"],
    ),
    (
        "SCN707",
        [
            study(
                "construction: {approvals: [{stage: feasibility, months: 24, until: construction}, "
                "{stage: feasibility, months: 30, until: tender}]}\n"
            )
        ],
        STUDY,
        ["'feasibility'", "approvals"],
    ),
    ("SCN685", [more(WHEN + ", at: {schools: [b, b]}}\n")], PLAN, ["'b'", "schools"]),
    ("SCN104", [(PLAN, "[2, 3, 6]", "[200, 300, 600]")], PLAN, ["durations.land[2]"]),
]


@pytest.mark.parametrize(
    ("code", "edits", "file", "words"), CASES, ids=[f"{n}-{case[0]}" for n, case in enumerate(CASES)]
)
def test_it_is_told_where_it_stands(tmp_path, code, edits, file, words):
    scenario = county(tmp_path / "a", *edits)
    found = [one for one in check(scenario) if one.code == code]
    assert found
    assert file in found[0].place
    text = render(found[0], "en")
    assert [word for word in words if word not in text] == []
    assert render(found[0], "zh") != text


LEDGER = [
    ("SCN831", ROW.replace("15000000,5000000", "1500,500"), AS_OF, ["0.15", "costs 1500"]),
    ("SCN832", ROW.replace(",b,", ",a,"), AS_OF, ["school a", "to b"]),
    ("SCN833", ROW.replace("2022-03-01", "1902-03-01"), AS_OF, ["1902-03-01"]),
    ("SCN834", ROW, AS_OF.replace("2023-08-31", "2035-08-31"), ["2035-08-31", "2030"]),
]


@pytest.mark.parametrize(("code", "row", "construction", "words"), LEDGER, ids=[case[0] for case in LEDGER])
def test_a_row_that_can_hardly_be_that_of_the_project(tmp_path, code, row, construction, words):
    found = [one for one in check(county(tmp_path / "a", study(construction), ledger=row)) if one.code == code]
    assert len(found) == 1
    assert [word for word in words if word not in render(found[0], "en")] == []


SOUND = [
    [],
    [kind("boarding_centre")[0], (PLAN, "adds: {rooms: 6}", "adds: {beds: 60}")],
    [more("    when: {signal: beyond_seats, above: 0}\n    cancel_when: {signal: utilisation, below: 0.4}\n")],
    [more(WHEN + ", years: 2}\n    cancel_when: {signal: utilisation, above: 0.4, years: 3}\n")],
    [more(HEARING % "held: 2023-05")],
    [more(f"    risks: [{{id: x, {NAME}, stage: tender, probability: 0}}]\n")],
    [more(WHEN + ", until: 2025}\n    phase_of: new-c\n")],
]


@pytest.mark.parametrize("edits", SOUND, ids=range(len(SOUND)))
def test_what_may_be_meant_is_let_be(tmp_path, edits):
    ours = {f"SCN{number}" for number in range(810, 835)}
    assert [one.code for one in check(county(tmp_path / "a", *edits)) if one.code in ours] == []


def test_a_row_as_it_should_be_is_let_be(tmp_path):
    ours = {f"SCN{number}" for number in range(831, 835)}
    assert [one for one in check(county(tmp_path / "a", study(AS_OF), ledger=ROW)) if one.code in ours] == []


def opening(tmp_path, *edits):
    draft, _ = read_draft(county(tmp_path / "a", *edits))
    (view,) = [one for one in views(draft) if one.plan.model.id == "build"]
    return earliest_openings(view)


QUICK = ("initiation", "feasibility", "design", "tender", "acceptance")
ZERO = "durations: {" + "".join(f"{stage}: [0, 0, 0], " for stage in QUICK)


@pytest.mark.parametrize(
    ("months", "breaks", "year"),
    [
        (6, "", 2024),  # March and six months: the first of September, to the day
        (7, "", 2025),
        (18, "", 2025),
        (6, "[1, 2, 3]", 2024),  # nine months of work a year: less than a year of work says nothing
        (9, "[1, 2, 3]", 2025),  # a whole year of work is a whole year
        (18, "[1, 2, 3]", 2026),
    ],
)
def test_the_earliest_opening_adds_shortest_times_and_whole_years_of_breaks(tmp_path, months, breaks, year):
    edits = [more(f"    {ZERO}construction: [{months}, 40, 60]}}\n")]
    if breaks:
        rest = f"{{id: r, {NAME}, stages: [construction], months: {breaks}, pace: 0}}"
        edits.append(study(f"construction: {{breaks: [{rest}]}}\n"))
    assert opening(tmp_path, *edits)["more-b"] == year


def test_the_earliest_opening_waits_for_others_and_for_what_is_seen(tmp_path):
    quick = f"    {ZERO}construction: [1, 1, 1]}}\n"
    alone = opening(tmp_path / "alone", more(quick))
    assert alone["more-b"] == 2024
    after = opening(tmp_path / "after", more(quick + "    after: [{project: new-c}]\n"))
    assert after["new-c"] == alone["new-c"] == 2025
    assert after["more-b"] == 2025  # 2.5 years of the new school and one month
    phase = opening(tmp_path / "phase", more(quick + WHEN + "}\n    phase_of: new-c\n"))
    assert phase["more-b"] == 2026  # seen on the 1 September of the opening, ready in October
    seen = opening(tmp_path / "seen", more(quick + WHEN + ", years: 3, lag_months: 12}\n"))
    assert seen["more-b"] == 2027  # seen in 2025, decided in 2026, ready a month later
    on_record = opening(tmp_path / "record", more("    ledger: L-1\n"))
    assert "more-b" not in on_record
