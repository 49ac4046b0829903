"""Matrices kept between runs: found again, made anew where the file is broken, half-written or of other content."""

import numpy as np
import pytest

from gis import travel
from gis.space import build_space
from gis.travel_cache import content_hash, kept
from tests.gis.road_study import CROSS, study


class Maker:
    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> dict[str, np.ndarray]:
        self.times += 1
        return {"cost": np.arange(6.0).reshape(2, 3)}


def test_kept_once_and_found_again(tmp_path) -> None:
    make = Maker()
    for _ in range(3):
        assert kept(tmp_path / "cache", "a" * 64, ("cost",), make)["cost"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert make.times == 1
    assert [file.name for file in (tmp_path / "cache").iterdir()] == [f"travel-{'a' * 32}.npz"]
    kept(tmp_path / "cache", "b" * 64, ("cost",), make)
    assert make.times == 2
    kept(None, "a" * 64, ("cost",), make)
    assert make.times == 3


@pytest.mark.parametrize("harm", ["cut", "empty", "text", "other"])
def test_a_broken_file_is_made_anew(tmp_path, harm) -> None:
    make = Maker()
    kept(tmp_path, "a" * 64, ("cost",), make)
    file = next(tmp_path.glob("*.npz"))
    content = file.read_bytes()
    if harm == "other":
        np.savez(file, something=np.zeros(2))
    else:
        file.write_bytes({"cut": content[: len(content) // 2], "empty": b"", "text": b"no archive"}[harm])
    assert kept(tmp_path, "a" * 64, ("cost",), make)["cost"].sum() == 15
    assert make.times == 2
    assert kept(tmp_path, "a" * 64, ("cost",), make)["cost"].sum() == 15
    assert make.times == 2


def test_a_run_that_dies_while_writing_leaves_no_half_file(tmp_path, monkeypatch) -> None:
    make = Maker()

    def die(*_args, **_more) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(np, "savez", die)
        assert kept(tmp_path, "a" * 64, ("cost",), make)["cost"].sum() == 15
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_costs_time_only(tmp_path) -> None:
    (tmp_path / "file").write_text("in the way")
    make = Maker()
    assert kept(tmp_path / "file", "a" * 64, ("cost",), make)["cost"].sum() == 15


def test_the_hash_tells_values_shapes_and_types_apart() -> None:
    one = content_hash((np.zeros(4),))
    assert one == content_hash((np.zeros(4),))
    others = [(np.zeros((2, 2)),), (np.zeros(4, dtype=np.int64),), (np.zeros(4), 1), (np.ones(4),), ("1", "2"), ("12",)]
    assert len({one, *(content_hash(parts) for parts in others)}) == 7


def test_a_study_from_the_cache_is_the_same_study(tmp_path, monkeypatch) -> None:
    plain, _ = build_space(study(tmp_path))
    assert not (tmp_path / ".cache").exists()  # far too small to be kept
    monkeypatch.setattr(travel, "FROM", 1)
    first, said = build_space(study(tmp_path))
    files = sorted((tmp_path / ".cache").iterdir())
    stamps = [file.stat().st_mtime_ns for file in files]
    again, said_again = build_space(study(tmp_path))
    assert files
    assert [file.stat().st_mtime_ns for file in sorted((tmp_path / ".cache").iterdir())] == stamps
    assert plain is not None
    assert first is not None
    assert again is not None
    assert plain.distance_km.tobytes() == first.distance_km.tobytes() == again.distance_km.tobytes()
    assert again.travel is not None
    assert first.travel is not None
    assert again.travel.point_minutes.tobytes() == first.travel.point_minutes.tobytes()
    assert said == said_again
    build_space(study(tmp_path, [[[x, y * 1.1] for x, y in line] for line in CROSS]))
    assert len(list((tmp_path / ".cache").iterdir())) > len(files)
