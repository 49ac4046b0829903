"""What a future assumes of births beyond its path, said among the sources of the report: shocks, fertility by age."""

from scenarios.bundle import Bundle
from scenarios.schema_base import Names, Source
from scenarios.schema_births import BirthShock, FertilityTable
from scenarios.schema_future import FutureFile

_PARTS = {
    "schedule": ("生育的年龄模式", "Fertility by age of the mother"),
    "women_survival": ("妇女存活率", "Survival of women"),
    "sex_ratio_at_birth": ("出生性别比（女=100）", "Boys born per 100 girls"),
}
_DECLARED = Names(zh="本情景的假定", en="declared by this future")
_OWN = Names(zh="本研究给出", en="given by the study or the future")


def births_sources(bundle: Bundle, future: FutureFile) -> list[Source]:
    """Shocks with their year and size, and where a rate is given what turns it into births."""
    found = [one for shock in future.births.shocks for one in _shock(shock)]
    if future.births.tfr is not None and bundle.fertility is not None:
        found += [_part(bundle, future, bundle.fertility, key) for key in _PARTS]
    return found


def _shock(shock: BirthShock) -> list[Source]:
    effect = ", ".join(f"{value:g}" for value in shock.effect)
    fades = shock.fade_years is not None
    zh = f"出生冲击：{shock.name.zh}，{shock.from_year} 年起逐年 ×{effect}" + (
        f"，此后每 {shock.fade_years:g} 年减半" if fades else "，此后不变"
    )
    en = f"Shock of births: {shock.name.en}, x {effect} from {shock.from_year} on" + (
        f", then halved every {shock.fade_years:g} years" if fades else ", lasting"
    )
    item = Names(zh=zh, en=en)
    return [Source(item=item, source=one.source) for one in shock.sources] or [Source(item=item, source=_DECLARED)]


def _part(bundle: Bundle, future: FutureFile, shipped: FertilityTable, key: str) -> Source:
    own = getattr(future.births, key, None) or getattr(bundle.study_in_future(future.id).fertility, key)
    zh, en = _PARTS[key]
    if key == "sex_ratio_at_birth":
        ratio = own or shipped.sex_ratio_at_birth
        zh, en = f"{zh} {ratio:g}", f"{en}: {ratio:g}"
    said = shipped.sources[key]
    there = Names(
        zh=f"{said['source']['zh']}（{said['source_grade']}）", en=f"{said['source']['en']} ({said['source_grade']})"
    )
    return Source(item=Names(zh=zh, en=en), source=there if own is None else _OWN)
