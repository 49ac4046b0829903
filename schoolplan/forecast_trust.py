"""How far a forecast can be trusted: the same method, tried on the table's own past."""

from reports.forecast_view import Trust
from sim.backtest import OWN, backtest, origins_of
from sim.backtest_draws import Settings, backtest_draws
from sim.backtest_scores import predictions_of, scores_of
from sim.baselines import naive
from sim.panel import Panel

HORIZONS, DRAWS = (1, 3, 5), 100


def trust_of(panel: Panel, years: int) -> Trust:
    """Errors and coverage of school totals from all past origins, up to `years` ahead; empty for a short history."""
    origins = origins_of(panel)
    most = min(years, int(panel.years[-1]) - origins[0]) if origins else 0
    horizons = tuple(h for h in HORIZONS if h <= most)
    if not horizons:
        return Trust()
    pairs = backtest(panel, max(horizons), {"naive": naive})
    pairs = pairs[pairs["horizon"].isin(horizons)].reset_index(drop=True)
    predictions = predictions_of(pairs, {OWN: backtest_draws(panel, Settings(horizons, DRAWS))})
    if predictions.empty:  # the years that were forecast are masked
        return Trust()
    table = scores_of(predictions)
    rows = table[(table["level"] == "school") & (table["n"] > 0)]
    own = rows[rows["method"] == OWN].set_index("horizon")
    same = rows[rows["method"] == "naive"].set_index("horizon")
    scored = {int(h): h for h in own.index if h in same.index}
    return Trust(
        origins=tuple(origins),
        wape={h: float(own.loc[key, "wape"]) for h, key in scored.items()},
        naive={h: float(same.loc[key, "wape"]) for h, key in scored.items()},
        cover80={h: float(own.loc[key, "cover80"]) for h, key in scored.items()},
    )
