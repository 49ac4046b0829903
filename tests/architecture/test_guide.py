"""The guide names every command, every exit code and every column of the run folder."""

from pathlib import Path

from reports.table_shapes import SHAPES
from schoolplan import cli, exits

GUIDE = Path(__file__).parents[2] / "docs" / "guide"


def test_every_command_is_in_the_guide() -> None:
    text = (GUIDE / "commands.md").read_text(encoding="utf-8")
    for command in cli.app.registered_commands:
        assert command.callback is not None
        assert f"| `{command.callback.__name__}" in text, command.callback.__name__


def test_every_exit_code_in_use_is_in_the_guide() -> None:
    text = (GUIDE / "commands.md").read_text(encoding="utf-8")
    used = {exits.GOOD, exits.FAILED_RULE, exits.WRONG_USE, exits.INVALID_INPUT, exits.MISSING_PART, exits.INTERNAL}
    for code in used | {exits.INTERRUPTED}:
        assert f"| {code} |" in text, code


def test_every_table_and_column_is_in_the_guide() -> None:
    text = (GUIDE / "run-folder.md").read_text(encoding="utf-8")
    for shape in SHAPES.values():
        part = text.split(f"## `{shape.file}`", 1)[1].split("\n## ", 1)[0]
        for column in shape.columns:
            assert f"| `{column.name}` |" in part, (shape.file, column.name)
