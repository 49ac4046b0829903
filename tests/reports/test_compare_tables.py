"""What a comparison says, against the tables of the run: conditions, clauses, who is affected, files, and the page."""

import json
import shutil
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from reports.compare import write_compare
from reports.compare_affected import MINUTES, affected
from reports.compare_changes import file_changes
from reports.compare_conditions import EXISTING, LAST, WORST, conditions, moments
from reports.compare_flips import ABSENT, change_of, flips
from reports.compare_groups import affected_groups, group_table
from reports.compare_view import condition_panels
from reports.i18n import NBSP, Labels, signed
from reports.matrix import baseline_plan, worst_year
from reports.run_folder import RunFolder
from reports.view import view
from tests.reports.test_compare import other
from tests.reports.test_compare_pairs import with_draws


class Reader(HTMLParser):
    """Tables of a page as rows of text, by the label of the box that they stand in."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.label, self.cell = "", None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "div" and given.get("role") == "group":
            self.label = (given["aria-label"] or "").replace(NBSP, " ")
        elif tag == "tr":
            self.tables.setdefault(self.label, []).append([])
        elif tag in ("td", "th"):
            self.cell = ""

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell += data

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self.cell is not None:
            self.tables[self.label][-1].append(" ".join(self.cell.replace(NBSP, " ").split()))
            self.cell = None


def read(page: Path) -> dict[str, list[list[str]]]:
    reader = Reader()
    reader.feed(page.read_text(encoding="utf-8"))
    return reader.tables


def test_conditions_are_those_of_the_tables(run: RunFolder) -> None:
    frame = conditions([run]).set_index(["future", "plan", "when", "stage", "indicator"])
    county, first = run.tables.county, run.study.futures[0].id
    looked = [(one.kind, one.year) for one in moments(run, first) if one.kind != EXISTING]
    assert looked[0] == (WORST, worst_year(run, baseline_plan(run.study).id, first))
    assert looked[-1][1] == run.study.window[1]
    for plan in (plan.id for plan in run.study.plans):
        for when, at in looked:
            for own, kept in (("pupils", "roll"), ("schools_over", "schools_over"), ("pupils_over", "pupils_over")):
                row = county[(county["future"] == first) & (county["plan"] == plan) & (county["year"] == at)]
                row = row[(row["indicator"] == kept) & (row["stage"] == "all")].iloc[0]
                found = frame.loc[(first, plan, when, "all", own)]
                assert (found["value"], found["p05"], found["p95"]) == (row["mean"], row["p05"], row["p95"])
                assert found["year"] == at
            ways = run.tables.access
            ways = ways[(ways["future"] == first) & (ways["plan"] == plan) & (ways["year"] == at)]
            ways = ways[(ways["measure"] == "km") & (ways["stage"] == "primary")].iloc[0]
            assert frame.loc[(first, plan, when, "primary", "way_km"), "value"] == ways["mean"]
            spent = run.tables.cash
            spent = spent[(spent["future"] == first) & (spent["plan"] == plan) & (spent["kind"] == "spend")]
            spent = spent[(spent["source"] == "all") & (spent["year"] <= at)]["mean"].sum()
            assert frame.loc[(first, plan, when, "all", "capital"), "value"] == pytest.approx(spent)
    today = run.tables.history
    today = today[today["year"] == run.study.base_year]["pupils"].sum()
    assert frame.loc[(first, "", EXISTING, "all", "pupils"), "value"] == today


def test_the_last_year_stands_apart_where_it_is_not_the_worst(run: RunFolder) -> None:
    wider = run.study.model_copy(update={"window": (run.study.window[0], run.study.window[1] + 2)})
    kinds = [(one.kind, one.year) for one in moments(replace(run, study=wider), run.study.futures[0].id)]
    assert [kind for kind, _ in kinds] == [EXISTING, WORST, LAST]
    assert kinds[-1][1] == run.study.window[1] + 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_words_of_conditions_say_what_is_kept_and_who_builds_nothing(run: RunFolder, lang: str) -> None:
    labels = Labels(lang)
    said = labels("compare.conditions.said")
    assert "不建设方案" in said if lang == "zh" else "without a plan" in said
    assert not any(
        text in said for text in ("90%", f"90{NBSP}%", "没有 95%", "not the 95")
    )  # ways have a 95 % quantile
    # 大班额 is a class of 56 and more (Guofa [2016] No. 40); counted are classes over the limit of their stage.
    name = {"zh": "超班额班级 [个]", "en": "Classes over the limit"}[lang]
    assert labels("compare.figure.classes_over") == name
    (first, *_) = condition_panels(view(run, lang), conditions([run]))
    assert first.tables[0].heads[2] == {"zh": "不建设：维持现状", "en": "Without: Do nothing"}[lang]
    built = tuple(plan for plan in run.study.plans if plan.projects)
    verdicts = run.tables.verdicts[run.tables.verdicts["plan"] != "do-nothing"]
    every = replace(run, study=run.study.model_copy(update={"plans": built}),
                    tables=replace(run.tables, verdicts=verdicts))  # fmt: skip
    (first, *_) = condition_panels(view(every, lang), conditions([every]))
    assert first.tables[0].heads[2] == {"zh": "县方案", "en": "County plan"}[lang]


def test_conditions_by_draw_are_means_and_quantiles_of_the_draws(run: RunFolder) -> None:
    own = with_draws(run)
    frame = conditions([own])
    table = own.tables.county_draws
    for row in frame[frame["indicator"].isin(["short", "classes_over", "capital"])].to_dict("records"):
        plan = row["plan"] or "do-nothing"
        case = (table["future"] == row["future"]) & (table["plan"] == plan) & (table["year"] == row["year"])
        values = table[case][row["indicator"]]
        assert row["value"] == pytest.approx(values.mean())
        if row["when"] != EXISTING:
            assert (row["p05"], row["p95"]) == pytest.approx(tuple(values.quantile([0.05, 0.95])))


def test_clauses_that_change_by_hand(run: RunFolder) -> None:
    frame = flips([run])
    verdicts = run.tables.verdicts.set_index(["future", "plan", "scope", "rule", "stage", "entity"])["verdict"]
    listed = set()
    for row in frame.to_dict("records"):
        key = (row["scope"], row["rule"], row["stage"], row["entity"])
        before = verdicts.get((row["future"], row["plan_a"], *key), ABSENT)
        after = verdicts.get((row["future"], row["plan_b"], *key), ABSENT)
        assert (row["before"], row["after"]) == (before, after)
        assert before != after
        listed.add((row["future"], row["plan_b"], *key))
    base = baseline_plan(run.study).id
    for (future, plan, *key), after in verdicts.items():
        before = verdicts.get((future, base, *key), ABSENT)
        assert ((future, plan, *key) in listed) == (plan != base and before != after)


def test_clauses_between_runs_and_schools_that_are_not_there(run: RunFolder) -> None:
    verdicts = run.tables.verdicts.copy()
    school = verdicts[(verdicts["scope"] == "school") & (verdicts["verdict"] == "holds")].iloc[0]
    same = verdicts["entity"] == school["entity"]
    for name in ("future", "plan", "rule", "stage"):
        same &= verdicts[name] == school[name]
    worse = verdicts.assign(verdict=verdicts["verdict"].where(~same, "fails"))
    frame = flips([run, replace(other(run), tables=replace(run.tables, verdicts=worse))])
    found = frame[frame["run_a"] != frame["run_b"]]
    assert found[["entity", "before", "after", "change"]].to_numpy().tolist() == [
        [school["entity"], "holds", "fails", "worse"]
    ]
    gone = flips([run, replace(other(run), tables=replace(run.tables, verdicts=verdicts[~same]))])
    gone = gone[gone["run_a"] != gone["run_b"]]
    assert gone[["before", "after", "change"]].to_numpy().tolist() == [["holds", ABSENT, "other"]]


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("fails", "at-risk", "better"), ("at-risk", "undecided", "better"), ("undecided", "holds", "better"),
        ("holds", "fails", "worse"), ("not-assessed", "holds", "other"), ("fails", "outlook", "other"),
    ],
)  # fmt: skip
def test_better_and_worse(before: str, after: str, change: str) -> None:
    assert change_of(before, after) == change


def test_who_is_affected(run: RunFolder) -> None:
    found = affected([view(run, "en")])
    last, future = run.study.window[1], run.study.futures[0].id
    totals = found.totals.set_index(["future", "plan", "stage"])
    assert set(found.totals["plan"]) == {"county-plan", "compact"}
    assert set(found.totals["year"]) == {last}
    homes = found.units[(found.units["future"] == future) & (found.units["stage"] == "primary")]
    zones = run.tables.zone_list.query("plan == 'county-plan' and stage == 'primary' and with_project != ''")
    mine = homes[homes["plan"] == "county-plan"]
    rezoned = mine[mine["schools_before"] != mine["schools_after"]]
    assert set(rezoned["unit"]) == set(zones["unit"])
    assert set(rezoned["schools_after"]) == {"ps-04"}
    row = totals.loc[(future, "county-plan", "primary")]
    assert row["rezoned_units"] == len(zones)
    pupils = run.tables.access_units
    pupils = pupils[(pupils["future"] == future) & (pupils["plan"] == "county-plan") & (pupils["year"] == last)]
    pupils = pupils[(pupils["stage"] == "primary") & (pupils["measure"] == "minutes")].set_index("unit")["pupils"]
    assert row["rezoned_pupils"] == pytest.approx(pupils[list(zones["unit"])].sum())
    gap = mine["minutes_after"] - mine["minutes_before"]
    assert row["longer_pupils"] == pytest.approx(mine[gap >= MINUTES]["pupils"].sum())
    assert row["shorter_units"] == (gap <= -MINUTES).sum()


def test_groups_of_children_are_those_of_the_fairness_table(run: RunFolder) -> None:
    last, columns = run.study.window[1], list(run.tables.fairness.columns)
    rows = [
        (
            future,
            plan,
            year,
            "primary",
            split,
            group,
            name,
            unit,
            mean,
            *[float("nan")] * 3,
            change,
            *[float("nan")] * 2,
            0,
        )
        for future, plan in run.cases
        for year in (last - 1, last)
        for split, group in (("home", "rural"), ("home", "gap"), ("group", "migrant"), ("place", "urban"))
        for name, unit, mean, change in (("way_min", "min", 42.4 + year, -3.2), ("way_km", "km", 3.0, 0.0))
    ]
    told = replace(run, tables=replace(run.tables, fairness=pd.DataFrame(rows, columns=columns)))
    frame = affected_groups([told])
    assert len(frame) == len(run.cases) * 2
    assert set(frame["year"]) == {last}
    table = group_table(view(told, "en"), frame)[0]
    assert [row[1] for row in table.rows[:: len(run.study.plans)]] == ["children in the country", "migrant children"]
    assert {row[-1] for row in table.rows} == {f"{42.4 + last:.0f} (−3)"}
    assert {row[3] for row in table.rows} == {"–"}
    assert group_table(view(run, "en"), frame.iloc[:0]) == []


def test_a_run_without_other_plans_affects_nobody(run: RunFolder) -> None:
    alone = replace(run, study=run.study.model_copy(update={"plans": run.study.plans[:1]}))
    assert affected([view(alone, "en")]).totals.empty


def test_what_changed_in_the_files(run: RunFolder, copied: Path) -> None:
    study = json.loads((copied / "study.json").read_text(encoding="utf-8"))
    plan = next(one for one in study["plans"] if one["id"] == "county-plan")
    dropped = plan["projects"].pop()
    dearer = plan["projects"][0]
    old = dearer["cost"]
    dearer["cost"] = old + 100
    study["plans"].append({"id": "extra", "name": {"zh": "另一方案", "en": "Extra"}})
    study["p_required"] = 0.8
    (copied / "study.json").write_text(json.dumps(study), encoding="utf-8")
    manifest = json.loads((copied / "manifest.json").read_text(encoding="utf-8"))
    manifest["inputs"] = {**manifest.get("inputs", {}), "plans/new.yaml": "ab" * 32}
    (copied / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    second = RunFolder.read(copied)
    frame = file_changes([run, second])
    between = frame[frame["run_a"] != frame["run_b"]]
    rows = {tuple(row) for row in between[["part", "item", "field", "change", "before", "after"]].to_numpy()}
    names = " / ".join(dropped["name"][lang] for lang in ("zh", "en"))
    head = f"county-plan / projects / {dearer['id']}"
    assert rows == {
        ("files", "plans/new.yaml", "sha256", "added", "", "ab" * 6),
        ("settings", "", "p_required", "changed", f"{run.study.p_required:g}", "0.8"),
        ("plans", head, "cost", "changed", f"{old:g}", f"{old + 100:g}"),
        ("plans", f"county-plan / projects / {dropped['id']}", "", "removed", names, ""),
        ("plans", "extra", "", "added", "", "另一方案 / Extra"),
    }


def test_nothing_changed_between_a_run_and_its_copy(run: RunFolder, copied: Path) -> None:
    frame = file_changes([run, RunFolder.read(copied)])
    assert frame[frame["run_a"] != frame["run_b"]].empty
    inside = frame[frame["run_a"] == run.name]
    assert set(inside["part"]) == {"plans"}
    assert inside["item"].str.startswith("county-plan → compact").all()


def test_zones_and_schools_row_by_row(run: RunFolder) -> None:
    zones, schools = run.tables.zone_list.copy(), run.tables.school_list.copy()
    zones.loc[0, "school"] = "ps-02" if zones.loc[0, "school"] != "ps-02" else "ps-03"
    schools.loc[0, "name_en"] = "Renamed"
    second = replace(other(run), path=run.path, tables=replace(run.tables, zone_list=zones, school_list=schools))
    frame = file_changes([run, second])
    frame = frame[frame["part"].isin(["zones", "schools"])]
    counts = frame.groupby(["part", "change"]).size().to_dict()
    assert counts == {("schools", "changed"): 1, ("zones", "added"): 1, ("zones", "removed"): 1}


def test_the_page_says_what_the_tables_say(run: RunFolder, dots: list, tmp_path: Path) -> None:
    """Numbers of compare.html read back and set against the CSV, which are those of the parquet tables."""
    shutil.copytree(run.path, tmp_path / "second")
    first = with_draws(run)
    second = replace(with_draws(run, {"county-plan": -3}), path=tmp_path / "second")
    folder = write_compare([first, second], tmp_path / "cmp", "en")
    tables = {path.stem: pd.read_csv(path, encoding="utf-8-sig") for path in folder.glob("*.csv")}
    page, labels, seen = read(folder / "compare.html"), Labels("en"), view(first, "en")
    plan, future = seen.words.plan, seen.words.future

    differ = tables["differences"].query("period == 'window' and plan_b == 'county-plan' and run_a != run_b")
    title = f"{plan('county-plan')} · test-run → {plan('county-plan')} · second"
    rows = next(rows for label, rows in page.items() if label.startswith(title))[1:]
    assert len(rows) == len(differ) == len(run.study.futures) * 6
    for row, found in zip(rows, differ.to_dict("records"), strict=True):
        assert row[0] == future(found["future"])
        assert row[1] == labels(f"compare.figure.{found['indicator']}").replace(NBSP, " ")
        digits = 1 if found["indicator"] in ("schools_over", "classes_over") else 0
        change = labels.change(found["mean"], found["p05"], found["p95"], digits).replace(NBSP, " ")
        ends = [signed(found[name], digits).replace(NBSP, " ") for name in ("low", "high")]
        assert row[3:5] == [change, " to ".join(ends)]
        assert found["mean"] == -3.0

    scores = tables["scores"].query("future == @first.study.reference_future")
    rank = next(
        rows for label, rows in page.items() if label.startswith(f"{future(first.study.reference_future)}: poi")
    )
    shown = {row[1]: row for row in rank[1:]}
    for row in scores.to_dict("records"):
        cells = shown[f"{plan(row['plan'])} · {row['run']}"]
        assert cells[4:6] == [f"{row['nearness'] * 100:.2f}", f"{row['concentration'] * 100:.2f}"]
        assert cells[-5:] == [str(int(row[f"rank_{weight}"])) for weight in (0, 25, 50, 75, 100)]

    changed = tables["flips"].query("decides == 1")
    sums = page[labels("compare.flip.sums")][1:]
    assert sum(int(cell) for row in sums for cell in row[2:5]) == len(changed)
    matrix = page[labels("compare.matrix")]
    assert len(matrix) == 1 + 2 * len(run.study.plans)


def test_conditions_on_the_page(run: RunFolder, dots: list, tmp_path: Path) -> None:
    folder = write_compare([run], tmp_path / "cmp", "en")
    table = pd.read_csv(folder / "conditions.csv", encoding="utf-8-sig", keep_default_na=False, na_values=[""])
    page, labels, seen = read(folder / "compare.html"), Labels("en"), view(run, "en")
    reference = run.study.reference_future
    own = table[(table["future"] == reference) & (table["when"] == WORST)]
    title = labels("compare.when.worst", year=labels.school_year(int(own["year"].iloc[0])))
    rows = {row[0]: row[1:] for row in page[title][: 1 + own.groupby(["stage", "indicator"]).ngroups]}
    heads = rows.pop(labels("compare.measure"))
    assert len(heads) == 1 + len(run.study.plans)
    pupils = rows[labels("compare.figure.pupils")]
    for cell, name in zip(pupils[1:], seen.plans, strict=True):
        row = own[(own["plan"] == name) & (own["indicator"] == "pupils")].iloc[0]
        assert cell == labels.interval(row["value"], row["p05"], row["p95"]).replace(NBSP, " ")
