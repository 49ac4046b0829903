"""What the tests of the interactive map share: an opened page with what went wrong on it, and a page of one section."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from markupsafe import Markup
from playwright.sync_api import Locator, Page

from reports.html_report import environment
from reports.i18n import Labels
from reports.interactive_data import to_json
from reports.interactive_view import Page as Section
from reports.interactive_view import ui_words

FREE_POINT = """one => {
  const box = one.getBoundingClientRect();
  for (let i = 1; i < 20; i += 1) {
    for (let j = 1; j < 20; j += 1) {
      const x = box.left + box.width * i / 20, y = box.top + box.height * j / 20;
      if (document.elementFromPoint(x, y) === one) { return [x, y]; }
    }
  }
}"""


@dataclass
class Opened:
    """A page and what went wrong on it."""

    page: Page
    requests: list[str] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)

    def year(self, number: int) -> None:
        """Move the slider as a person does, key by key."""
        slider = self.page.get_by_role("slider")
        slider.focus()
        now = int(slider.input_value())
        for _ in range(abs(number - now)):
            slider.press("ArrowRight" if number > now else "ArrowLeft")

    def map(self, side: int) -> Locator:
        return self.page.locator(".imap-view").nth(side)

    def school(self, side: int, name: str) -> Locator:
        return self.map(side).get_by_role("button", name=name, exact=True)

    def point_of_unit(self, side: int, number: int) -> tuple[float, float]:
        """A point of the window where a unit, and nothing above it, lies under the pointer."""
        x, y = self.map(side).locator(f"[data-unit='{number}']").evaluate(FREE_POINT)
        return float(x), float(y)

    def fills(self, side: int) -> list[str]:
        return self.map(side).locator("[data-unit]").evaluate_all("all => all.map(one => one.getAttribute('fill'))")

    def transforms(self) -> list[str]:
        """Both views, once the frame that waits is drawn."""
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        return self.page.locator("g.ground").evaluate_all("all => all.map(one => one.getAttribute('transform'))")

    @property
    def tip(self) -> Locator:
        return self.page.locator(".imap-tip")

    @property
    def sheet(self) -> Locator:
        return self.page.locator(".imap-page")


Open = Callable[..., Opened]


def alone(made: dict, target: Path) -> Path:
    """The section by itself around a document."""
    labels = Labels("en")
    section = Section(Markup(to_json(made | {"words": ui_words(labels), "lang": "en"})), ("notes",))
    loaded = environment(labels)
    body = loaded.get_template("part_interactive.html.j2").render(interactive=section)
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
    head = f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}"><title>map</title>'
    style = f"<style>{loaded.globals['style']}{section.style}</style>"
    main = f'<main class="page"><h1>Map</h1>{body}</main>'
    text = f'<!DOCTYPE html><html lang="en"><head>{head}{style}</head><body>{main}</body></html>'
    target.write_text(text, encoding="utf-8")
    return target


def plain(fills: list[str]) -> list[str]:
    """A pattern by the end of its name, `utilisation4`."""
    return [re.sub(r"url\(#.*-(\w+)\)", r"\1", fill) for fill in fills]
