"""What the files say: nothing about the machine they were made on, and no message that no test reads."""

import re
import tomllib
from pathlib import Path

import pytest

from scenarios.catalogue import catalogue
from schoolplan import guard

# Written with a class of one letter each, so that this file does not hold what it looks for.
MACHINE_PATH = re.compile(r"(?<![\w.:/~$}-])/(?:w[o]rk|f[a]rm|r[o]ot|h[o]me|U[s]ers|o[p]t|m[n]t|t[m]p)/[\w.]")
DRIVE_PATH = re.compile(r"\b[A-Z]:\\\\?U[s]ers\b")
REGISTRY_HOST = re.compile(
    r"p[y]pi\.(?:org|tuna|doubanio)|p[y]thonhosted\.org|r[e]gistry\.(?:npmjs|yarnpkg|npmmirror)|p[r]oxy\.golang\.org"
    r"|m[i]rrors?\.[\w-]+\.(?:com|cn|edu|org)|--(?:extra-)?i[n]dex-url|--f[i]nd-links"
)
CODE = re.compile(r"\b[A-Z]{3}\d{3}\b")


def places(pattern: re.Pattern[str], texts: dict[str, str]) -> list[str]:
    """Each match as `file:line match`."""
    return [
        f"{name}:{number} {found[0]}"
        for name, text in texts.items()
        for number, line in enumerate(text.splitlines(), start=1)
        if (found := pattern.search(line))
    ]


@pytest.mark.parametrize("pattern", [MACHINE_PATH, DRIVE_PATH, REGISTRY_HOST], ids=["path", "drive", "registry"])
def test_no_file_names_a_machine_or_a_registry(pattern: re.Pattern[str], tracked_texts: dict[str, str]) -> None:
    found = places(pattern, tracked_texts)
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("line", "pattern"),
    [
        ("read('/w" + "ork/data/a.csv')", MACHINE_PATH),
        ("/h" + "ome/li/plan.yaml", MACHINE_PATH),
        ("C:\\U" + "sers\\li", DRIVE_PATH),
        ("numpy @ https://files.p" + "ythonhosted.org/x", REGISTRY_HOST),
        ("--i" + "ndex-url https://example", REGISTRY_HOST),
    ],
)
def test_the_patterns_find_what_they_are_for(line: str, pattern: re.Pattern[str]) -> None:
    assert pattern.search(line)


def test_ordinary_addresses_and_relative_paths_are_allowed() -> None:
    allowed = "https://example.org/home/page ../shared/data ~/plans/plan $HOME/opt/x build/tmp/x /usr/bin/env"
    assert not MACHINE_PATH.search(allowed)


def test_every_message_code_is_asserted_in_a_test(tracked_texts: dict[str, str]) -> None:
    ours = "tests/architecture/"
    said = "".join(text for name, text in tracked_texts.items() if name.startswith("tests/") and ours not in name)
    labels = "".join(text for name, text in tracked_texts.items() if re.match(r"reports/labels\w*\.yaml", name))
    codes = {*catalogue().texts, *CODE.findall(labels), guard.ShadowedError.code}
    untested = sorted(codes - set(CODE.findall(said)))
    assert not untested, f"messages that no test reads: {', '.join(untested)}"


def test_every_dependency_is_pinned_and_the_pins_name_no_place(repository: Path) -> None:
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = (repository / "constraints.txt").read_text(encoding="utf-8")
    extras = [name for group in project["optional-dependencies"].values() for name in group]
    wanted = [name for name in (*project["dependencies"], *extras) if not name.startswith("schoolplan[")]
    names = [
        re.split(r"[<>=!~ ;\[]", line, maxsplit=1)[0].lower().replace(".", "-").replace("_", "-") for line in wanted
    ]
    assert [name for name in names if not re.search(rf"^{re.escape(name)}==", pins, re.MULTILINE)] == []
    assert "://" not in pins


def test_the_packages_of_the_wheel_are_the_rooms(repository: Path) -> None:
    settings = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    assert set(settings["hatch"]["build"]["targets"]["wheel"]["packages"]) == set(guard.PACKAGES)
    assert set(settings["mypy"]["packages"]) == set(guard.PACKAGES)
    assert all((repository / room / "py.typed").is_file() for room in guard.PACKAGES)
