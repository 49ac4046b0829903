"""`report.html`: one self-contained page from a run folder, in one language, after the storyboard.

No network, no external file: styles, script and pictures are in the page, and its content policy forbids the rest.
"""

from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reports import (
    adaptive_view,
    admission_view,
    alerts_view,
    balance_view,
    boarding_view,
    cliffs_view,
    explain_view,
    fairness_view,
    flows_view,
    guards_view,
    html_tables,
    indicators_view,
    interactive_view,
    money_view,
    needs_view,
    pictures,
    pictures_access,
    pictures_breach,
    pictures_plans,
    problems_view,
    quality,
    ranking_view,
    sentences,
    steps_view,
    works_view,
)
from reports.album import Album, Progress
from reports.i18n import Labels
from reports.run_folder import RunFolder
from reports.view import View, view
from reports.whole import write_whole

TEMPLATES = Path(__file__).parent / "templates"
HTML_LANG = {"zh": "zh-CN", "en": "en"}


def environment(labels: Labels) -> Environment:
    """Jinja with escaping on, unknown names an error, and the labels of one language as `t`."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES, encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {
        "t": labels,
        "html_lang": HTML_LANG[labels.lang],
        "style": Markup((TEMPLATES / "report.css").read_text(encoding="utf-8")),
        "script": Markup((TEMPLATES / "report.js").read_text(encoding="utf-8")),
    }
    return made


def render(name: str, labels: Labels, context: Mapping[str, object]) -> str:
    """A page from a template; blank lines that the template leaves are taken out."""
    text = environment(labels).get_template(name).render(**context)
    return "\n".join(line for line in text.splitlines() if line.strip()) + "\n"


def _context(seen: View, album: Album) -> dict[str, object]:
    """Everything the template of the report names; pictures by their numbers in the album."""
    table, words = seen.table, seen.words
    return {
        "study": seen.run.study,
        "seen": seen,
        "words": words,
        "headline": sentences.headline(table, words),
        "marks": sentences.marks(words),
        "heads": sentences.column_heads(table, words),
        "rows": [sentences.row_words(row, table, words) for row in table.rows],
        "minute_map": pictures.minute_maps(seen, album),
        "deciding": html_tables.deciding_rows(seen),
        "spark_plans": [words.plan(plan) for plan in dict.fromkeys((seen.baseline, seen.plan))],
        "timelines": pictures.timelines(seen, album),
        "cash": pictures.cash(seen, album),
        "demand": pictures.demand(seen, album),
        "schools": [(words.school(b.school), pictures.school_pictures(seen, album, b)) for b in seen.deciding],
        "heat": pictures.heat(seen, album),
        "first": pictures_breach.first(seen, album),
        "ridge": pictures_breach.ridge(seen, album),
        "interactive": interactive_view.page(seen),
        "year_map": pictures.year_maps(seen, album),
        "seats": pictures.seats(seen, album),
        "travel": pictures_access.travel(seen, album),
        "access_maps": pictures_access.maps(seen, album),
        "frontier": pictures_plans.plan_frontier(seen, album),
        "regret": pictures_plans.regret(seen, album),
        "guards": guards_view.page(seen),
        "adaptive": adaptive_view.page(seen),
        "admission": admission_view.page(seen),
        "alerts": alerts_view.page(seen, album),
        "fairness": fairness_view.page(seen),
        "flows": flows_view.flows(seen),
        "needs": flows_view.needs(seen),
        "cliffs": cliffs_view.page(seen),
        "explained": explain_view.page(seen),
        "money": money_view.page(seen, album),
        "works": works_view.page(seen, album),
        "size": ranking_view.page(seen),
        "boarding": boarding_view.page(seen),
        "change": steps_view.page(seen),
        "problems": problems_view.page(seen),
        "lacks": needs_view.page(seen),
        "indicators": indicators_view.page(seen),
        "balance": balance_view.page(seen),
        "today": html_tables.today_rows(seen),
        "verdicts": html_tables.verdict_rows(seen),
        "rules": html_tables.rule_rows(seen),
        "sources": html_tables.source_rows(seen),
        "overrides": html_tables.override_rows(seen),
        "quality": quality.page(seen),
        "manifest": list(html_tables.flat(seen.run.manifest)),
    }


def write_report(
    run: RunFolder,
    lang: str,
    target: Path | str,
    *,
    workers: int = 1,
    progress: Progress | None = None,
) -> Path:
    """Write the report of a run in `zh` or `en` to the file `target`; returns its path.

    workers: processes that draw; the page is the same for any number.  progress: called with (pictures done, in all).
    """
    seen, album = view(run, lang), Album()
    context = _context(seen, album)
    context["pictures"] = album.painted(workers, progress)
    return write_whole(target, render("report.html.j2", seen.labels, context))
