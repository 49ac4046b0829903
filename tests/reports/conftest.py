"""The synthetic run, written once per test session."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from reports import album
from reports.album import Picture, Task
from reports.figures_setting import Caption
from reports.run_folder import RunFolder
from reports.view import View, view
from scenarios import loader
from tests.reports import factory, factory_facts
from tests.reports.browsing import Open, Opened
from tests.reports.build_kit import eventful
from tests.reports.docx_kit import Office, writer
from tests.reports.works import with_works

BASE = Path(__file__).parents[1] / "broken" / "_base" / "approval.yaml"


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    return factory.make(tmp_path_factory.mktemp("runs") / "test-run")


@pytest.fixture(scope="session")
def built(run: RunFolder) -> RunFolder:
    """The same run with what a run tells of building."""
    return with_works(run, loader.load(BASE))


@pytest.fixture(scope="session")
def made(built: RunFolder) -> RunFolder:
    """The same with a closure, buses, zones that change and gaps in the money."""
    return eventful(built)


@pytest.fixture(scope="session")
def facts_run(tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    """The synthetic run with facts of schools, projects and parcels."""
    return factory_facts.make(tmp_path_factory.mktemp("numbers") / "run")


@pytest.fixture
def copied(run: RunFolder, tmp_path: Path) -> Path:
    """A copy of the run folder that a test may break."""
    return Path(shutil.copytree(run.path, tmp_path / "copy"))


@pytest.fixture
def dots(monkeypatch: pytest.MonkeyPatch) -> list[Caption]:
    """No drawing: every picture is a dot with its title as text; gives the captions asked for."""
    asked: list[Caption] = []

    def dot(task: Task) -> Picture:
        asked.append(task.caption)
        return Picture("data:image/png;base64,iVBORw0KGgo=", task.caption.title, 10, 10)

    monkeypatch.setattr(album, "paint", dot)
    return asked


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A LibreOffice that opens Word files."""
    program = writer()
    if program is None:
        pytest.skip("no LibreOffice Writer, poppler tools or Liberation fonts found: run `make system` as root")
    return Office(program, tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as started:
        launched = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def opened(browser: Browser) -> Iterator[Open]:
    contexts = []

    def open_(path: Path, wide: int = 1280, high: int = 1000) -> Opened:
        context = browser.new_context(viewport={"width": wide, "height": high}, offline=True, reduced_motion="reduce")
        contexts.append(context)
        found = Opened(context.new_page())
        found.page.on("request", lambda request: found.requests.append(request.url))
        found.page.on("pageerror", lambda error: found.troubles.append(str(error)))
        found.page.on("console", lambda said: found.troubles.append(said.text) if said.type != "log" else None)
        found.page.on("dialog", lambda dialog: found.troubles.append(dialog.message))
        found.page.goto(path.as_uri())
        return found

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def english(run: RunFolder) -> View:
    """What the English report of the run tells of."""
    return view(run, "en")
