"""What every test shares: under CI a skip is a failure, property tests are repeatable, and where Chromium is."""

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# Shared machines are slow at random: no deadline. The same examples every time: a red test stays red until mended.
settings.register_profile("schoolplan", deadline=None, derandomize=True)
settings.register_profile("quick", settings.get_profile("schoolplan"), max_examples=25)
settings.load_profile("schoolplan")


def pytest_configure(config: pytest.Config) -> None:
    """The quick suite (`make check`) tries a quarter of the examples of property tests, other calls all of them."""
    if config.getoption("markexpr", "") == "not slow":
        settings.load_profile("quick")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first: taken last, one of them would keep one worker busy when all others are done."""
    long = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in long)


def skips_are_failures() -> bool:
    """Whether a skipped test fails the run: true where the variable CI is set and not empty."""
    return bool(os.environ.get("CI"))


def _fail_instead(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure that carries the reason; an expected failure (xfail) stays what it is."""
    if not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    report.outcome = "failed"
    report.longrepr = f"{report.nodeid}: under CI a skip is a failure. {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under CI, a test that skips itself (or is marked to be skipped) fails."""
    report = yield
    if skips_are_failures():
        _fail_instead(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Under CI, a module that skips itself on import fails."""
    report = yield
    if skips_are_failures():
        _fail_instead(report)
    return report


@pytest.fixture(scope="session")
def repository() -> Path:
    """Root of the working copy, for tests that look at the files themselves."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium-like browser (variable CHROMIUM first); skips with the remedy where there is none."""
    from schoolplan.doctor import browser_path

    found = browser_path()
    if found is None:
        pytest.skip("no Chromium found: run `make system` as root, or set CHROMIUM to the browser's path")
    return found


@pytest.fixture(scope="module")
def no_pictures() -> Iterator[None]:
    """Reports that this process writes have dots for pictures: `usefixtures` of files that look at none."""
    from reports.album import Album, Picture

    def dots(album: Album, *_: object, **__: object) -> list[Picture]:
        return [Picture("data:image/png;base64,iVBORw0KGgo=", "", 1, 1) for _ in album.tasks]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Album, "painted", dots)
        yield
