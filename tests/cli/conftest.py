"""Runs of this folder draw a picture once, however many of them show it."""

from collections.abc import Iterator

import pytest

from tests.pictures import drawn_once


@pytest.fixture(autouse=True, scope="session")
def _pictures_drawn_once() -> Iterator[None]:
    with drawn_once():
        yield
