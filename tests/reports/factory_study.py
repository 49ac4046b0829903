"""`study.json` of the synthetic run: names, plans with costs and budget, rules with their clauses."""

from tests.reports import factory_numbers as f

CRS = "EPSG:4545"
COST = {"no2-extension": 1350.0, "no4-primary": 5200.0, "no3-junior": 4100.0}
BUDGET = {2023: 1500.0, 2024: 4000.0, 2025: 3500.0, 2026: 2500.0}
KIND = {
    "no2-extension": ("extension", "ps-02"),
    "no4-primary": ("new_school", "ps-04"),
    "no3-junior": ("new_school", "js-03"),
}


def names(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


_PROJECTS = {
    "no2-extension": names("县第二小学扩建", "Extension of No. 2 Primary"),
    "no4-primary": names("新建县第四小学", "New No. 4 Primary"),
    "no3-junior": names("新建县第三中学", "New No. 3 Junior"),
}
_RULES = (
    ("G4.primary", "小学规模不超过 2000 人", "Primary schools up to 2000 pupils", "school_size", ["primary"], 2000),
    ("G4.junior", "初中规模不超过 2000 人", "Junior schools up to 2000 pupils", "school_size", ["junior"], 2000),
    ("G4.nine_year", "九年一贯制学校不超过 2500 人", "Nine-year schools up to 2500 pupils", "school_size",
     ["primary", "junior"], 2500),
    ("G5.primary", "小学每班不超过 45 人", "Primary classes up to 45 pupils", "class_size", ["primary"], 45),
    ("G5.junior", "初中每班不超过 50 人", "Junior classes up to 50 pupils", "class_size", ["junior"], 50),
)  # fmt: skip


def study(**changes: object) -> dict[str, object]:
    plan_names = {"do-nothing": names("维持现状", "Do nothing"), "county-plan": names("县方案", "County plan"),
                  "compact": names("紧凑方案", "Compact plan")}  # fmt: skip
    plans = [
        {"id": plan, "name": plan_names[plan], "budget": BUDGET if f.OPENS[plan] else {},
         "projects": [{"id": p, "name": _PROJECTS[p], "kind": KIND[p][0], "school": KIND[p][1], "cost": COST[p],
                       "start": "2023-10"} for p in f.OPENS[plan]]}
        for plan in f.PLANS
    ]  # fmt: skip
    rules = [
        {"code": code, "clause": names(zh, en), "indicator": kind, "stages": stages,
         "scope": "class" if kind == "class_size" else "school", "bound": bound, "unit": "pupils",
         "valid_from": "2017-04-19", "source": names("教督〔2017〕6号", "Jiaodu [2017] No. 6"), "source_grade": "B"}
        for code, zh, en, kind, stages, bound in _RULES
    ]  # fmt: skip
    stage_names = {"primary": names("小学", "Primary"), "junior": names("初中", "Junior")}
    card = {
        "schema_version": 1, "id": "test-county", "name": names("试验县", "Test County"), "synthetic": True,
        "note": names("全部数据为测试而合成。", "All data made up for tests."), "language": "zh",
        "base_year": f.BASE, "horizon": f.HORIZON, "window": list(f.WINDOW), "assessment_year": 2025, "draws": f.DRAWS,
        "seed": 20230901, "crs": CRS, "calibrated": False, "p_required": 0.9, "standards": "cn-2017-quality-balance",
        "reference_future": "baseline",
        "stages": [{"id": s, "name": stage_names[s], "grades": list(g), "planned_class_size": f.SIZE[s]}
                   for s, g in f.STAGES.items()],
        "futures": [{"id": "baseline", "name": names("基准", "Baseline"),
                     "note": names("按近五年趋势", "Trend of five years")},
                    {"id": "fast", "name": names("快速城镇化", "Fast urbanisation"), "sources": [
                        {"item": "城镇化率 2030", "source": "测试假设"}]}],
        "plans": plans, "rules": rules,
        "sources": [{"item": names("学校名录", "List of schools"), "source": names("测试合成", "made for tests")}],
    }  # fmt: skip
    return {**card, **changes}
