"""Words for verdicts: the ten-second sentence, the text of a matrix cell, the marks that stand beside the headline.

Every function takes the numbers and a `Labels`; nothing is computed here and nothing is said twice in two languages.
"""

from dataclasses import dataclass

from reports.calibration_card import PastRow, past_rows, said
from reports.i18n import NBSP, NOTHING, Labels
from reports.matrix import NEGLIGIBLE, Breach, Cell, Matrix, Row, baseline_plan, worst_future
from reports.study_card import StudyCard
from sim.judge import wilson

MARKS = {"holds": "√", "at-risk": "△", "fails": "×", "undecided": "?", "outlook": "…", "not-assessed": NOTHING}
"""One sign per verdict beside its word, so that colour is never needed; all of them exist in GBK terminals."""


ALIKE = 0.01
"""County probabilities that differ by less are told as one."""

UNVERIFIED = "※"
"""Stands beside every clause whose bound is from memory, and every verdict that rests on one; in GBK, too."""


@dataclass(frozen=True)
class Words:
    """Names and labels of one run in one language."""

    study: StudyCard
    schools: dict[str, str]
    labels: Labels

    def school(self, key: str) -> str:
        """Name of a school, its id where it has none."""
        return self.schools.get(key) or key

    def plan(self, key: str) -> str:
        """Name of a plan."""
        return self.labels.pick(self.study.plan(key).name) or key

    def future(self, key: str) -> str:
        """Name of a future."""
        return self.labels.pick(self.study.future(key).name) or key

    def stage(self, key: str) -> str:
        """Name of a stage; `all` and grades have labels of their own, a stage unknown to the study keeps its id."""
        if key.startswith("grade:"):
            return self.labels("word.grade", grade=key.removeprefix("grade:"))
        if key in ("all", ""):
            return self.labels("word.all_stages")
        return next((self.labels.pick(s.name) for s in self.study.stages if s.id == key), key)

    @property
    def calibration(self) -> str:
        """Calibrated on what, or not and why not."""
        return said(self.study.calibration, self.labels)

    @property
    def past(self) -> list[PastRow]:
        """Own past forecasts against what came; empty where none was tested."""
        return past_rows(self.study.calibration, self.labels)

    def clause(self, code: str) -> str:
        """Text of a rule; the code itself for a rule the study does not describe."""
        return next((self.labels.pick(r.clause) + self.doubt(code) for r in self.study.rules if r.code == code), code)

    def doubt(self, code: str) -> str:
        """The sign of a bound from memory, empty for any other rule."""
        return "" if all(rule.verified for rule in self.study.rules if rule.code == code) else UNVERIFIED

    @property
    def from_memory(self) -> str:
        """The footnote on deciding clauses from memory: code, text and source of each; empty without one."""
        doubtful = [rule for rule in self.study.rules if rule.decides and not rule.verified]
        told = [
            self.labels(
                "unverified.clause", code=r.code, clause=self.labels.pick(r.clause), source=self.labels.pick(r.source)
            )
            for r in doubtful
        ]
        return self.labels("unverified.note", clauses=self.labels("word.clauses").join(told)) if told else ""


def chance_of(breach: Breach, words: Words) -> str:
    """What may happen at a school: `62% 的可能超过 2000 人`, `exceeds 2000 pupils with 62 % probability`."""
    labels = words.labels
    rule = next((r for r in words.study.rules if r.code == breach.rule), None)
    kind = rule.indicator if rule is not None and labels.has(f"breach.{rule.indicator}") else "other"
    bound = f"{rule.bound:g}{words.doubt(breach.rule)}" if rule is not None else NOTHING
    suffix = ".one_draw" if words.study.draws == 1 else ""
    chance = labels.percent(breach.chance, 1 - words.study.p_required)
    return labels(f"breach.{kind}{suffix}", chance=chance, bound=bound, clause=words.clause(breach.rule))


def _held(row: Row, words: Words) -> str:
    labels, count = words.labels, len(row.cells)
    plan = words.plan(row.plan)
    if count == 1:
        cell = row.cells[0]
        verdict = labels(f"verdict.{cell.verdict}")
        return labels("sentence.one_future", plan=plan, future=words.future(cell.future), verdict=verdict)
    key = "all" if row.held == count else "none" if row.held == 0 else "some"
    said = labels(f"sentence.holds_{key}", plan=plan, k=row.held, n=count)
    undecided = sum(cell.verdict == "undecided" for cell in row.cells)
    return said + (labels("sentence.undecided", n=undecided) if undecided else "")


def _no_better(table: Matrix, words: Words) -> str:
    """Says so where doing nothing is as good: as many futures hold, and no county probability is lower by a percent."""
    base, row = baseline_plan(words.study).id, table.row(table.headline)
    other = next((one for one in table.rows if one.plan == base), row)
    pairs = zip(other.cells, row.cells, strict=True)
    worse = other.held < row.held or any(a.probability < b.probability - ALIKE for a, b in pairs)
    if other.plan == row.plan or not row.held or worse:
        return ""
    return words.labels("sentence.no_better", base=words.plan(base))


def _subject(breach: Breach, words: Words) -> str:
    """Who breaks a clause: a school, or the county."""
    return words.school(breach.school) if breach.school else words.labels("word.county")


def _silent(row: Row, words: Words) -> str:
    """Names the deciding clauses of which something is not known, so that nobody takes the verdict for theirs."""
    codes = list(dict.fromkeys(code for cell in row.cells for code in cell.silent))
    return words.labels("sentence.silent", clauses=words.labels("word.list").join(codes)) if codes else ""


def headline(table: Matrix, words: Words) -> str:
    """The ten-second sentence: how often the plan holds, and the school, year and probability that speak against it."""
    row, labels = table.row(table.headline), words.labels
    cell = worst_future(row)
    start = _held(row, words)
    doubt = labels("sentence.unverified") if any(cell.unverified for cell in row.cells) else ""
    doubt = _no_better(table, words) + doubt + _silent(row, words)
    breach = cell.tightest
    if breach is None or breach.chance < NEGLIGIBLE:
        return start + _no_school(row, words) + doubt
    year = breach.first_year or breach.worst_year
    when = labels("sentence.from", year=labels.school_year(year)) if year else labels("sentence.in_window")
    what = chance_of(breach, words)
    key = "sentence.worst" if cell.verdict != "holds" else "sentence.tightest"
    where = {"future": words.future(cell.future), "school": _subject(breach, words)}
    return start + labels(key, **where, when=when, what=what) + doubt


def _no_school(row: Row, words: Words) -> str:
    """That no school is likely to break a limit, or only that the draws have few: by the upper end of Wilson's 95 %."""
    labels, draws = words.labels, words.study.draws
    found = [cell.tightest for cell in row.cells if cell.tightest is not None]
    if not found:
        return labels("sentence.no_school_judged")
    if draws == 1:
        return labels("sentence.no_school_once")
    broken = round(max(breach.chance for breach in found) * draws)
    decided = all(breach.verdict != "undecided" for breach in found)
    if float(wilson(broken, draws)[1]) < NEGLIGIBLE and decided:
        return labels("sentence.no_school")
    key = "sentence.no_school_seen" if broken else "sentence.no_school_unseen"
    return labels(key, draws=labels.integer(draws), n=labels.integer(broken))


def marks(words: Words) -> list[str]:
    """What must stand beside the headline while it is true: not calibrated, synthetic, one draw, bounds from memory."""
    study = words.study
    told = [
        (words.calibration, not study.calibrated),
        (words.labels("mark.synthetic"), study.synthetic),
        (words.labels("mark.one_draw"), study.draws == 1),
        (words.from_memory, bool(words.from_memory)),
    ]
    return [text for text, wanted in told if wanted]


@dataclass(frozen=True)
class CellWords:
    """A matrix cell in words: `verdict` is the id for styling."""

    verdict: str
    word: str
    mark: str
    probability: str
    worlds: str
    worst: str
    doubt: str = ""
    """Says that the verdict rests on a clause from memory."""


def doubt_word(unverified: bool, labels: Labels) -> str:
    """What stands beside a verdict that rests on a clause from memory; empty for any other."""
    return f"{UNVERIFIED}{labels('verdict.unverified')}" if unverified else ""


def cell_words(cell: Cell, words: Words) -> CellWords:
    """Word, sign, county probability and the 9-of-10-worlds line of one cell."""
    labels = words.labels
    assessed = cell.verdict != "not-assessed"
    shown = words.study.draws > 1 and assessed
    worlds = ""
    if assessed and words.study.draws > 1 and cell.schools_over == cell.schools_over:
        schools, pupils = labels.count("school", cell.schools_over), labels.count("pupil", cell.pupils_over)
        worlds = labels(
            "matrix.worlds" if cell.pupils_over >= 0.5 else "matrix.worlds_none", schools=schools, pupils=pupils
        )
    worst = ""
    if cell.tightest is not None and cell.tightest.chance >= NEGLIGIBLE:
        worst = f"{_subject(cell.tightest, words)}{labels('word.colon')}{chance_of(cell.tightest, words)}"
    return CellWords(
        cell.verdict,
        labels(f"verdict.{cell.verdict}"),
        MARKS[cell.verdict],
        labels.percent(cell.probability, cell.required) if shown else "",
        worlds,
        worst,
        doubt_word(bool(cell.unverified), labels),
    )


@dataclass(frozen=True)
class RowWords:
    """A matrix row in words."""

    plan: str
    name: str
    headline: bool
    cells: tuple[CellWords, ...]
    cost: str
    unused: str
    regret: str


def row_words(row: Row, table: Matrix, words: Words) -> RowWords:
    """One plan in words: cells, cost [万元], unused seats, worst regret [pupils over]."""
    labels, unused = words.labels, row.unused_seats
    return RowWords(
        row.plan,
        words.plan(row.plan),
        row.plan == table.headline,
        tuple(cell_words(cell, words) for cell in row.cells),
        _cost(row, labels),
        NOTHING if unused is None else labels.interval(unused.middle, unused.low, unused.high),
        labels.integer(row.regret),
    )


def _cost(row: Row, labels: Labels) -> str:
    """Capital of a plan; from the cheapest to the dearest future where they differ by what is shown."""
    ends = (min(row.costs, default=row.cost), row.cost, max(row.costs, default=row.cost))
    low, cost, high = (labels.money(value).replace(f"{NBSP}万元", "") for value in ends)
    return cost if low == high else labels("matrix.cost_range", low=low, high=high)


def column_heads(table: Matrix, words: Words) -> list[str]:
    """Heads of the matrix: plan, the futures, cost, unused seats in a named year, worst regret."""
    labels = words.labels
    ends = [
        labels("matrix.cost"),
        labels("matrix.unused", year=labels.school_year(table.unused_year)),
        labels("matrix.regret"),
    ]
    return [labels("matrix.plan"), *(words.future(future) for future in table.futures), *ends]
