"""Every verb on plans with triggers: as the plain plan where all fire at once, as no plan where none does."""

from pathlib import Path

import pandas as pd
import pytest

import schoolplan
from reports.necessity_view import headline, verdict
from reports.run_folder import RunFolder
from schoolplan import manifest, runs
from schoolplan.stressing import StressFolder
from tests.cli.adaptive_study import write_study

pytestmark = pytest.mark.usefixtures("no_pictures")

DRAWS = 20
FUTURES = ("baseline", "high")


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_study(tmp_path_factory.mktemp("adaptive") / "study")


@pytest.fixture(scope="module")
def stressed(scenario: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, StressFolder]:
    folder = tmp_path_factory.mktemp("stress")
    asked = {"drivers": ("births", "delay", "migration"), "below": 0.05, "draws": DRAWS}
    plans = ("do-nothing", "build", "always", "never", "watch")
    return {plan: schoolplan.stress(scenario, folder / plan, plan=plan, **asked) for plan in plans[1:]}


def test_stress_builds_in_every_changed_world_what_is_seen_there(stressed: dict[str, StressFolder]) -> None:
    tables = {plan: one.table for plan, one in stressed.items()}
    pd.testing.assert_frame_equal(tables["always"], tables["build"])
    assert stressed["always"].document["scanned"] == stressed["build"].document["scanned"]
    late = {plan: table.set_index("driver").loc["delay", "probability"] for plan, table in tables.items()}
    assert late["build"] < stressed["build"].document["probability"]  # four years late is worse than in time
    assert late["never"] == stressed["never"].document["probability"]  # what is not built cannot be late
    births = {plan: table[table["driver"] == "births"].set_index("direction")["share_broken"]
              for plan, table in tables.items()}  # fmt: skip
    assert births["watch"]["up"] < births["never"]["up"]  # more births are seen, and a school is built for them
    assert births["watch"]["down"] == births["never"]["down"]  # fewer are not: it is not built


def test_necessity_looks_where_the_project_is_built_and_at_what_is_spent(scenario: Path, tmp_path: Path) -> None:
    asked = {"draws": DRAWS, "workers": 1, "future": "high", "lang": "en"}  # not the reference future
    found = {plan: schoolplan.necessity(scenario, tmp_path / plan, plan=plan, **asked)
             for plan in ("build", "always", "never", "watch")}  # fmt: skip
    tables = {plan: one.table.set_index("project") for plan, one in found.items()}
    of_trigger = ["p_open", "spent"]
    pd.testing.assert_frame_equal(
        tables["always"].drop(columns=[*of_trigger, "months"]), tables["build"].drop(columns=[*of_trigger, "months"])
    )
    assert tables["build"][of_trigger].isna().all(axis=None)
    assert (tables["always"]["p_open"] == 1.0).all()
    assert tables["always"]["spent"].tolist() == pytest.approx(tables["always"]["cost"].tolist())

    never = tables["never"]
    assert (never[["p_open", "spent", "years_needed", "short_mean"]] == 0.0).all(axis=None)
    assert "Never built" in headline(found["never"].view)  # and not "not needed"
    assert {verdict(row) for _, row in found["never"].table.iterrows()} == {"unbuilt"}

    watch = tables["watch"].loc["new-c"]
    assert 0.0 < watch["p_open"] < 1.0
    assert 0.0 < watch["spent"] < watch["cost"] == 4000.0
    assert pd.isna(tables["watch"].loc["more-b", "p_open"])  # it waits for nothing
    years = {plan: one.years.query("project == 'new-c'").set_index("year") for plan, one in found.items()}
    assert (years["watch"]["short_avoided"] <= years["build"]["short_avoided"] + 1e-9).all()
    assert years["watch"]["p_needed"].max() > 0.0


def test_size_asks_for_what_is_missing_beside_what_was_built(scenario: Path, tmp_path: Path) -> None:
    found = {plan: schoolplan.size(scenario, tmp_path / plan, plan=plan, draws=DRAWS, workers=1).table.drop(
        columns="plan") for plan in ("build", "always", "never", "watch")}  # fmt: skip
    pd.testing.assert_frame_equal(found["always"], found["build"])
    assert not found["never"].equals(found["build"])
    rows = {plan: len(table) for plan, table in found.items()}
    assert rows["never"] < rows["watch"] <= rows["build"]  # the school of a plan that never builds asks for nothing


@pytest.fixture(scope="module")
def run(scenario: Path, tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """The scenario, stopped after its simulation and resumed."""
    target = tmp_path_factory.mktemp("runs") / "out"
    stop, same = pytest.MonkeyPatch(), pytest.MonkeyPatch()
    same.setattr(manifest, "code_hash", lambda: "0")  # whoever edits the program meanwhile
    stop.setattr(runs, "study_card", _stopped)
    with pytest.raises(KeyboardInterrupt):
        schoolplan.run(scenario, target, draws=DRAWS, workers=1, drivers=False, lang="en")
    stop.undo()
    parts = sorted(target.with_name("out.unfinished").glob("parts/*.npz"))
    assert len(parts) == 10  # two futures, five plans
    stop.setattr(runs.ensemble, "_simulate_block", _stopped)  # nothing is simulated again
    folder = schoolplan.run(scenario, target, draws=DRAWS, workers=1, drivers=False, lang="en", resume=True)
    stop.undo()
    same.undo()
    return folder


def _stopped(*_: object) -> None:
    raise KeyboardInterrupt


def own(table: pd.DataFrame, plan: str) -> pd.DataFrame:
    return table[table["plan"] == plan].drop(columns="plan").reset_index(drop=True)


@pytest.mark.slow
def test_a_resumed_run_knows_what_was_built_in_the_parts_that_it_reads(run: RunFolder) -> None:
    tables = run.tables
    for name in ("verdicts", "schools", "county", "projects", "cash", "stages", "work_plan", "plan_steps", "unused"):
        table = getattr(tables, name)
        pd.testing.assert_frame_equal(own(table, "always"), own(table, "build"), obj=name)
    never = own(tables.county, "never")
    pd.testing.assert_frame_equal(never, own(tables.county, "do-nothing"))
    assert set(own(tables.triggers, "always").query("year == 2023")["p"]) == {1.0}


@pytest.mark.slow
def test_steps_of_a_plan_that_watches_are_those_of_each_future(run: RunFolder) -> None:
    """The third and the eighteenth of twenty draws are the quantiles: years in which so many have opened."""
    found = (
        run.tables.plan_steps.query("project == 'new-c' and what == 'opens'").set_index(["plan", "future"]).sort_index()
    )
    opened = (
        run.tables.projects.query("project == 'new-c'").set_index(["plan", "future", "year"])["p_open"].sort_index()
    )
    for plan, future in [(plan, future) for plan in ("build", "always", "never", "watch") for future in FUTURES]:
        shares = opened.loc[plan, future]
        for quantile, draws in (("p10", 3), ("p90", 18)):
            year, reached = found.loc[(plan, future), quantile], shares[shares >= draws / DRAWS - 1e-9]
            assert pd.isna(year) if reached.empty else year == reached.index[0]
    assert not opened.loc["watch", "high"].equals(opened.loc["watch", "baseline"])


@pytest.mark.slow
def test_stress_starts_from_what_the_run_found(run: RunFolder, stressed: dict[str, StressFolder]) -> None:
    rows = run.tables.verdicts
    rows = rows[(rows["scope"] == "county") & (rows["rule"] == "all") & (rows["future"] == "baseline")]
    found = rows.set_index("plan")["probability"]
    for plan, one in stressed.items():
        assert one.document["probability"] == pytest.approx(found[plan])


@pytest.mark.slow
def test_compare_tells_money_and_empty_seats_of_each_future(run: RunFolder, tmp_path: Path) -> None:
    folder = schoolplan.compare([run.path], tmp_path / "compare", "en")
    table = pd.read_csv(folder / "compare.csv").set_index(["plan", "future"]).sort_index()
    cash = run.tables.cash.query("kind == 'spend' and source == 'all'").groupby(["plan", "future"])["mean"].sum()
    seats = run.tables.county.query("indicator == 'unused_seats' and stage == 'all'")
    for plan, future in table.index:
        assert table.loc[(plan, future), "cost"] == pytest.approx(cash[plan, future], abs=1e-3)
        at = seats.query("plan == @plan and future == @future").set_index("year")["p50"]
        assert table.loc[(plan, future), "unused_seats_p50"] == at[table.loc[(plan, future), "unused_year"]]
    assert table.loc[("watch", "high"), "cost"] > table.loc[("watch", "baseline"), "cost"]
    assert "by future" in (run.path / "report.html").read_text(encoding="utf-8")


def test_a_forecast_knows_no_plans_and_therefore_no_triggers(scenario: Path, tmp_path: Path) -> None:
    alone = write_study(tmp_path / "plain", plans=())
    found = [schoolplan.forecast(file, tmp_path / name, draws=DRAWS) for file, name in ((scenario, "a"), (alone, "b"))]
    for one, other in zip(*(sorted(folder.path.glob("*.csv")) for folder in found), strict=True):
        assert one.read_bytes() == other.read_bytes()


@pytest.mark.slow
def test_a_programme_adds_up_what_its_members_built(tmp_path: Path) -> None:
    for name in "ab":
        write_study(tmp_path / name, ("always", "watch"))
    members = "".join(f"  - {{id: {x}, scenario: {x}/approval.yaml, name: {{zh: {x}, en: {x}}}}}\n" for x in "ab")
    (tmp_path / "programme.yaml").write_text(
        "schema_version: 1\nid: city\nname: {zh: 市, en: City}\nsynthetic: true\n"
        f"members:\n{members}draws: 6\nseed: 3\n"
        "flows: [{from: a, to: b, stage: primary, share: 0.6}, {from: b, to: a, stage: primary, share: 1.0}]\n"
        "quotas: [{id: built, name: {zh: 建成, en: built}, counts: {projects_with_tag: x}, targets: {2030: 2}}]\n",
        encoding="utf-8",
    )
    for name in "ab":
        for plan in (tmp_path / name / "plans").glob("*.yaml"):
            plan.write_text(
                plan.read_text("utf-8").replace("    kind: new_school\n", "    kind: new_school\n    tags: [x]\n")
            )
    done = schoolplan.run(tmp_path / "programme.yaml", tmp_path / "city", workers=1, drivers=False)
    assert not done.broken
    for name in ("county", "verdicts", "gaps", "quotas"):
        table = done.tables[name]
        pd.testing.assert_frame_equal(own(table, "always"), own(table, "build"), obj=name)
    quotas = done.tables["quotas"].query("year == 2030").set_index(["plan", "future"]).sort_index()
    assert quotas.loc[("build", "high"), "mean"] == quotas.loc[("build", "baseline"), "mean"] == 2.0
    assert quotas.loc[("watch", "high"), "mean"] > quotas.loc[("watch", "baseline"), "mean"]
    spent = (
        done.tables["county"]
        .query("indicator == 'spend' and level == 'whole'")
        .groupby(["plan", "future"])["mean"]
        .sum()
    )
    assert spent["watch", "high"] > spent["watch", "baseline"]
