"""`report RUN --format pack`: the evidence pack of a run beside its papers, and the sheet to sign."""

from pathlib import Path
from typing import TYPE_CHECKING

from reports.document_html import write_html
from reports.seal_sheet import Sealed, seal_sheet
from reports.view import view
from reports.whole import write_whole_bytes
from schoolplan.pack import NAME, packed, paper_files
from schoolplan.pack_inputs import copies, told

if TYPE_CHECKING:
    from schoolplan.paper_formats import Order


def write_pack(order: "Order") -> list[Path]:
    """Write the pack and its sheet; papers are those of the run folder, and those of this order that lie elsewhere."""
    found = copies(order.run.manifest.get("inputs", {}), order.run.path, order.inputs)
    order.told.extend(told(found, order.run.path.as_posix()))
    made = packed(order.run, _papers(order), found)
    target = write_whole_bytes(order.place / NAME, made.zipped())
    sealed = Sealed(
        file=target.name,
        seal=made.seal,
        files=len(made.files),
        papers=sum(name.startswith("papers/") for name in made.files),
        copied=sum(one.file is not None for one in found),
        inputs=len(found),
    )
    sheet = seal_sheet(view(order.run, order.lang), sealed)
    return [target, write_html(sheet, order.file(sheet, "html"))]


def _papers(order: "Order") -> list[tuple[str, Path]]:
    """Path in the pack and file of every paper."""
    home = order.run.path / "papers"
    there = {path.relative_to(home).as_posix(): path for path in paper_files(home)} if home.is_dir() else {}
    if not _inside(order.place, home):
        there |= {f"{order.lang}/{name}": path for name, path in _written(order).items()}
    return sorted(there.items())


def _written(order: "Order") -> dict[str, Path]:
    """Files of this order by their path in its folder; of a folder of files (maps, layers) all that it holds."""
    found: dict[str, Path] = {}
    for path in order.written:
        folder = path.relative_to(order.place).parts[0]
        beside = [path] if folder == path.name else paper_files(order.place / folder)
        found |= {one.relative_to(order.place).as_posix(): one for one in beside}
    return found


def _inside(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())
