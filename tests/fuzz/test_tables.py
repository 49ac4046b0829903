"""Tables of any content: whatever was written by the rules is read back the same; anything else is told."""

import csv
import io
import math

import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import strategies as st

from scenarios import grid_csv
from scenarios.grid_csv import read_csv
from scenarios.grid_kinds import OLE
from scenarios.grid_read import read_grids
from scenarios.problems import has_errors, render
from tests.examples import examples
from tests.scenarios import books

SIGNS = st.characters(exclude_categories=("Cs",), exclude_characters="\0")
CELLS = st.text(SIGNS, max_size=8)
PLAIN = st.characters(exclude_categories=("Cs", "Cc", "Cn"), exclude_characters="\ufeff\ufffd")
PRINTED = st.text(PLAIN, min_size=1, max_size=8)
WHOLE = st.integers(-(10**14), 10**14).map(float)
VALUES = st.none() | st.booleans() | WHOLE | st.floats(-1e9, 1e9, allow_subnormal=False) | PRINTED
STARTS = (
    b"",
    b"PK\x03\x04",
    b"PK\x05\x06",
    OLE,
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xfe\xff",
    b"sep=",
    b"\x09\x08",
    b"<?xml",
)


@examples(300)
@given(st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=6)),
       st.sampled_from(("utf-8", "utf-8-sig", "utf-16")), st.sampled_from(("\n", "\r\n")))  # fmt: skip
@example([["a;b", "c"], ["d;e", "f"]], "utf-8", "\n")
def test_every_quoted_table_is_read_back_cell_by_cell(rows: list[list[str]], encoding: str, end: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator=end).writerows(rows)
    grid, problems = read_csv(out.getvalue().encode(encoding), "t.csv")
    assert not has_errors(problems)
    assert grid is not None
    assert grid.rows == rows


@examples(200)
@given(st.text(st.sampled_from("a1一,;\t \n\r\x0b\x85\u2028|"), max_size=60), st.integers(0, 5))
def test_the_fast_way_through_a_plain_text_is_the_exact_one(text: str, start: int) -> None:
    for separator in ",;":
        fast = grid_csv._plain_records(text, start, separator)
        assert fast is None or (fast, []) == grid_csv._records(text, start, separator, "t.csv")


@examples(80, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(books.KINDS)), st.lists(st.lists(VALUES, min_size=1, max_size=4), min_size=1, max_size=5))
def test_every_workbook_is_read_back_cell_by_cell(
    tmp_path_factory: pytest.TempPathFactory, kind: str, rows: list[list[books.Cell]]
) -> None:
    file = tmp_path_factory.mktemp("t") / f"t.{kind}"
    file.write_bytes(books.KINDS[kind]({"s": rows}))
    grids, problems = read_grids(file, file.name)
    found = grids[0].rows if grids else []
    assert {problem.code for problem in problems} <= {"SCN276", "SCN279"}
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            text = found[r][c] if r < len(found) and c < len(found[r]) else ""
            assert _same(text, value), (kind, r, c, value, text)


def _same(text: str, value: books.Cell) -> bool:
    if value is None:
        return text == ""
    if isinstance(value, bool):
        return text == str(int(value))
    if isinstance(value, float):
        return math.isclose(float(text), value, rel_tol=1e-14, abs_tol=1e-300)
    return text == value


@examples(300)
@given(st.sampled_from(STARTS), st.binary(max_size=700))
@example(OLE, b"\0" * 600)
@example(b"PK\x05\x06", b"\0" * 18)
def test_any_bytes_are_read_or_told(tmp_path_factory: pytest.TempPathFactory, start: bytes, rest: bytes) -> None:
    file = tmp_path_factory.mktemp("t") / "t.xls"
    file.write_bytes(start + rest)
    grids, problems = read_grids(file, "t.xls")
    for problem in problems:
        for lang in ("zh", "en"):
            render(problem, lang).encode()
    assert bool(grids) != has_errors(problems)
