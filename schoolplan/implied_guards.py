"""What a scenario implies of the guards of its closures: which apply, their limits, and what is known beforehand."""

from scenarios.bundle import Bundle
from scenarios.closure_defaults import load_closures
from scenarios.guarded import first_builds, guarded_projects
from scenarios.guards_known import Case, Known, kept_below, known_of
from scenarios.schema_guards import GUARDS, GuardName, Guards, GuardValues
from scenarios.schema_plan import Project
from schoolplan.cli_texts import say

Cells = tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]]
"""Title, heads and rows of a table."""

_HEADS = ("plan", "project", "guard", "guard_limit", "from", "beforehand")
_SOURCE_HEADS = ("value", "text")
_SHIPPED: dict[GuardName, tuple[str, ...]] = {
    "objection": ("objections",),
    "protected": ("protected",),
    "kept_small": ("small_school",),
    "travel": ("trip_minutes", "beyond_share"),
}
"""Values that a guard takes from the shipped file."""


def guard_tables(bundle: Bundle, lang: str = "en") -> list[Cells]:
    """Guards of all guarded closures, and the sources of shipped values; nothing where no closure is guarded."""
    rows: list[tuple[str, ...]] = []
    keys: dict[str, None] = {}
    for name, plan in bundle.plans.items():
        case = Case(bundle.study, plan, bundle.tables)
        for number in guarded_projects(bundle.study.closures, plan):
            project = plan.projects[number]
            told = _Closure(bundle, case, project, lang)
            applied = [guard for guard in GUARDS if told.applies(guard)]
            rows += [(name, project.id, *told.row(guard)) for guard in applied]
            keys |= dict.fromkeys(key for guard in applied for key in _SHIPPED.get(guard, ()))
    if not rows:
        return []
    shipped = load_closures().model_dump()
    texts = tuple((key, f"{shipped[key]['source']} ({shipped[key]['source_grade']})") for key in keys)
    return [("explain.guards", _HEADS, tuple(rows)), ("explain.guard_sources", _SOURCE_HEADS, texts)]


class _Closure:
    """A guarded closure, told in a language."""

    def __init__(self, bundle: Bundle, case: Case, project: Project, lang: str) -> None:
        self.case, self.project, self.lang, self.pack = case, project, lang, bundle.pack.id
        self.guards: Guards = project.guards or Guards()
        self.values: GuardValues = self._values(bundle)
        self.known: dict[GuardName, Known] = {}
        for fact in known_of(case, project):
            self.known.setdefault(fact.guard, fact)

    @staticmethod
    def _values(bundle: Bundle) -> GuardValues:
        if bundle.closures is None:
            raise ValueError("the bundle has no values of guard-rails; scenarios.loader.load gives them")
        return bundle.closures

    def say(self, key: str, **values: object) -> str:
        return say(f"guard.{key}", self.lang, **values)

    def applies(self, guard: GuardName) -> bool:
        """Whether there is anything for a guard to look at."""
        if guard == "kept_small":
            return kept_below(self.case, self.project) > 0
        if guard == "last_here":
            return bool(self._kept_stages())
        return guard != "built_first" or bool(self._first())

    def row(self, guard: GuardName) -> tuple[str, str, str, str]:
        """Name, limit, where the limit comes from, what is known beforehand."""
        return self.say(f"name.{guard}"), self._limit(guard), self._from(guard), self._beforehand(guard)

    def _first(self) -> list[str]:
        return [self.case.plan.projects[number].id for number in first_builds(self.case.plan, self.project)]

    def _unit(self) -> str:
        schools = self.case.tables["schools"]
        return str(dict(zip(schools["school"], schools["unit"], strict=True)).get(self.project.school))

    def _kept_stages(self) -> list[str]:
        """Stages of which its unit keeps one school."""
        section, unit = self.case.study.closures, self._unit()
        keeps = () if section is None else section.keep_one
        return list(dict.fromkeys(keep.stage for keep in keeps if unit in keep.units))

    def _limit(self, guard: GuardName) -> str:
        values, own = self.values, self.guards
        return {
            "objection": f"≤ {values.objections:.0%}",
            "protected": ", ".join(values.protected),
            "kept_small": self.say("pupils", number=kept_below(self.case, self.project)),
            "last_here": ", ".join(self._kept_stages()),
            "built_first": ", ".join(self._first()),
            "size": self.pack,
            "canteen": own.canteen_with or self.say({True: "yes", False: "no", None: "unknown"}[own.canteen]),
            "travel": self.say("trip", minutes=f"{values.trip_minutes:g}", share=f"{values.beyond_share:.0%}"),
        }.get(guard, "-")

    def _from(self, guard: GuardName) -> str:
        if guard == "size":
            return self.say("from.pack")
        if guard in ("seats", "beds"):
            return self.say("from.tables")
        if guard in ("hearing", "built_first", "canteen"):
            return self.say("from.plan")
        if guard == "last_here":
            return self.say("from.study")
        section, shipped = self.case.study.closures, load_closures().model_dump()
        found = [
            self.say("from.study")
            if getattr(section, key, None) is not None or (guard == "kept_small" and self._own_below())
            else self.say("from.default", named=key, grade=shipped[key]["source_grade"])
            for key in _SHIPPED[guard]
        ]
        return ", ".join(dict.fromkeys(found))

    def _own_below(self) -> bool:
        """Whether the study says itself which schools are small."""
        section, below = self.case.study.closures, kept_below(self.case, self.project)
        keeps = () if section is None else section.keep_small
        return any(keep.below == below for keep in keeps if self._unit() in keep.units)

    def _beforehand(self, guard: GuardName) -> str:
        fact, hearing = self.known.get(guard), self.guards.hearing
        if guard in self.guards.despite:
            reason = self.guards.despite[guard]
            return self.say("aside", reason=reason.zh if self.lang == "zh" else reason.en)
        if fact is not None:
            said = {"SCN784": "until", "SCN783": "small"}.get(fact.code, "always")
            return self.say(said, code=fact.code, found=fact.found, opens=fact.params.get("opens", ""))
        if guard == "hearing" and hearing is not None:
            return self.say("held" if hearing.held else "planned", month=hearing.held or hearing.planned)
        if guard == "objection" and hearing is not None and hearing.objections is not None:
            return self.say("objected", share=f"{hearing.objections:.0%}")
        if guard in ("objection", "protected"):
            return self.say("silent")
        return self.say("silent" if guard == "canteen" and self.guards.canteen is not False
                        and self.guards.canteen_with is None else "drawn")  # fmt: skip
