"""The yearly report: numbers read back against both run folders, reasons that add up, bad input, both languages."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import schoolplan
from reports.document import Band, Document, Paragraph, Table
from reports.i18n import NBSP, Labels, language
from reports.run_errors import RunError
from reports.run_folder import RunFolder, write_run
from reports.yearly import yearly
from reports.yearly_changes import paired
from reports.yearly_classes import bands
from reports.yearly_data import Yearly
from reports.yearly_inputs import differences
from reports.yearly_why import causes, rolls_of
from scenarios.problems import ScenarioError, render
from schoolplan.exits import GOOD, INVALID_INPUT, WRONG_USE
from schoolplan.year_report import Ask, gathered
from tests.forecast.made import rows, write
from tests.reports import factory
from tests.reports import factory_numbers as f
from tests.typed import typed

NOW = f.BASE + 1
TURNED = "js-01"
"""School whose verdict is another this year."""
RULE = "G5.junior"
REVISED = ("ps-01", "1", f.BASE)


def classes(extra: int) -> pd.DataFrame:
    """Classes of three sizes: 30, 51 and 70 pupils, and some that hold 40."""
    rows = [
        ("ps-01", "1", 30, 1, 1),
        ("ps-01", "2", 102, 2, 1),
        ("js-01", "7", 70, 1, 0),
        ("js-01", "8", 40 * extra, extra, 1),
    ]
    return pd.DataFrame(rows, columns=["school", "grade", "pupils", "classes", "recorded"])


def next_year() -> pd.DataFrame:
    """History of this year: one more year, and one number of last year revised."""
    before = factory.history()
    grown = before[before["year"] == f.BASE].assign(year=NOW)
    grown["pupils"] = (grown["pupils"] * 1.1).round()
    both = pd.concat([before, grown], ignore_index=True)
    at = (both["school"] == REVISED[0]) & (both["grade"] == REVISED[1]) & (both["year"] == REVISED[2])
    assert at.sum() == 1
    both.loc[at, "pupils"] += 7
    return both


@pytest.fixture(scope="module")
def last(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    made = replace(factory.tables(), classes_today=classes(3))
    return write_run(tmp_path_factory.mktemp("last") / "run", made, factory.documents())


@pytest.fixture(scope="module")
def now(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    made = factory.tables()
    verdicts = made.verdicts.copy()
    at = (verdicts["entity"] == TURNED) & (verdicts["rule"] == RULE)
    assert at.any()
    was = verdicts.loc[at, "verdict"]
    verdicts.loc[at, "verdict"] = was.map(lambda one: "holds" if one == "fails" else "fails")
    verdicts.loc[at, "probability"] = 1.0 - verdicts.loc[at, "probability"]
    schools = made.schools[made.schools["year"] > NOW].copy()
    schools.loc[schools["indicator"] == "roll", "mean"] += 25.0
    changed = replace(made, history=next_year(), verdicts=verdicts, schools=schools, classes_today=classes(5))
    documents = factory.documents(base_year=NOW)
    documents["manifest.json"] = {**dict(documents["manifest.json"]), "inputs": {"study.yaml": "1", "data/x.csv": "2"}}  # type: ignore[call-overload]
    return write_run(tmp_path_factory.mktemp("now") / "run", changed, documents)


def made(now: RunFolder, last: RunFolder | None, lang: str = "en", **more: Any) -> Yearly:
    return gathered(now, Ask(last=None if last is None else last.path, lang=lang, **more), [])


@pytest.fixture(scope="module")
def both(now: RunFolder, last: RunFolder) -> Yearly:
    return made(now, last)


@pytest.fixture(scope="module")
def paper(both: Yearly) -> Document:
    return yearly(both)


def table(paper: Document, key: str) -> Table:
    return next(one for one in paper.tables if one.key == key)


def test_pupils_are_those_of_both_years(paper: Document, now: RunFolder) -> None:
    history = now.tables.history
    sums = history.groupby("year")["pupils"].sum()
    whole = table(paper, "y_stage").rows[-1]
    assert whole[1:4] == (sums[f.BASE], sums[NOW], sums[NOW] - sums[f.BASE])
    by_school = history.groupby(["school", "year"])["pupils"].sum()
    names = {name: key for key, name in now.school_names("en").items()}
    found = table(paper, "y_school")
    assert len(found.rows) == history["school"].nunique()
    for name, before, after, *_ in found.rows:
        assert (before, after) == (by_school[names[str(name)], f.BASE], by_school[names[str(name)], NOW])
    grades = table(paper, "y_grade")
    cohort = dict(zip(grades.column("grade"), grades.column("cohort"), strict=True))
    assert cohort["grade 1"] is None
    assert cohort["grade 2"] == grades.column("last")[0]


def test_a_number_of_last_year_that_was_revised_is_listed(paper: Document, now: RunFolder) -> None:
    found = table(paper, "y_revised")
    assert len(found.rows) == 1
    name, grade, year, then, today, change = found.rows[0]
    assert (name, grade, year, change) == (now.school_names("en")[REVISED[0]], REVISED[1], float(REVISED[2]), 7.0)
    assert float(str(today)) - float(str(then)) == 7.0


def test_classes_stand_in_the_bands_of_their_size(paper: Document) -> None:
    found = {(row[0], row[1]): row for row in table(paper, "y_bands").rows}
    primary, junior = (next(str(key[0]) for key in found if word in str(key[0]).lower()) for word in ("prim", "jun"))
    assert found[primary, float(NOW)][2:8] == (1.0, 0.0, 0.0, 2.0, 0.0, 0.0)
    assert found[junior, float(f.BASE)][2:] == (0.0, 3.0, 0.0, 0.0, 0.0, 1.0, 0.25)
    assert found[junior, float(NOW)][2:] == (0.0, 5.0, 0.0, 0.0, 0.0, 1.0, 1 / 6)
    assert table(paper, "y_classes").rows[-1][1:4] == (7.0, 9.0, 2.0)
    said = [block.text for block in paper.blocks if isinstance(block, Paragraph)]
    assert any("11 %" in text.replace(NBSP, " ") for text in said), "one class of nine is not registered"


@pytest.mark.parametrize(
    ("pupils", "classes", "counts"),
    [
        (91, 2, [0, 1, 1, 0, 0, 0]),  # 45 and 46
        (35, 1, [1, 0, 0, 0, 0, 0]),
        (36, 1, [0, 1, 0, 0, 0, 0]),
        (50, 1, [0, 0, 1, 0, 0, 0]),
        (55, 1, [0, 0, 0, 1, 0, 0]),
        (131, 2, [0, 0, 0, 0, 1, 1]),  # 65 and 66
        (500, 1, [0, 0, 0, 0, 0, 1]),
    ],
)
def test_the_bands_have_the_ends_of_the_statistics(pupils: int, classes: int, counts: list[int]) -> None:
    assert bands().counts(pd.DataFrame({"pupils": [pupils], "classes": [classes]})) == counts


def test_the_forecast_of_last_year_is_held_to_this_register(paper: Document, now: RunFolder, last: RunFolder) -> None:
    rolls = last.tables.schools
    own = rolls[(rolls["year"] == NOW) & (rolls["indicator"] == "roll") & (rolls["stage"] == "all")]
    own = own[(own["future"] == last.study.reference_future) & (own["plan"] == "do-nothing")].set_index("entity")
    counted = now.tables.history[now.tables.history["year"] == NOW].groupby("school")["pupils"].sum()
    past = last.tables.history[last.tables.history["year"] == f.BASE].groupby("school")["pupils"].sum()
    names = {name: key for key, name in now.school_names("en").items()}
    found = table(paper, "y_schools_run")
    assert len(found.rows) == len(counted)
    for name, said, came, difference, naive, held in found.rows:
        key = names[str(name)]
        row = own.loc[key]
        assert said == Band(row["p50"], row["p05"], row["p95"])
        assert (came, naive) == (counted[key], past[key])
        assert difference == pytest.approx(counted[key] - row["p50"])
        assert held == ("yes" if row["p05"] <= counted[key] <= row["p95"] else "no")
    scores = table(paper, "y_score_run")
    line = next(row for row in scores.rows if row[0] == "school totals")
    errors = sum(abs(float(str(row[3]))) for row in found.rows) / sum(float(str(row[2])) for row in found.rows)
    assert line[2] == pytest.approx(errors)


def test_verdicts_that_changed_are_counted_and_named(paper: Document, now: RunFolder, last: RunFolder) -> None:
    found = paired(last, now)
    changed = found[found["verdict_before"] != found["verdict_after"]]
    assert set(changed["entity"]) == {TURNED}
    turns = table(paper, "y_turns")
    off = sum(
        float(str(cell)) for line, row in enumerate(turns.rows) for place, cell in enumerate(row[1:]) if line != place
    )
    assert off == len(changed)
    rows = table(paper, "y_changes").rows
    assert {row[0] for row in rows} == {now.school_names("en")[TURNED]}
    why = table(paper, "y_why")
    assert len(why.rows) == len(rows)


def test_the_reasons_add_up_to_the_difference_of_the_rolls(both: Yearly, now: RunFolder, last: RunFolder) -> None:
    found = paired(last, now)
    row = found[(found["entity"] == TURNED) & (found["rule"] == RULE)].iloc[0].to_dict()
    rolls = rolls_of(both, row, now.study.rule(RULE))
    assert rolls is not None
    assert rolls.came + rolls.later == pytest.approx(rolls.now - rolls.last)
    history = now.tables.history
    junior = next(stage for stage in now.study.stages if stage.id in now.study.rule(RULE).stages)
    own = history[(history["school"] == TURNED) & (history["year"] == NOW) & history["grade"].isin(junior.grades)]
    said = last.tables.schools
    at = (said["entity"] == TURNED) & (said["year"] == NOW) & (said["indicator"] == "roll")
    at &= (said["future"] == row["future"]) & (said["plan"] == row["plan"]) & (said["stage"] == junior.id)
    assert rolls.came == pytest.approx(own["pupils"].sum() - said.loc[at, "mean"].iloc[0])
    for lang, word in (("en", "pupils this year than forecast"), ("zh", "今年登记比上年预测")):
        told = causes(replace(both, seen=made(now, last, lang).seen), row, rolls)
        assert any(word in one for one in told)


def test_a_limit_and_a_project_that_changed_are_named(now: RunFolder, last: RunFolder, tmp_path: Path) -> None:
    study = factory.study()
    rules = [{**rule, "bound": rule["bound"] - 5} if rule["code"] == RULE else rule for rule in study["rules"]]
    projects = last.tables.projects.copy()
    projects["p50"] += 1.0
    tables = replace(now.tables, projects=projects)
    other = write_run(tmp_path / "other", tables, factory.documents(base_year=NOW, rules=rules))
    report = made(other, last)
    found = paired(last, other)
    row = found[(found["entity"] == TURNED) & (found["rule"] == RULE)].iloc[0].to_dict()
    bound = last.study.rule(RULE).bound
    assert f"limit changed from {bound:g} to {bound - 5:g}" in causes(report, row, None)
    school = projects.loc[(projects["school"] != "") & (projects["p_never"] <= 0.5)].iloc[0]
    asked = {**row, "entity": school["school"], "plan": school["plan"], "future": school["future"]}
    assert any("opens: last year's run" in one for one in causes(report, asked, None))


def test_chance_alone_is_said_to_be_chance(both: Yearly) -> None:
    row: dict[str, Any] = {"probability_before": 0.90, "probability_after": 0.89, "scope": "county", "rule": "all"}
    row |= {"required_before": 0.9, "required_after": 0.9}
    assert any("chance in the draws" in one for one in causes(both, row, None))
    assert not any("chance in the draws" in one for one in causes(both, {**row, "probability_after": 0.2}, None))


def test_inputs_that_differ_are_listed(paper: Document) -> None:
    assert differences({"a": "1"}, {"a": "1"}) == {"a": "same"}
    found = {row[0]: row[2] for row in table(paper, "y_inputs").rows}
    assert found == {"study.yaml": "changed", "data/x.csv": "new this year"}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_word_is_there_in_both_languages_and_the_page_says_the_same(
    now: RunFolder, last: RunFolder, tmp_path: Path, lang: str
) -> None:
    files = schoolplan.yearly(now.path, last=last.path, lang=lang, out=tmp_path)
    page = files[0].read_text(encoding="utf-8")
    shown = re.sub(r"<(style|script)\b.*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)
    assert not re.search(r"[{]\w+[}]", shown), "a label without its value"
    other = yearly(made(now, last, lang))
    assert [one.key for one in other.tables] == re.findall(r'data-table="(\w+)"', page)
    labels = Labels(language(lang))
    total = table(other, "y_stage").rows[-1]
    assert labels.integer(float(str(total[2]))) in page
    if lang == "zh":
        prose = " ".join(block.text for block in other.blocks if isinstance(block, Paragraph))
        assert not re.findall(r"\b[a-z]{5,}\b", prose), "English words in Chinese prose"


def test_without_a_run_of_last_year_the_snapshot_alone_is_scored(tmp_path: Path, now: RunFolder) -> None:
    history = now.tables.history
    frame = history[history["year"] < NOW].assign(pupils=lambda one: one["pupils"].astype(int))
    source = tmp_path / "history.csv"
    frame[["school", "grade", "year", "pupils"]].to_csv(source, index=False)
    locked = schoolplan.snapshot(source, draws=30, years=2).path
    report = gathered(now, Ask(snapshot=locked, lang="en"), [])
    assert report.before == f.BASE
    paper = yearly(report)
    assert {one.key for one in paper.tables} >= {
        "y_stage",
        "y_score_snapshot",
        "y_schools_snapshot",
        "y_misses_snapshot",
    }
    assert not {"y_changes", "y_turns", "y_settings"} & {one.key for one in paper.tables}
    (locked / "table.csv").write_text("school,grade,year,pupils\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as refused:
        gathered(now, Ask(snapshot=locked), [])
    assert {one.code for one in refused.value.problems} == {"SCO005"}


def test_a_snapshot_of_other_schools_or_years_is_refused(tmp_path: Path, now: RunFolder) -> None:
    locked = schoolplan.snapshot(write(rows(), tmp_path / "h.csv"), draws=30, years=1).path
    with pytest.raises(ScenarioError) as refused:
        gathered(now, Ask(snapshot=locked), [])
    assert {one.code for one in refused.value.problems} & {"SCO007", "SCO015"}


def test_the_same_year_twice_and_another_study_are_refused(now: RunFolder, last: RunFolder, tmp_path: Path) -> None:
    for first, second, code in ((last, last, "RUN130"), (last, now, "RUN130")):
        with pytest.raises(RunError) as refused:
            made(first, second)
        assert refused.value.code == code
        assert str(f.BASE) in render(refused.value.problems[0], "zh")
        assert "--last" in render(refused.value.problems[0], "en")
    other = factory.make(tmp_path / "elsewhere", id="elsewhere")
    with pytest.raises(RunError) as refused:
        made(now, other)
    assert refused.value.code == "RUN009"


def test_folders_of_earlier_versions_have_no_classes_and_say_so(
    now: RunFolder, last: RunFolder, tmp_path: Path
) -> None:
    tables = replace(now.tables, classes_today=classes(3).iloc[:0])
    old = write_run(tmp_path / "old", tables, factory.documents(base_year=NOW))
    (old.path / "classes_today.csv").unlink()
    paper = yearly(made(RunFolder.read(old.path), last))
    assert "y_bands" not in {one.key for one in paper.tables}
    assert any("holds no classes" in block.text for block in paper.blocks if isinstance(block, Paragraph))


def test_as_typed(now: RunFolder, last: RunFolder, tmp_path: Path) -> None:
    done = typed("yearly", now.path, "--last", last.path, "--out", tmp_path / "o", "-q")
    assert (done.returncode, done.stdout.strip()) == (GOOD, str(tmp_path / "o" / "yearly.html"))
    alone = typed("yearly", now.path)
    assert alone.returncode == WRONG_USE
    assert "last year's run" in alone.stderr
    wrong = typed("yearly", now.path, "--last", last.path, "--format", "gpkg")
    assert wrong.returncode == WRONG_USE
    swapped = typed("yearly", last.path, "--last", now.path, "--out", tmp_path / "p")
    assert (swapped.returncode, "RUN130" in swapped.stderr) == (INVALID_INPUT, True)


def test_what_is_published_hides_small_schools_and_what_tells_them(
    now: RunFolder, last: RunFolder, tmp_path: Path
) -> None:
    history = now.tables.history.copy()
    at = (history["school"] == REVISED[0]) & (history["year"] == f.BASE)
    history.loc[at, "pupils"] = [8.0] + [0.0] * (int(at.sum()) - 1)
    small = write_run(tmp_path / "small", replace(now.tables, history=history), factory.documents(base_year=NOW))
    done = typed("yearly", small.path, "--last", last.path, "--public")
    assert done.returncode == GOOD, done.stderr
    page = (small.path / "papers" / "en-public" / "yearly.html").read_text(encoding="utf-8")
    start = page.index('data-table="y_school"')
    name = small.school_names("en")[REVISED[0]]
    line = page[page.index(f"<td>{name}</td>", start) :].split("</tr>")[0]
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", line)
    assert cells[1] == "*"
    assert "*" in cells[2:], "the small count would follow from the other two"
