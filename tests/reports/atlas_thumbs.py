"""Small pictures of four printed maps: drawn, compared, kept. `python -m tests.reports.atlas_thumbs` keeps new ones.

Look at the pages at full size before keeping them: a thumbnail shows where things are, not whether they are right.
"""

import tempfile
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from reports.album import pixels_of
from reports.atlas import pages, printer
from reports.run_folder import RunFolder

FOLDER = Path(__file__).parent / "atlas_thumbs"
WIDE = 240
KINDS = {"symbols": "schools-roll-primary", "desire": "flows-junior", "triptych": "compare-utilisation-primary",
         "years": "years-utilisation-junior"}  # fmt: skip


def thumb(figure: Figure) -> np.ndarray:
    """The figure in grey, `WIDE` pixels wide, [row, column], 0 to 255."""
    full = Image.fromarray(pixels_of(figure)).convert("L")
    return np.asarray(full.resize((WIDE, round(WIDE * full.height / full.width)), Image.Resampling.LANCZOS))


def thumbs(run: RunFolder) -> dict[str, np.ndarray]:
    """Thumbnails of a run by the name of their page."""
    made = printer(run, "zh")
    return {
        name: thumb(made.figure(next(page for page in pages(made.seen, (kind,)) if page.name.endswith(name))))
        for kind, name in KINDS.items()
    }


def kept(name: str) -> np.ndarray:
    """The thumbnail that somebody looked at."""
    with Image.open(FOLDER / f"{name}.png") as picture:
        return np.asarray(picture.convert("L"))


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """Mean absolute difference of grey [0 to 255]; infinite where the pages differ in shape."""
    if one.shape != other.shape:
        return float("inf")
    return float(np.abs(one.astype(float) - other.astype(float)).mean())


if __name__ == "__main__":
    from tests.reports import factory

    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for title, grey in thumbs(factory.make(Path(folder) / "test-run")).items():
            Image.fromarray(grey).save(FOLDER / f"{title}.png", optimize=True)
