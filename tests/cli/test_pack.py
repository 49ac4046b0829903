"""The evidence pack: what is in it, what its seal fixes, and everything that `verify` must tell."""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import schoolplan
from reports.run_errors import RunError
from reports.run_folder import RunFolder
from reports.table_shapes import SHAPES
from scenarios.problems import Problem, render
from schoolplan.exits import GOOD, INVALID_INPUT, WRONG_USE
from schoolplan.pack import Packed, safe
from tests.reports.factory import make
from tests.typed import typed

ODD = "小学 “名单”/a'b😀.csv"
"""A path with a slash, quotes and an emoji."""


def contents(pack: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(pack) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rewritten(pack: Path, target: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """A pack after somebody was at it."""
    files = contents(pack)
    change(files)
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target


def told_of(pack: Path, seal: str | None = None) -> list[tuple[str, str]]:
    return [(one.code, one.place.rpartition(": ")[2]) for one in schoolplan.verify(pack, seal).problems]


def refused(pack: Path) -> RunError:
    with pytest.raises(RunError) as fault:
        schoolplan.verify(pack)
    return fault.value


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Input files as they lie at a planner's: one is as it was, one was changed, one is gone."""
    folder = tmp_path_factory.mktemp("study")
    (folder / ODD).parent.mkdir()
    (folder / ODD).write_text("unit\nu01\n", encoding="utf-8")
    (folder / "changed.csv").write_text("new\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, study: Path) -> RunFolder:
    made = make(tmp_path_factory.mktemp("pack") / "run")
    manifest = json.loads((made.path / "manifest.json").read_text(encoding="utf-8"))
    here = hashlib.sha256((study / ODD).read_bytes()).hexdigest()
    manifest["inputs"] = {ODD: here, "../elsewhere.csv": here, "changed.csv": "0" * 64, "gone.csv": "1" * 64}
    (made.path / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
    papers = made.path / "papers" / "zh"
    papers.mkdir(parents=True)
    (papers / "论证 “报告”.docx").write_bytes(b"paper")
    (papers / "~$report.docx").write_bytes(b"lock file of an office program")
    return RunFolder.read(made.path)


@pytest.fixture(scope="module")
def told() -> list[Problem]:
    return []


@pytest.fixture(scope="module")
def pack(run: RunFolder, study: Path, told: list[Problem]) -> Path:
    return schoolplan.papers(run.path, ["pack"], "zh", None, told, inputs=study)[0]


def test_it_holds_tables_papers_and_inputs_and_the_hash_of_each(run: RunFolder, pack: Path, study: Path) -> None:
    files = contents(pack)
    for shape in SHAPES.values():
        if (run.path / shape.file).exists():
            assert files[f"run/{shape.file}"] == (run.path / shape.file).read_bytes()
    assert files["papers/zh/论证 “报告”.docx"] == b"paper"
    assert not [name for name in files if "~$" in name or name.endswith(".zip") or "timings" in name]
    card = json.loads(files["pack.json"])
    assert files[card["inputs"][ODD]["file"]] == (study / ODD).read_bytes()
    assert files[card["inputs"]["../elsewhere.csv"]["file"]] == (study / ODD).read_bytes()
    assert {name: one["state"] for name, one in card["inputs"].items()} == {
        ODD: "copied", "../elsewhere.csv": "copied", "changed.csv": "changed", "gone.csv": "missing",
    }  # fmt: skip
    lines = files.pop("SHA256SUMS").decode().splitlines()
    assert lines == [f"{hashlib.sha256(content).hexdigest()}  {name}" for name, content in sorted(files.items())]
    for words in ("证据包", "Evidence pack", "sha256sum -c SHA256SUMS", "gone.csv (没有找到)", "gone.csv (not found)"):
        assert words in files["README.txt"].decode()


def test_inputs_that_have_no_copy_are_told(pack: Path, told: list[Problem]) -> None:
    assert pack.is_file()
    assert [one.code for one in told] == ["RUN131", "RUN132"]
    for lang, words in (("zh", ("改动过", "没有找到")), ("en", ("changed since", "not found"))):
        said = [render(one, lang) for one in told]
        assert words[0] in said[0]
        assert "changed.csv" in said[0]
        assert words[1] in said[1]
        assert "gone.csv" in said[1]


def test_equal_runs_are_equal_bytes_and_writing_again_is_allowed(run: RunFolder, pack: Path, study: Path) -> None:
    before = pack.read_bytes()
    assert schoolplan.papers(run.path, ["pack"], "zh", None, inputs=study)[0].read_bytes() == before


def test_papers_of_the_same_order_are_in_it_whatever_is_asked_first(run: RunFolder, tmp_path: Path) -> None:
    done = schoolplan.papers(run.path, ["pack", "geojson", "gpkg"], "en", tmp_path / "o")
    assert [path.name for path in done][-2:] == ["evidence.zip", "evidence-seal.html"]
    names = set(contents(tmp_path / "o" / "evidence.zip"))
    assert {"papers/en/map.gpkg", "papers/en/geojson/layers.csv"} <= names
    assert len([name for name in names if name.startswith("papers/en/geojson/")]) > 1
    assert "papers/zh/论证 “报告”.docx" in names


def test_a_pack_is_verified_and_its_seal_is_on_the_sheet(pack: Path) -> None:
    done = schoolplan.verify(pack)
    assert done.good
    assert done.files == len(contents(pack)) - 1
    assert done.seal == hashlib.sha256(contents(pack)["SHA256SUMS"]).hexdigest()
    sheet = pack.with_name("evidence-seal.html").read_text(encoding="utf-8")
    shown = " ".join(done.seal[at : at + 8] for at in range(0, 64, 8))
    assert shown in sheet
    assert schoolplan.verify(pack, shown.upper()).good
    assert told_of(pack, "0" * 64) == [("RUN144", str(pack))]


def test_an_unpacked_pack_is_verified_too(pack: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(pack) as archive:
        archive.extractall(tmp_path / "out")
    assert schoolplan.verify(tmp_path / "out").good
    (tmp_path / "out" / "run" / "verdicts.csv").unlink()
    assert told_of(tmp_path / "out") == [("RUN135", "run/verdicts.csv")]


def _alter(files: dict[str, bytes]) -> None:
    files["run/verdicts.csv"] = files["run/verdicts.csv"].replace(b"fails", b"holds")


def _lose(files: dict[str, bytes]) -> None:
    del files["pack.json"]


def _add(files: dict[str, bytes]) -> None:
    files["run/better.csv"] = b"x"


def _slip(files: dict[str, bytes]) -> None:
    """Listed with its right hash, but a way out of the folder it is unpacked to."""
    files["../../slip.txt"] = b"x"
    files["SHA256SUMS"] += f"{hashlib.sha256(b'x').hexdigest()}  ../../slip.txt\n".encode()


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (_alter, [("RUN134", "run/verdicts.csv")]),
        (_lose, [("RUN135", "pack.json")]),
        (_add, [("RUN143", "run/better.csv")]),
        (_slip, [("RUN143", "../../slip.txt")]),
    ],
)
def test_what_was_done_to_a_pack_is_told(
    pack: Path, tmp_path: Path, change: Callable[[dict[str, bytes]], None], found: list[tuple[str, str]]
) -> None:
    other = rewritten(pack, tmp_path / "b.zip", change)
    assert told_of(other) == found
    for problem in schoolplan.verify(other).problems:
        assert render(problem, "zh") != render(problem, "en")


def test_a_file_that_is_there_twice_is_told(pack: Path, tmp_path: Path) -> None:
    other = shutil.copy(pack, tmp_path / "b.zip")
    with zipfile.ZipFile(other, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("run/verdicts.csv", b"another")
    assert ("RUN143", "run/verdicts.csv") in told_of(other)


def test_a_new_list_over_altered_files_is_another_seal(pack: Path, tmp_path: Path) -> None:
    def forge(files: dict[str, bytes]) -> None:
        _alter(files)
        rest = {name: content for name, content in files.items() if name != "SHA256SUMS"}
        files["SHA256SUMS"] = Packed(rest).sums

    forged = rewritten(pack, tmp_path / "b.zip", forge)
    assert schoolplan.verify(forged).good, "a list alone proves nothing about who made it"
    assert [code for code, _ in told_of(forged, schoolplan.verify(pack).seal)] == ["RUN144"]


def _newer(files: dict[str, bytes]) -> None:
    files["pack.json"] = json.dumps({"schema_version": 99}).encode()


def _no_list(files: dict[str, bytes]) -> None:
    del files["SHA256SUMS"]


def _odd_list(files: dict[str, bytes]) -> None:
    files["SHA256SUMS"] = b"not a list\n"


def _other_list(files: dict[str, bytes]) -> None:
    files["SHA256SUMS"] = f"{'0' * 64}  letter.txt\n".encode()


@pytest.mark.parametrize(
    ("change", "code"), [(_newer, "RUN004"), (_no_list, "RUN133"), (_odd_list, "RUN133"), (_other_list, "RUN133")]
)
def test_what_is_no_pack_of_this_version_is_refused(
    pack: Path, tmp_path: Path, change: Callable[[dict[str, bytes]], None], code: str
) -> None:
    fault = refused(rewritten(pack, tmp_path / "b.zip", change))
    assert fault.code == code
    assert render(fault.problems[0], "zh") != render(fault.problems[0], "en")


def test_a_zip_that_was_copied_in_part_and_a_run_folder_are_no_packs(
    pack: Path, run: RunFolder, tmp_path: Path
) -> None:
    half = tmp_path / "half.zip"
    half.write_bytes(pack.read_bytes()[: pack.stat().st_size // 2])
    assert refused(half).code == "RUN133"
    assert refused(run.path).code == "RUN133"
    damaged = bytearray(pack.read_bytes())
    at = damaged.index(b"run/verdicts.csv") + 200
    damaged[at : at + 50] = bytes(50)
    (tmp_path / "damaged.zip").write_bytes(damaged)
    assert ("RUN134", "run/verdicts.csv") in told_of(tmp_path / "damaged.zip")


def test_a_run_that_is_unfinished_newer_or_in_parts_is_not_packed(run: RunFolder, tmp_path: Path) -> None:
    for code, spoil in (
        ("RUN002", lambda folder: (folder / "UNFINISHED.txt").write_text("x")),
        ("RUN003", lambda folder: (folder / "verdicts.csv").unlink()),
        ("RUN004", lambda folder: (folder / "study.json").write_text('{"schema_version": 99}')),
    ):
        folder = shutil.copytree(run.path, tmp_path / code)
        spoil(folder)
        with pytest.raises(RunError) as fault:
            schoolplan.papers(folder, ["pack"])
        assert fault.value.code == code


def test_a_folder_in_the_way_and_one_that_is_no_folder(run: RunFolder, tmp_path: Path) -> None:
    (tmp_path / "o" / "evidence.zip").mkdir(parents=True)
    done = typed("report", run.path, "--format", "pack", "--out", tmp_path / "o")
    assert (done.returncode != GOOD, "RUN013" in done.stderr) == (True, True)
    (tmp_path / "file").write_text("x", encoding="utf-8")
    done = typed("report", run.path, "--format", "pack", "--out", tmp_path / "file")
    assert (done.returncode, "RUN013" in done.stderr) == (WRONG_USE, True)


@pytest.mark.parametrize(
    ("lang", "words"), [("zh", ("核验通过", "没有给出封签")), ("en", ("Verified", "No seal was given"))]
)
def test_as_typed(pack: Path, tmp_path: Path, lang: str, words: tuple[str, str]) -> None:
    done = typed("verify", pack, "--lang", lang)
    assert done.returncode == GOOD
    assert all(word in done.stdout for word in words)
    bad = typed("verify", rewritten(pack, tmp_path / "b.zip", _alter), "--lang", lang)
    assert bad.returncode == INVALID_INPUT
    assert "RUN134" in bad.stderr
    told = json.loads(typed("verify", tmp_path / "b.zip", "--json", "--lang", lang).stdout)
    assert (told["good"], told["problems"][0]["code"]) == (False, "RUN134")


def test_names_stay_inside() -> None:
    for name in ("/etc/passwd", "../../x", "a/../../b", "C:\\x\\..\\y", "a\nb", "con?.csv", ".."):
        kept = safe(name)
        assert not kept.startswith("/")
        assert ".." not in kept.split("/")
        assert not set(kept) & set('\\:*?"<>|\n')
        assert safe(kept) == kept
