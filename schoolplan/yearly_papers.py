"""What `schoolplan` offers of papers beyond one run: the yearly report, and the check of an evidence pack.

Libraries are imported inside the functions, so that `import schoolplan` stays fast.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenarios.problems import Problem
    from schoolplan.pack_check import Verified


def yearly(run: Path | str, told: "list[Problem] | None" = None, **chosen: Any) -> list[Path]:
    """Write the yearly analysis report of a run; returns the files.

    chosen: last (last year's run folder), snapshot (last year's folder of `snapshot`), plan (of last year's run, to be
    scored), formats (docx, pdf, html, xlsx), out (default RUN/papers/<lang>), lang, template (a path), public
    (threshold below which counts of persons are hidden); KeyError for another format.  told: takes what was left out.
    Raises RunError or ScenarioError.
    """
    from schoolplan.year_report import Ask
    from schoolplan.year_report import yearly as write

    given = {name: value for name, value in chosen.items() if value is not None}
    options: dict[str, object] = {name: given.pop(name) for name in ("template", "public") if name in given}
    for name in ("last", "snapshot", "out"):
        if name in given:
            given[name] = Path(given[name])
    formats = tuple(given.pop("formats", ("html",)))
    return write(run, Ask(**given, formats=formats, options=options), [] if told is None else told)


def verify(pack: Path | str, seal: str | None = None) -> "Verified":
    """Check an evidence pack, a zip or unpacked: files altered, missing, added. Raises RunError for what is none.

    seal: the 64 digits of the signed sheet.
    """
    from schoolplan.pack_check import verify as check_pack

    return check_pack(pack, seal)
