"""Cross-checks of schools that are not ordinary ones: those with a mark, those whose name says they should have one."""

from scenarios.draft import Draft
from scenarios.problems import Problem, note, warning
from scenarios.school_marks import NOT_ORDINARY, SPECIAL_NAMES, not_ordinary
from scenarios.table_text import capped


def mark_problems(draft: Draft) -> list[Problem]:
    """SCN666: schools that clauses leave out; SCN667: names of special or vocational schools without a mark."""
    table = draft.tables.get("schools")
    if table is None or not {"flags", "name_zh"} <= set(table.frame.columns):
        return []
    marked = not_ordinary(dict(zip(table.frame["school"], table.frame["flags"], strict=True)))
    told: list[Problem] = []
    for index, (school, name) in enumerate(zip(table.frame["school"], table.frame["name_zh"], strict=True)):
        mark = next((mark for word, mark in SPECIAL_NAMES.items() if word in str(name)), None)
        if mark is not None and school not in marked:
            told.append(warning("SCN667", table.place(index, "flags"), str(name), mark=mark))
    found: list[Problem] = capped(told, "flags")
    if marked:
        at = int(table.frame.index[table.frame["school"].isin(marked)][0])
        found.append(note("SCN666", table.place(at, "flags"), tuple(sorted(marked)), marks=NOT_ORDINARY))
    return found
