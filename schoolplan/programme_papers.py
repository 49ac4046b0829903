"""Papers of a programme: its page again in another language, and the roll-up with the risk list as a document."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reports.i18n import Labels, language
from reports.programme_document import programme_document
from reports.programme_folder import CARD, ProgrammeFolder
from reports.programme_html import write_programme_page
from reports.programme_view import ProgrammeView
from schoolplan.document_order import write_documents

if TYPE_CHECKING:
    from scenarios.problems import Problem


def is_programme_folder(folder: Path) -> bool:
    """Whether this is the folder of a programme's run, finished or not."""
    return (folder / CARD).is_file()


def programme_papers(
    folder: Path, formats: Sequence[str], lang: str, place: Path, told: "list[Problem]", **options: object
) -> list[Path]:
    """Write the document in every format asked, and with html the page, too, unless it is published; returns the files.

    Raises RunError for a folder that cannot be read, and KeyError for a format that only one run has.
    """
    read = ProgrammeFolder.read(folder)
    view = ProgrammeView(read.card, read.tables, Labels(language(lang)))
    files = write_documents([programme_document(view)], formats, place, told, **options)
    if "html" not in formats or options.get("public") is not None:
        return files
    return [write_programme_page(read.card, read.tables, lang, place / "report.html"), *files]
