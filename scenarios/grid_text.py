"""The value of a workbook's cell as the text that a grid holds."""

import datetime as dt

from scenarios.grid import Cell

Value = str | float | int | bool | dt.date | dt.datetime | dt.time | dt.timedelta
DIGITS = 15
"""Digits that a spreadsheet keeps of a number; it shows no more either."""
_TOO_LONG = 10.0**DIGITS


class Texts(dict[Value, str]):
    """Text of each value met so far. 1, 1.0 and true are one key, and have one text."""

    def __missing__(self, value: Value) -> str:
        text = cell_text(value)
        self[value] = text
        return text

    def overlong(self) -> set[float]:
        """Whole numbers met that have more digits than a spreadsheet keeps: the last ones are lost already."""
        numbers = (value for value in self if isinstance(value, float))
        return {number for number in numbers if abs(number) >= _TOO_LONG and number == number // 1}


def cell_text(value: Value) -> str:
    """Text of one value: digits without `.0`, ISO dates and times, 1 and 0 for true and false."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, (int, float)):
        return number_text(value)
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time(0)
        return value.date().isoformat() if midnight else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, dt.timedelta):
        seconds = round(value.total_seconds())
        sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
        return f"{sign}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    if isinstance(value, dt.time):
        return value.isoformat(timespec="seconds")
    return value.isoformat()


def number_text(number: float) -> str:
    """Digits of a number, as many as a spreadsheet shows: 0.1 + 0.2 is `0.3`, 2152000123.0 is `2152000123`."""
    if abs(number) < _TOO_LONG and number == int(number):
        return str(int(number))
    return f"{number:.{DIGITS}g}"


def cells_with(rows: list[list[Value]], wanted: set[float]) -> list[tuple[Cell, float]]:
    """Place and number of every cell that holds one of the wanted numbers, row by row."""
    return [
        ((row, column), value)
        for row, values in enumerate(rows)
        for column, value in enumerate(values)
        if isinstance(value, float) and value in wanted
    ]
