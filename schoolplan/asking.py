"""Questions put to a plan: what makes it fail, what it lacks, what happens without a project (Python API)."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from schoolplan.leaving_out import NecessityFolder
    from schoolplan.sizing import SizeFolder
    from schoolplan.stressing import StressFolder


def stress(
    path: Path | str,
    out: Path | str | None = None,
    *,
    progress: Callable[[str, int, int], None] | None = None,
    **chosen: Any,
) -> "StressFolder":
    """How far each driver of a future and a plan can go before the plan fails; which drivers matter.

    path: scenario file.  out: new or empty folder (default `stress/<scenario>-<plan>-<future>`).  chosen: future, plan,
    school, drivers, ranges, until, below, pairs, globally ("morris" or "sobol"), points, draws, seed, lang, as in
    `schoolplan.stress_ask.Ask`.  Raises ScenarioError or RunError.
    """
    from schoolplan.stress_ask import Ask
    from schoolplan.stressing import stress as look

    return look(path, Ask(out=None if out is None else Path(out), **chosen), progress)


def necessity(
    path: Path | str,
    out: Path | str | None = None,
    *,
    progress: Callable[[str, int, int], None] | None = None,
    **chosen: Any,
) -> "NecessityFolder":
    """What happens without each project of a plan, in the same draws; projects by effect, urgency and ease.

    path: scenario file.  out: new or empty folder (default `necessity/<scenario>-<plan>-<future>`).  chosen: plan,
    future, room_price, draws, seed, workers, lang, as in `schoolplan.leaving_out.Ask`.  Raises ScenarioError or
    RunError.
    """
    from schoolplan.leaving_out import Ask
    from schoolplan.leaving_out import necessity as leave_out

    return leave_out(path, Ask(out=None if out is None else Path(out), **chosen), progress)


def size(
    path: Path | str,
    out: Path | str | None = None,
    *,
    progress: Callable[[str, int, int], None] | None = None,
    **chosen: Any,
) -> "SizeFolder":
    """The smallest additions with which clauses hold: m2, rooms, land, by school and for all schools at once.

    path: scenario file.  out: new or empty folder (default `sizing/<scenario>`).  chosen: clauses (codes or families),
    year, probability, future, plan, draws, seed, workers, as in `schoolplan.sizing.Ask`; more than 125 draws and
    workers start fresh processes.  Raises ScenarioError or RunError.
    """
    from schoolplan.sizing import Ask
    from schoolplan.sizing import size as work_out

    return work_out(path, Ask(out=None if out is None else Path(out), **chosen), progress)
