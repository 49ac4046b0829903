"""Questions put to a plan: what makes it fail, what it lacks, what happens without a project, why (Python API)."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reports.explain_model import Explanation
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


def explanations(run: Path | str, *, lang: str = "zh", **asked: Any) -> "list[Explanation]":
    """Why a run gives its verdicts, in plain words (`text`), with the cells that every number comes from (`figures`).

    run: a run folder.  asked: school, plan, future, rule (ids) and most, as in `reports.explain_ask.Ask`; by default
    the ten verdicts of the headline plan that matter most, in the future that speaks against it most.  Raises RunError.
    """
    from reports.explain_ask import Ask, answer
    from reports.run_folder import RunFolder

    return answer(RunFolder.read(run), Ask(**asked), lang)
