"""The guard against other distributions that use our package names, tried in small environments made of folders."""

import subprocess
import sys
from pathlib import Path

import pytest

from schoolplan import guard

PROBE = "from schoolplan import guard; guard.stop_if_shadowed()"


@pytest.fixture
def house(tmp_path: Path, repository: Path) -> Path:
    """A folder with our five packages as an installer would lay them out."""
    folder = tmp_path / "ours"
    for package in guard.PACKAGES:
        (folder / package).mkdir(parents=True)
        (folder / package / "__init__.py").write_text('"""A room."""\n', encoding="utf-8")
    source = (repository / "schoolplan" / "guard.py").read_text(encoding="utf-8")
    (folder / "schoolplan" / "guard.py").write_text(source, encoding="utf-8")
    return folder


def install(folder: Path, distribution: str, package: str) -> None:
    """Write a package and the metadata of the distribution that brought it."""
    (folder / package).mkdir(parents=True, exist_ok=True)
    (folder / package / "__init__.py").write_text('"""Another package."""\n', encoding="utf-8")
    info = folder / f"{distribution.replace('-', '_')}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n", encoding="utf-8")
    (info / "RECORD").write_text(f"{package}/__init__.py,,\n", encoding="utf-8")


def probe(*path: Path) -> subprocess.CompletedProcess[str]:
    """Call the guard in a process that sees these folders only, in this order."""
    start = f"import sys; sys.path[:0] = {[str(folder) for folder in path]!r}; {PROBE}"
    command = [sys.executable, "-I", "-S", "-c", start]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def test_our_own_installation_is_clean() -> None:
    guard.stop_if_shadowed()


def test_five_packages_in_one_folder_pass(house: Path) -> None:
    assert probe(house).returncode == 0


def test_a_package_imported_from_elsewhere_stops_and_names_its_owner(house: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    install(other, "some-other-sim", "sim")
    result = probe(other, house)
    assert result.returncode != 0
    assert "ShadowedError: GRD001" in result.stderr
    assert f"sim: found in {other}, expected in {house} (installed by some-other-sim)" in result.stderr
    assert "environment of its own" in result.stderr


def test_a_plain_folder_in_front_of_ours_stops(house: Path, tmp_path: Path) -> None:
    (tmp_path / "here" / "reports").mkdir(parents=True)
    (tmp_path / "here" / "reports" / "__init__.py").touch()
    result = probe(tmp_path / "here", house)
    assert f"reports: found in {tmp_path / 'here'}, expected in {house}\n" in result.stderr


def test_a_distribution_that_overwrote_our_files_stops(house: Path) -> None:
    install(house, "some-other-sim", "sim")
    result = probe(house)
    assert f"sim: found in {house}, expected in {house} (installed by some-other-sim)" in result.stderr


def test_the_same_name_further_back_on_the_path_is_harmless(house: Path, tmp_path: Path) -> None:
    install(tmp_path / "behind", "some-other-sim", "sim")
    assert probe(house, tmp_path / "behind").returncode == 0


def test_a_package_that_was_uninstalled_is_named(house: Path) -> None:
    (house / "gis" / "__init__.py").unlink()
    (house / "gis").rmdir()
    assert f"gis: not found, expected in {house}" in probe(house).stderr


@pytest.mark.parametrize(("language", "words"), [("en", "found in"), ("zh", "实际位于")])
def test_both_languages_say_where_and_what_to_do(language: str, words: str) -> None:
    rows = (guard.Shadow("sim", Path("/a"), Path("/b"), ("x",)), guard.Shadow("gis", None, Path("/b")))
    text = guard.render(rows, language)
    assert text.startswith("GRD001")
    assert words in text
    assert text.count("\n") == 3
    assert "pipx" in text


def test_the_error_carries_its_exit_code() -> None:
    error = guard.ShadowedError((guard.Shadow("gis", None, Path("/b")),))
    assert (error.code, guard.EXIT_CODE) == ("GRD001", 70)
