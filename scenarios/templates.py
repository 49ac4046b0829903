"""An empty study: Excel templates by bureau, and the YAML files that point at them, with comments on what to fill."""

from pathlib import Path
from string import Template

from scenarios.editor_schema import FOLDER as SCHEMAS
from scenarios.editor_schema import write_schemas
from scenarios.problems import ScenarioError, error
from scenarios.table_columns import TableSpec
from scenarios.template_book import books, sheet_name, write_book

SKELETON = Path(__file__).parent / "skeleton"
DATA = "data"
_FROM_THE_START = ("units", "schools", "sites", "zones", "enrolment", "children", "births")
"""Tables that an empty study names at once; the others stand behind a comment sign until they are filled."""
_OPTIONAL = {
    "zh": "  # 以下各表可选：填好后删去行首的 # 即启用",
    "en": "  # The tables below are optional: take away the # once they are filled in",
}


def write_template(target: Path, lang: str) -> Path:
    """Write an empty study to a new or empty folder and return the folder.

    Raises ScenarioError (EXA002) for a target that is not empty.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ScenarioError([error("EXA002", str(target), str(target))])
    (target / DATA).mkdir(parents=True)
    write_books(target / DATA, lang)
    for source in sorted((SKELETON / lang).rglob("*.yaml")):
        file = target / source.relative_to(SKELETON / lang)
        file.parent.mkdir(parents=True, exist_ok=True)
        text = Template(source.read_text(encoding="utf-8")).substitute(tables=table_lines(lang))
        file.write_text(text, encoding="utf-8")
    write_schemas(target / SCHEMAS)
    return target


def write_books(folder: Path, lang: str) -> list[Path]:
    """Write the workbooks of all bureaus into a folder that exists; files of the same name are replaced."""
    written = []
    for book in books(lang):
        write_book(folder / book.file, book, lang)
        written.append(folder / book.file)
    return written


def table_lines(lang: str) -> str:
    """What stands under `tables:` in the study: one line for each table, the optional ones behind a comment sign."""
    lines = {spec.name: _line(spec, book.file, lang) for book in books(lang) for spec in book.tables}
    needed = [f"  {lines.pop(name)}" for name in _FROM_THE_START]
    return "\n".join([*needed, _OPTIONAL[lang], *(f"  # {line}" for line in lines.values())])


def _line(spec: TableSpec, file: str, lang: str) -> str:
    about = spec.about_zh if lang == "zh" else spec.about_en
    return f"{spec.name}: {{path: {DATA}/{file}, sheet: {sheet_name(spec, lang)}}}   # {about}"
