"""Yearly report: which inputs of the two runs differ, and how good the data of this year are."""

from collections.abc import Mapping

from reports.document import Block, Cell, Column, Heading, Paragraph, Table
from reports.quality_card import TableCard
from reports.run_folder import RunFolder
from reports.yearly_data import Yearly

_STATES = ("new", "gone", "changed", "same")


def chapter(made: Yearly) -> list[Block]:
    """Inputs of both runs side by side, and data quality."""
    words = made.labels
    blocks: list[Block] = [Heading(1, words("yearly.chapter.data"))]
    if made.last is not None:
        blocks += [setting_table(made, made.last), input_table(made, made.last)]
    blocks.append(Paragraph(made.seen.words.calibration))
    quality = made.run.study.data_quality
    return [*blocks, quality_table(made)] if quality is not None else blocks


def differences(last: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """State of every input file of two manifests: new, gone, changed or same.

    >>> differences({"a": "1", "b": "2"}, {"b": "3", "c": "4"})
    {'a': 'gone', 'b': 'changed', 'c': 'new'}
    """
    found = {}
    for name in sorted(set(last) | set(now)):
        if name not in last or name not in now:
            found[name] = "new" if name in now else "gone"
        else:
            found[name] = "same" if last[name] == now[name] else "changed"
    return found


def setting_table(made: Yearly, last: RunFolder) -> Table:
    """`y_settings`: what the two runs were asked: years, window, standards, probability, draws, program."""
    words = made.labels
    pair = [_settings(run, made) for run in (last, made.run)]
    rows = tuple(
        (words(f"yearly.setting.{key}"), pair[0][key], pair[1][key],
         words("yearly.same_word" if pair[0][key] == pair[1][key] else "yearly.other_word"))
        for key in pair[0]
    )  # fmt: skip
    columns = (
        Column("setting", words("yearly.setting")),
        Column("last", words("yearly.run_of", year=words.school_year(made.before))),
        Column("now", words("yearly.run_of", year=words.school_year(made.year))),
        Column("state", words("yearly.state")),
    )
    return Table("y_settings", words("yearly.table.settings"), columns, rows)


def input_table(made: Yearly, last: RunFolder) -> Table:
    """`y_inputs`: input files that differ; files that are the same are counted."""
    words = made.labels
    states = differences(last.manifest.get("inputs", {}), made.run.manifest.get("inputs", {}))
    labels = {one.file: words.pick(one.label) for one in _tables(made)}
    rows: list[tuple[Cell, ...]] = [
        (name, labels.get(name, ""), words(f"yearly.state.{state}"))
        for kind in _STATES[:-1]
        for name, state in states.items()
        if state == kind
    ]
    columns = (
        Column("file", words("yearly.file")),
        Column("table", words("yearly.holds")),
        Column("state", words("yearly.state")),
    )
    same = sum(state == "same" for state in states.values())
    remarks = (words("yearly.same_files", n=words.integer(same)),)
    return Table("y_inputs", words("yearly.table.inputs"), columns, tuple(rows), remarks=remarks)


def quality_table(made: Yearly) -> Table:
    """`y_quality`: the tables of this year: rows, years, date, what the check told."""
    words = made.labels
    rows = tuple(
        (words.pick(one.label), one.file, float(one.rows), " – ".join(dict.fromkeys(map(str, one.years))), one.as_of,
         float(one.warnings), float(one.notes), words.pick(one.source))
        for one in _tables(made)
        if one.given
    )  # fmt: skip
    columns = (
        Column("table", words("yearly.holds")),
        Column("file", words("yearly.file")),
        Column("rows", words("yearly.rows"), "count"),
        Column("years", words("yearly.years")),
        Column("as_of", words("yearly.as_of")),
        Column("warnings", words("yearly.warnings"), "count"),
        Column("notes", words("yearly.notes"), "count"),
        Column("source", words("yearly.source")),
    )
    return Table("y_quality", words("yearly.table.quality"), columns, rows, wide=True)


def _tables(made: Yearly) -> list[TableCard]:
    quality = made.run.study.data_quality
    return [] if quality is None else list(quality.tables)


def _settings(run: RunFolder, made: Yearly) -> dict[str, str]:
    study, words = run.study, made.labels
    return {
        "base_year": words.school_year(study.base_year),
        "window": f"{words.school_year(study.window[0])} – {words.school_year(study.window[1])}",
        "standards": study.standards,
        "required": words.percent(study.p_required),
        "draws": words.integer(study.draws),
        "seed": str(study.seed),
        "futures": words("word.list").join(words.pick(one.name) or one.id for one in study.futures),
        "plans": words("word.list").join(words.pick(one.name) or one.id for one in study.plans),
        "program": f"{run.manifest.get('version', '')} ({str(run.manifest.get('code', ''))[:8]})",
    }
