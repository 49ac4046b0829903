"""Pictures drawn once: equal orders for a picture give the same bytes, so a test process draws each of them once.

What is drawn in fresh processes (`workers=2`) is drawn anew, and so what one and several workers draw is compared.
"""

import hashlib
import pickle
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from reports import album
from reports.album import Picture, Task

_paint = album.paint
_DRAWN: dict[str, Picture] = {}


def paint_once(task: Task) -> Picture:
    """The picture of a task; the function that draws, caption, rows and options make the key."""
    key = hashlib.sha256(pickle.dumps(task)).hexdigest()
    if key not in _DRAWN:
        _DRAWN[key] = _paint(task)
    return _DRAWN[key]


@contextmanager
def drawn_once() -> Iterator[None]:
    """Reports and comparisons written by this process take pictures it has drawn before."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(album, "paint", paint_once)
        yield
