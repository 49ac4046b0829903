"""What a run says in the terminal: the sentence, the verdict matrix, where the report lies, how long it took.

Functions return rich renderables or print to a `Console` of the caller; signs stand beside words, colour is extra.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from reports.i18n import NBSP, NOTHING, Labels, language
from reports.matrix import Cell, matrix
from reports.run_folder import RunFolder
from reports.sentences import CellWords, Words, column_heads, headline, marks, row_words

STYLES = {"holds": "blue", "at-risk": "yellow", "fails": "bold magenta", "undecided": "cyan"}
LEAST = 10
"""Narrowest column [characters], so that heads fold between words rather than inside them."""


def words_of(run: RunFolder, lang: str) -> Words:
    """Names and labels of a run in one language."""
    return Words(run.study, run.school_names(lang), Labels(language(lang)))


def _cell(said: CellWords, cell: Cell, labels: Labels) -> list[Text]:
    lines = [Text(f"{said.mark} {said.word}", style=STYLES.get(said.verdict, ""))]
    if said.doubt:
        lines.append(Text(said.doubt, style="bold"))
    if said.probability:
        lines.append(Text(said.probability))
    if said.worlds:
        schools, pupils = labels.integer(cell.schools_over), labels.integer(cell.pupils_over)
        lines.append(Text(f"≤{schools} / ≤{pupils}", style="dim"))
    return lines


def _width(rows: Sequence[Sequence[list[Text]]], number: int) -> int:
    return max(line.cell_len for row in rows for line in row[number])


def _drawn(heads: Sequence[str], rows: Sequence[Sequence[list[Text]]], right_from: int) -> Table:
    drawn = Table(show_lines=True)
    for number, head in enumerate(heads):
        # Cells never fold (a folded number is a wrong number); names and heads may.
        wide = max(LEAST, _width(rows, number)) if number else LEAST
        drawn.add_column(head, justify="right" if number >= right_from else "left", min_width=wide, overflow="fold")
    for row in rows:
        drawn.add_row(*(Group(*lines) for lines in row))
    return drawn


@dataclass(frozen=True)
class VerdictTable:
    """The verdict matrix as a renderable: one table, or two below each other where the terminal is narrow."""

    heads: tuple[str, ...]
    rows: tuple[tuple[list[Text], ...], ...]
    futures: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """One table if it fits, else the verdicts first and money, seats and regret below."""
        cut = self.futures + 1
        need = sum(max(LEAST, _width(self.rows, n)) + 3 for n in range(len(self.heads))) + 1
        if need <= options.max_width:
            yield _drawn(self.heads, self.rows, cut)
            return
        yield _drawn(self.heads[:cut], [row[:cut] for row in self.rows], cut)
        yield _drawn((self.heads[0], *self.heads[cut:]), [(row[0], *row[cut:]) for row in self.rows], 1)


def verdict_table(run: RunFolder, lang: str) -> VerdictTable:
    """The verdict matrix: plans down, futures across, then cost, unused seats (median) and worst regret."""
    words, table = words_of(run, lang), matrix(run)
    labels, rows = words.labels, []
    for row in table.rows:
        said = row_words(row, table, words)
        unused = NOTHING if row.unused_seats is None else labels.integer(row.unused_seats.middle)
        rows.append(
            (
                [Text(said.name, style="bold" if said.headline else "")],
                *(_cell(text, cell, labels) for text, cell in zip(said.cells, row.cells, strict=True)),
                *([Text(text)] for text in (said.cost, unused, said.regret)),
            )
        )
    return VerdictTable(tuple(column_heads(table, words)), tuple(rows), len(table.futures))


def summary(run: RunFolder, lang: str) -> Group:
    """What must not be missed (not calibrated, synthetic), the matrix, and the sentence."""
    words = words_of(run, lang)
    labels = words.labels
    parts: list[RenderableType] = [Text(f"! {mark}".replace(NBSP, " "), style="bold") for mark in marks(words)]
    parts += [Text(labels("matrix.title")), verdict_table(run, lang), Text(labels("terminal.note"), style="dim")]
    if run.study.calibrated and run.study.calibration is not None:
        parts.append(Text(words.calibration.replace(NBSP, " "), style="dim"))
    parts.append(Text(headline(matrix(run), words).replace(NBSP, " "), style="bold"))
    return Group(*parts)


def print_summary(
    run: RunFolder,
    lang: str,
    console: Console | None = None,
    *,
    written: Sequence[Path | str] = (),
    seconds: float | None = None,
) -> None:
    """Print `summary`, then the files written and the seconds taken (to standard output without a console)."""
    console, labels = console or Console(), Labels(language(lang))
    console.print(summary(run, lang))
    for path in written:  # never folded: a path must be one piece to be clicked or copied
        console.print(Text(labels("terminal.written", path=str(path))), soft_wrap=True)
    if seconds is not None:
        console.print(Text(labels("terminal.seconds", seconds=f"{seconds:.1f}")))
