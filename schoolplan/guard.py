"""Stop clearly when another distribution stands in the place of one of our packages.

The names `scenarios`, `gis`, `sim` and `reports` are common. Installed into one environment, a second distribution with
a top-level `sim` overwrites ours without a warning; earlier on the path, it is imported instead of ours
(docs/decisions/0001-plain-top-level-packages.md). `run`, `serve` and `doctor` call `stop_if_shadowed` first. It imports
none of the packages it looks at, so its texts are here and not in the message catalogue.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

PACKAGES = ("scenarios", "gis", "sim", "reports", "schoolplan")
DISTRIBUTION = "schoolplan"
EXIT_CODE = 70

_TEXTS = {
    "en": {
        "head": "GRD001 error: other software stands in the place of a part of schoolplan.",
        "folder": "  {package}: found in {found}, expected in {expected}",
        "missing": "  {package}: not found, expected in {expected}",
        "owners": " (installed by {owners})",
        "fix": (
            "Install schoolplan into an environment of its own (python -m venv, pipx or uv tool install), "
            "or uninstall the other distribution and reinstall schoolplan."
        ),
    },
    "zh": {
        "head": "GRD001 错误：schoolplan 的部分程序包被其他软件占用。",
        "folder": "  {package}：实际位于 {found}，应位于 {expected}",
        "missing": "  {package}：未找到，应位于 {expected}",
        "owners": "（由 {owners} 安装）",
        "fix": (
            "请把 schoolplan 装入单独的环境（python -m venv、pipx 或 uv tool install），"
            "或卸载该软件后重新安装 schoolplan。"
        ),
    },
}


@dataclass(frozen=True)
class Shadow:
    """One package that is not ours: where it was found (None: nowhere), where ours should be, who installed it."""

    package: str
    found: Path | None
    expected: Path
    owners: tuple[str, ...] = ()


class ShadowedError(RuntimeError):
    """Another distribution shadows one of our packages; the command line ends with `EXIT_CODE`."""

    code = "GRD001"

    def __init__(self, shadows: tuple[Shadow, ...]) -> None:
        self.shadows = shadows
        super().__init__(render(shadows, "en"))


def render(shadows: tuple[Shadow, ...], language: str) -> str:
    """Head, one line per package, remedy; language is "zh" or "en"."""
    texts = _TEXTS[language]
    lines = [texts["head"]]
    for shadow in shadows:
        row = texts["missing" if shadow.found is None else "folder"]
        line = row.format(package=shadow.package, found=shadow.found, expected=shadow.expected)
        lines.append(line + (texts["owners"].format(owners=", ".join(shadow.owners)) if shadow.owners else ""))
    return "\n".join([*lines, texts["fix"]])


def home() -> Path:
    """Folder that holds our packages: the parent folder of this package."""
    return Path(__file__).resolve().parents[1]


def parent_folder(package: str) -> Path | None:
    """Folder from which Python would import (or has imported) a top-level package; None where there is none."""
    spec = find_spec(package)
    if spec is None:
        return None
    places = list(spec.submodule_search_locations or ([spec.origin] if spec.origin else []))
    return Path(places[0]).resolve().parent if places else None


def other_owners(distributions: Iterable[str], package: str, folder: Path) -> tuple[str, ...]:
    """Those of the distributions, ours aside, that installed the package into this folder."""
    names = sorted(set(distributions) - {DISTRIBUTION})
    places = {name: Path(str(metadata.distribution(name).locate_file(package))).resolve().parent for name in names}
    return tuple(name for name, place in places.items() if place == folder)


def shadows() -> tuple[Shadow, ...]:
    """All packages that are missing, imported from another folder, or overwritten by another distribution."""
    expected = home()
    owned = metadata.packages_distributions()
    rows = []
    for package in PACKAGES:
        found = parent_folder(package)
        owners = other_owners(owned.get(package, []), package, found) if found else ()
        if found != expected or owners:
            rows.append(Shadow(package, found, expected, owners))
    return tuple(rows)


def stop_if_shadowed() -> None:
    """Raise `ShadowedError` unless all five packages lie in one folder and nobody else installed files into them."""
    rows = shadows()
    if rows:
        raise ShadowedError(rows)
