"""The layout plan against the tables of a run: demand and places by zone and year, schools, zones, beds, verdicts."""

from dataclasses import replace

import pytest

from reports import layout_plan
from reports.document import Document, Heading, Paragraph, Picture
from reports.document_case import put_forward
from reports.document_html import html_of
from reports.layout_network import action_of, constraint, counted, kept_zones, network, zone_changes
from reports.run_folder import RunFolder
from reports.view import view
from tests.reports.build_kit import (
    CLOSED,
    FUTURE,
    ODD,
    PLAN,
    eventful,
    kindergarten,
    never_opening,
    one_draw,
    records,
    with_headline,
    with_plan,
    without_projects,
)


@pytest.fixture(scope="module")
def chinese(made: RunFolder) -> Document:
    return layout_plan.layout(view(made, "zh"))


def test_places_and_demand_of_every_zone_and_year(made) -> None:
    seen = view(made, "en")
    schools = made.tables.schools
    own = schools[(schools["future"] == FUTURE) & (schools["plan"] == PLAN) & (schools["stage"] == "all")]
    mean = own.set_index(["indicator", "entity", "year"])["mean"]
    upper = own.set_index(["indicator", "entity", "year"])["p90"]
    table = constraint(seen, PLAN)
    first, last = made.study.window
    years = range(first, last + 1)
    for zone, row in zip(kept_zones(seen, PLAN), records(table), strict=True):
        assert row["zone"] == seen.words.school(zone.zone)  # without early warning a zone is a school
        for year in years:
            assert row[f"demand_{year}"] == mean["roll", zone.zone, year]
            assert row[f"places_{year}"] == mean["seats", zone.zone, year]
        short = [str(year) for year in years if mean["seats", zone.zone, year] < mean["roll", zone.zone, year]]
        unsure = [str(year) for year in years if mean["seats", zone.zone, year] < upper["roll", zone.zone, year]]
        assert row["short"] == (", ".join(short) or "kept")
        assert row["unsure"] == (", ".join(unsure) or "kept")
    assert len(table.rows) == own["entity"].nunique()


def test_the_constraint_is_stated_with_the_years_that_keep_it(made, chinese) -> None:
    kept = kept_zones(view(made, "zh"), PLAN)
    count = sum(len(one.years) for one in kept)
    said = next(block.text for block in chinese.blocks if isinstance(block, Paragraph) and "约束" in block.text)
    assert f"{count} 个学校学年" in said  # without early warning a zone is a school, and that is said
    assert f"{count - sum(len(one.short) for one in kept)} 个平均满足" in said
    assert kept[0].short == max((one.short for one in kept), key=len)  # the shortest zone stands first


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_zones_of_early_warning_are_sure_by_ratios_draw_by_draw(facts_run, lang) -> None:
    """Neither the 90 % quantile of demand against mean places, nor a ratio of the draws with places alone."""
    alerts = facts_run.tables.alerts
    mine = (alerts["future"] == FUTURE) & (alerts["plan"] == PLAN)
    zone = alerts.loc[mine, "zone"].iloc[0]
    first, last = facts_run.study.window
    own = mine & (alerts["zone"] == zone) & alerts["year"].between(first, last)
    top = facts_run.study.alerts.rules[0].levels[-1]
    rules = tuple(one.model_copy(update={"code": "W.x", "levels": (top.model_copy(update={"at_least": 1.2}),)})
                  for one in facts_run.study.alerts.rules)  # fmt: skip
    card = facts_run.study.alerts.model_copy(update={"rules": rules})
    changed = alerts.copy()
    changed.loc[own, ["demand_mean", "demand_p90", "places", "ratio_p90"]] = [90.0, 120.0, 100.0, 0.98]
    changed.loc[own & (alerts["year"] == first + 1), "ratio_p90"] = 1.02
    changed.loc[own & (alerts["year"] == first + 2), f"p_{top.level}"] = 0.2  # no places in so many draws
    run = replace(facts_run, study=facts_run.study.model_copy(update={"alerts": card}),
                  tables=replace(facts_run.tables, alerts=changed))  # fmt: skip
    seen = view(run, lang)
    kept = kept_zones(seen, PLAN)
    found = next(one for one in kept if one.zone == zone)
    assert found.short == []
    assert found.unsure == [first + 1, first + 2]
    texts = [block.text for block in layout_plan.layout(seen).blocks if isinstance(block, Paragraph)]
    text = next(text for text in texts if text.startswith({"zh": "约束", "en": "Constraint"}[lang]))
    sure = sum(len(one.years) - len(one.unsure) for one in kept)
    assert {"zh": f"{sure} 个在九成以上的推演中满足（逐片区逐年计", "en": f"{sure} in at least 9 of 10 draws (each"}[
        lang
    ] in text
    assert {"zh": "起始年级（招生）学位", "en": "entry-grade place"}[lang] in text


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_projects_that_most_draws_never_open_have_no_year_and_stand_last(made, lang) -> None:
    first = next(one for one in made.study.plan(PLAN).projects if one.id == "no2-extension").name[lang]
    for chance, place in ((0.3, 0), (0.7, 2)):
        tables = layout_plan.layout(view(never_opening(made, "no2-extension", chance), lang)).tables
        rows = records(next(table for table in tables if table.key == "layout_sequence"))
        assert rows[place]["project"] == first
        assert (rows[place]["opens_p50"] is None) == (chance > 0.5)


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "提请审议的是“县方案”"), ("en", "put forward here is “County plan”")]
)
def test_a_plan_that_is_not_the_headline_plan_says_so(made, lang, said) -> None:
    def texts(run: RunFolder) -> str:
        return " ".join(b.text for b in layout_plan.layout(view(run, lang)).blocks if isinstance(b, Paragraph))

    assert said in texts(with_headline(made, "do-nothing"))
    assert said not in texts(made)


def test_a_headline_plan_that_only_changes_zones_is_put_forward(made) -> None:
    zoned = with_headline(with_plan(made, PLAN, projects=()), PLAN)
    assert put_forward(view(zoned, "zh")) == PLAN
    still = replace(zoned.tables, plan_steps=zoned.tables.plan_steps.iloc[:0])
    bare = with_plan(replace(zoned, tables=still), PLAN, buses={})
    assert put_forward(view(bare, "zh")) == "compact"


def test_every_school_of_the_plan_and_what_becomes_of_it(made) -> None:
    seen = view(made, "en")
    table = network(seen, PLAN)
    rows = {row["school"]: row for row in records(table)}
    names = seen.words.schools
    assert set(rows) == set(names.values())  # both new schools are projects of this plan
    does = {key: rows[name]["action"] for key, name in names.items()}
    assert (does["ps-02"], does["ps-04"], does["ps-07"], does["ps-05"]) == (
        "extend",
        "open",
        "merge",
        "keep and receive",
    )
    assert does["ps-01"] == "keep"
    assert counted(table) == {"keep": 7, "open": 2, "extend": 1, "keep and receive": 1, "merge": 1}
    history, schools = made.tables.history, made.tables.schools
    today = history[history["year"] == made.study.base_year].groupby("school")["pupils"].sum()
    end = schools[
        (schools["future"] == FUTURE) & (schools["plan"] == PLAN) & (schools["year"] == made.study.window[1])
        & (schools["stage"] == "all") & (schools["indicator"] == "roll")
    ].set_index("entity")  # fmt: skip
    for key, name in names.items():
        assert rows[name]["pupils_today"] == today.get(key)
        band = rows[name]["pupils_then"]
        assert (band.middle, band.low, band.high) == tuple(end.loc[key, n] for n in ("p50", "p05", "p95"))


def test_a_school_of_another_plan_is_left_out(made) -> None:
    rows = records(network(view(made, "en"), "compact"))
    assert "County No. 4 Primary" not in {row["school"] for row in rows}


def test_a_closure_without_receivers_is_a_closure(made) -> None:
    plan = made.study.plan(PLAN)
    alone = tuple(p.model_copy(update={"receivers": ()}) if p.id == CLOSED.id else p for p in plan.projects)
    plans = tuple(one.model_copy(update={"projects": alone}) if one.id == PLAN else one for one in made.study.plans)
    seen = view(made, "en")
    changed = type(seen)(**{**vars(seen), "run": type(made)(made.path, made.study.model_copy(update={"plans": plans}),
                                                           made.manifest, made.tables)})  # fmt: skip
    assert action_of(changed, PLAN, "ps-07")[0] == "close"


def test_zone_changes_name_units_schools_and_projects(made) -> None:
    seen = view(made, "en")
    first, second = records(zone_changes(seen, PLAN))
    zones = made.tables.zone_list
    own = zones[(zones["plan"] == PLAN) & (zones["stage"] == "primary") & (zones["with_project"] == "")]
    before = {seen.words.school(key) for key in own[own["unit"].isin(["u09", "u10", "u14"])]["school"]}
    assert set(first["before"].split(", ")) == before
    assert first["after"] == "County No. 4 Primary"
    assert first["project"] == "New No. 4 Primary"
    assert (first["year"], first["pupils"]) == (2026.0, 300.0)
    assert first["units"] == "Community 09, Village 10, Village 14"
    assert second["project"] == "the year alone"
    assert second["after"] == "Xuanwei Primary, Longshan Primary"


def test_beds_buses_and_guards(chinese) -> None:
    tables = {table.key: table for table in chinese.tables}
    (beds,) = records(tables["layout_boarding"])
    assert (beds["boarders"], beds["boarders_p90"], beds["beds"], beds["p_short"]) == (300.0, 360.0, 320.0, 0.25)
    (bus,) = records(tables["layout_buses"])
    assert (bus["bus"], bus["children"], bus["km"], bus["cost_per_year"]) == ("一号线", 12.5, 7.8, 3.65)
    assert "60%" in " ".join(str(cell) for row in tables["layout_guards"].rows for cell in row)


def test_projects_stand_in_the_order_of_their_openings(chinese) -> None:
    cells = next(table for table in chinese.tables if table.key == "layout_sequence").column("opens_p50")
    known = [cell for cell in cells if cell is not None]
    assert known == sorted(known)
    assert cells[-1] is None  # the closure has no row in the table of openings


def test_verdicts_are_those_of_the_county_rows(made, chinese) -> None:
    verdicts = made.tables.verdicts
    own = verdicts[(verdicts["plan"] == PLAN) & (verdicts["scope"] == "county")].set_index(["rule", "future"])
    rows = records(next(table for table in chinese.tables if table.key == "layout_verdicts"))
    assert [row["code"] for row in rows][:-1] == [r.code for r in made.study.rules if (r.code, FUTURE) in own.index]
    words = {"holds": "√ 达标", "fails": "× 不达标", "at-risk": "△ 有风险", "undecided": "? 未定"}
    for row in rows:
        code = "all" if row["code"] == "合计" else row["code"]
        for future in ("baseline", "fast"):
            assert row[f"in_{future}"].startswith(words[own.loc[(code, future), "verdict"]])


def test_maps_of_today_and_of_the_plan_for_every_stage(made, chinese) -> None:
    pictures = [block for block in chinese.blocks if isinstance(block, Picture)]
    assert [one.key for one in pictures] == [
        f"layout_{kind}_{stage.id}" for stage in made.study.stages for kind in ("existing", "planned")
    ]
    assert all(one.png.startswith(b"\x89PNG") and one.width_mm <= 156.0 for one in pictures)
    assert pictures[0].basis is not None
    assert pictures[0].basis.plan == "维持现状"


def test_both_languages_have_the_same_tables(made, chinese) -> None:
    english = layout_plan.layout(view(made, "en"))
    assert [table.key for table in english.tables] == [table.key for table in chinese.tables]
    assert [len(table.rows) for table in english.tables] == [len(table.rows) for table in chinese.tables]
    assert sum(isinstance(block, Heading) for block in english.blocks) == 9


def test_runs_without_projects_with_one_draw_and_with_a_kindergarten(made) -> None:
    bare = layout_plan.layout(view(without_projects(made), "en"))
    assert "layout_sequence" not in {table.key for table in bare.tables}
    assert "keep 10\u00a0schools" in " ".join(b.text for b in bare.blocks if isinstance(b, Paragraph))
    once = layout_plan.layout(view(one_draw(made), "zh"))
    assert records(next(t for t in once.tables if t.key == "layout_boarding"))[0]["p_short"] is None
    small = layout_plan.layout(view(kindergarten(made), "zh"))
    assert any("幼儿园" in block.title for block in small.blocks if isinstance(block, Picture))


def test_odd_names_are_printed_as_they_are(built) -> None:
    made = layout_plan.layout(view(eventful(built, odd=ODD), "en"))
    cells = [cell for table in made.tables for row in table.rows for cell in row]
    assert ODD in cells  # a project, of both languages
    page = html_of(layout_plan.layout(view(eventful(built, odd=ODD), "zh")))
    assert "<b>&'" not in page
    assert "😀" in page
