"""Printed maps look as they did when somebody looked at them: thumbnails within a generous bound.

What the maps say is tested exactly in test_atlas_data.py; this is for what no number says: a frame that moved, a legend
that is gone, a colour that turned. New thumbnails: `python -m tests.reports.atlas_thumbs`, after a look at the pages.
"""

import numpy as np
import pytest

from reports.run_folder import RunFolder
from tests.reports.atlas_thumbs import FOLDER, KINDS, difference, kept, thumbs

BOUND = 1.0
"""Grey levels of 255, mean over the page; letters drawn a little otherwise stay below 0.5."""


@pytest.fixture(scope="module")
def found(run: RunFolder) -> dict[str, np.ndarray]:
    return thumbs(run)


@pytest.mark.parametrize("name", KINDS.values())
def test_pages_look_as_they_did(found: dict[str, np.ndarray], name: str) -> None:
    assert difference(found[name], kept(name)) < BOUND


@pytest.mark.parametrize("name", KINDS.values())
def test_a_map_that_is_gone_would_be_seen(name: str) -> None:
    picture = kept(name)
    gone = picture.copy()
    high, wide = picture.shape
    gone[high // 8 : high // 2, wide // 12 : wide // 2] = 255
    assert difference(gone, picture) > BOUND
    assert difference(np.roll(picture, wide // 6, axis=1), picture) > BOUND


def test_thumbnails_are_small_and_each_is_used() -> None:
    files = {path.stem: path.stat().st_size for path in FOLDER.iterdir()}
    assert set(files) == set(KINDS.values())
    assert max(files.values()) < 20_000
