"""The few lines of JavaScript of the report, run in a real browser without network."""

import json
import re
import subprocess
from html import unescape
from pathlib import Path

import pytest

from reports.html_report import write_report
from reports.i18n import NBSP
from reports.run_folder import RunFolder

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--dump-dom",
)
CLICKS = """<script>
var seen = [], verdict = document.querySelector("select[name=verdict]");
function all(what) { return Array.from(document.querySelectorAll(what)); }
function first() {
  seen.push(document.querySelector("#all-verdicts tbody tr:not([hidden])").cells[9].textContent);
}
var attention = document.querySelector("[data-filters] output").textContent;
verdict.value = "";
verdict.dispatchEvent(new Event("change"));
var pupils = all("#all-verdicts thead button")[9];
pupils.click(); first(); pupils.click(); first();
all("[data-switch] input")[1].click();
document.body.dataset.found = JSON.stringify({
  seen: seen, attention: attention, said: document.querySelector("[data-filters] output").textContent,
  hidden: Array.from(document.querySelector("[data-switch]").querySelectorAll(".panel")).map(p => p.hidden),
  sorted: all("#all-verdicts th[aria-sort]").map(th => th.getAttribute("aria-sort"))
});
</script></body>"""


@pytest.mark.slow
def test_switch_sort_and_filter(run: RunFolder, dots: list, tmp_path: Path, chromium: str) -> None:
    text = write_report(run, "zh", tmp_path / "report.html").read_text(encoding="utf-8")
    (tmp_path / "clicked.html").write_text(text.replace("</body>", CLICKS), encoding="utf-8")
    command = [chromium, *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", (tmp_path / "clicked.html").as_uri()]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
    kept = re.search(r'data-found="([^"]+)"', shown)
    assert kept is not None
    found = json.loads(unescape(kept[1]))
    table = run.tables.verdicts
    most = f"{round(table['pupils'].max()):,}".replace(",", NBSP)
    attention = (~table["verdict"].isin(["holds", "not-assessed"])).sum()
    assert found["seen"] == ["–", most]
    assert found["sorted"] == ["descending"]
    assert found["attention"] == f"{attention} / {len(table)}"
    assert found["said"] == f"{len(table)} / {len(table)}"
    assert found["hidden"] == [True, False]
