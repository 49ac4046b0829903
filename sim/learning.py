"""What a history teaches about the years ahead: the path, and the sizes of the forces around it."""

from dataclasses import replace

from sim.backtest import origins_of
from sim.calibration import calibrated
from sim.error_record import Record
from sim.panel import Panel
from sim.path import Path, forecasts
from sim.processes import Processes, borrowed
from sim.processes_fit import LEARNT_AHEAD


def learn(panel: Panel, years: int, record: Record | None = None) -> tuple[Path, Processes]:
    """The path from the last year of a panel, and the sizes of the forces around it, learnt from earlier origins.

    record: how scored forecasts of this place turned out.
    """
    origin = int(panel.years[-1])
    # Origins that `backtest` scores, which the record of errors leaves out, so that nothing is counted twice. The
    # backtest lets the year before them teach as well (`teaching_origins`): else its first origin had nothing to learn.
    paths = forecasts(panel, [*origins_of(panel), origin], max(years, max(LEARNT_AHEAD)))
    path = paths.pop(origin)
    cut = {name: piece[:, :, :years] for name, piece in path.pieces.items()}
    processes = calibrated(panel, paths, borrowed(), record)
    return replace(path, log_pupils=path.log_pupils[:, :, :years], pieces=cut), processes
