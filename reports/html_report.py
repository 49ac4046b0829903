"""`report.html`: one self-contained page from a run folder, in one language, after the storyboard.

No network, no external file: styles, script and pictures are in the page, and its content policy forbids the rest.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reports import html_tables, pictures, sentences
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


def _steps(seen: View) -> dict[str, Callable[[], object]]:
    """Everything the template of the report names, as work to be done in this order."""
    table, words = seen.table, seen.words
    return {
        "study": lambda: seen.run.study,
        "seen": lambda: seen,
        "words": lambda: words,
        "headline": lambda: sentences.headline(table, words),
        "marks": lambda: sentences.marks(words),
        "heads": lambda: sentences.column_heads(table, words),
        "rows": lambda: [sentences.row_words(row, table, words) for row in table.rows],
        "minute_map": lambda: pictures.minute_maps(seen),
        "deciding": lambda: html_tables.deciding_rows(seen),
        "spark_plans": lambda: [words.plan(plan) for plan in dict.fromkeys((seen.baseline, seen.plan))],
        "timelines": lambda: pictures.timelines(seen),
        "cash": lambda: pictures.cash(seen),
        "demand": lambda: pictures.demand(seen),
        "schools": lambda: [(words.school(b.school), pictures.school_pictures(seen, b)) for b in seen.deciding],
        "heat": lambda: pictures.heat(seen),
        "year_map": lambda: pictures.year_maps(seen),
        "seats": lambda: pictures.seats(seen),
        "today": lambda: html_tables.today_rows(seen),
        "verdicts": lambda: html_tables.verdict_rows(seen),
        "rules": lambda: html_tables.rule_rows(seen),
        "sources": lambda: html_tables.source_rows(seen),
        "manifest": lambda: list(html_tables.flat(seen.run.manifest)),
    }


def write_report(
    run: RunFolder, lang: str, target: Path | str, progress: Callable[[int, int], None] | None = None
) -> Path:
    """Write the report of a run in `zh` or `en` to the file `target`; returns its path.

    progress: called with (steps done, steps in all) as the pictures come along.
    """
    seen = view(run, lang)
    steps, context = _steps(seen), {}
    for done, (name, make) in enumerate(steps.items(), start=1):
        context[name] = make()
        if progress is not None:
            progress(done, len(steps))
    return write_whole(target, render("report.html.j2", seen.labels, context))
