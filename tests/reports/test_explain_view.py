"""The section of the report that explains: the overall verdict in full, a folded paragraph for each deciding school."""

from dataclasses import replace

import pytest

from reports.explain_view import page
from reports.html_report import environment
from reports.i18n import Labels, language
from reports.run_folder import RunFolder
from reports.view import view
from tests.reports.factory_explain import ODD


def shown(run: RunFolder, lang: str) -> str:
    template = environment(Labels(language(lang))).get_template("part_explain.html.j2")
    return template.render(explained=page(view(run, lang)))


@pytest.mark.parametrize(("lang", "heading"), [("zh", "为什么是这个结论？"), ("en", "Why these verdicts?")])
def test_the_overall_verdict_in_full_and_every_deciding_school_folded(run, lang, heading):
    text, seen = shown(run, lang), view(run, lang)
    assert heading in text
    assert text.count("<details>") == len(seen.deciding) == 4
    for breach in seen.deciding:
        assert seen.words.school(breach.school) in text
    assert text.index("</h2>") < text.index('<p class="lead">') < text.index("<details>")


def test_a_name_cannot_become_markup(run: RunFolder):
    schools = run.tables.school_list
    odd = replace(run.tables, school_list=schools.assign(name_en=ODD[1], name_zh=ODD[0]))
    text = shown(replace(run, tables=odd), "en")
    assert "<b>" not in text
    assert "&lt;b&gt;" in text
    assert "{school}" in text


def test_a_section_without_a_verdict_is_left_out(run: RunFolder):
    seen = view(run, "en")
    none = replace(run.tables, verdicts=run.tables.verdicts.iloc[:0])
    assert page(replace(seen, run=replace(run, tables=none), deciding=())) == {}
    assert environment(Labels("en")).get_template("part_explain.html.j2").render(explained={}).strip() == ""
