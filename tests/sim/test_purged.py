"""Net and purged ratios on a county whose true flows are known; adding flows to net ratios counts them twice."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

from sim.panel import Panel
from sim.path_ratios import learn_from, learn_ratios, transitions
from sim.purged import Registered, contradictions, registered_from_rows, transferred, window_rates

VILLAGES, TOWNS, GRADES, YEARS = 30, 6, 6, 9
KEEP = 0.99  # what moves up without any transfer


@dataclass(frozen=True)
class Truth:
    """Flows of a year, per pupil at its start."""

    external: float
    to_town: float


WINDOW, AFTER = Truth(external=-0.01, to_town=0.03), Truth(external=0.01, to_town=0.06)


def one_year(pupils, truth, rng=None):
    """Next year's pupils [school, grade], came and left; the first grade is the same every year."""
    draw = (lambda n, p: n * p) if rng is None else (lambda n, p: rng.binomial(np.rint(n).astype(int), p).astype(float))
    village = np.arange(len(pupils)) < VILLAGES
    moving = draw(pupils, truth.to_town) * village[:, None]
    crossing = draw(pupils, abs(truth.external))
    came = np.zeros_like(pupils)
    came[~village] = moving.sum(axis=0) / TOWNS if rng is None else spread(moving.sum(axis=0))
    left = moving.copy()
    came, left = (came + crossing, left) if truth.external > 0 else (came, left + crossing)
    after = np.empty_like(pupils)
    after[:, 0] = pupils[:, 0]
    lost = pupils - draw(pupils, KEEP)
    after[:, 1:] = np.maximum(pupils - lost + came - left, 0.0)[:, :-1]
    came[:, -1] = left[:, -1] = 0.0  # the last grade graduates
    return after, came, left


def spread(total):
    """Whole pupils over the towns, as evenly as they can be."""
    base, rest = np.divmod(total.astype(int), TOWNS)
    return base[None] + (np.arange(TOWNS)[:, None] < rest[None])


def county(rng=None):
    pupils = np.vstack([np.full((VILLAGES, GRADES), 60.0), np.full((TOWNS, GRADES), 300.0)])
    pupils *= np.linspace(1.05, 0.95, GRADES)
    stocks, came, left = [pupils], [], []
    for _ in range(YEARS - 1):
        after, arrivals, leavers = one_year(stocks[-1], WINDOW, rng)
        stocks.append(after)
        came.append(arrivals)
        left.append(leavers)
    unknown = np.full(pupils.shape, np.nan)
    panel = Panel(
        pupils=np.stack(stocks, axis=2),
        hosts=np.ones((len(pupils), GRADES, YEARS), dtype=bool),
        district_of=(np.arange(len(pupils)) >= VILLAGES).astype(np.int64),
        schools=tuple(f"v{i:02}" if i < VILLAGES else f"w{i:02}" for i in range(len(pupils))),
        districts=("town", "villages"),
        grades=tuple(str(g + 1) for g in range(GRADES)),
        years=np.arange(2015, 2015 + YEARS),
    )
    return panel, Registered(np.stack([*came, unknown], axis=2), np.stack([*left, unknown], axis=2))


VILLAGE = np.arange(VILLAGES + TOWNS) < VILLAGES


def freed(panel, registered):
    """Pupils before and after each transition as if nobody had been transferred, [school, grade - 1, year - 1]."""
    before, net = transferred(panel, registered)
    _, after = transitions(panel.pupils)
    return before, np.where(before > 0.0, after - net, 0.0)


def learn_purged(panel, registered):
    """Ratios freed of the registered transfers, shrunk like the net ones: what `ratios: purged` stands for."""
    return learn_from(panel, *freed(panel, registered))


def projected(panel, ratios, external, to_town, years=5):
    """A plain simulator: learnt ratios plus the flows it is told, [school, grade] after so many years."""
    pupils = panel.pupils[:, :, -1]
    ratio = np.exp(ratios.total(panel.district_of))
    for _ in range(years):
        moving = to_town * pupils * VILLAGE[:, None]
        moving[~VILLAGE] = -moving.sum(axis=0) / TOWNS
        after = pupils.copy()
        after[:, 1:] = ratio * pupils[:, :-1] + external * pupils[:, :-1] - moving[:, :-1]
        pupils = after
    return pupils


def truth_after(panel, years=5):
    pupils = panel.pupils[:, :, -1]
    for _ in range(years):
        pupils, *_ = one_year(pupils, AFTER)
    return pupils


def gaps(found, true):
    """Relative error of villages and of towns in the grades that the flows had five years to reach."""
    return np.array([found[rows, 4:].sum() / true[rows, 4:].sum() - 1 for rows in (VILLAGE, ~VILLAGE)])


@pytest.fixture(scope="module", params=[None, 4], ids=["exact", "by chance"])
def known(request):
    rng = None if request.param is None else np.random.default_rng(request.param)
    panel, registered = county(rng)
    return panel, registered, truth_after(panel), 1.0 if rng is None else 1.6


def test_purged_ratios_and_flows_in_full_recover_the_truth(known):
    panel, registered, true, loose = known
    found = projected(panel, learn_purged(panel, registered), AFTER.external, AFTER.to_town)
    assert np.abs(gaps(found, true)).max() < 0.006 * loose


def test_net_ratios_and_differences_recover_the_truth(known):
    panel, _, true, loose = known
    difference = AFTER.external - WINDOW.external, AFTER.to_town - WINDOW.to_town
    found = projected(panel, learn_ratios(panel), *difference)
    # A town's net ratio holds arrivals per pupil of the town, while villages empty: a little is left.
    assert np.abs(gaps(found, true)).max() < 0.025 * loose


def test_net_ratios_and_differences_from_the_registered_means_are_as_good(known):
    panel, registered, true, loose = known
    window = window_rates(panel, registered, VILLAGE, 0.8)
    found = projected(panel, learn_ratios(panel), AFTER.external - window.external, AFTER.to_town - window.to_town)
    assert np.abs(gaps(found, true)).max() < 0.025 * loose


def test_less_the_registered_mean_is_the_same_as_purged_ratios_with_flows_in_full(known):
    """`ratios: purged` keeps the net ratios of the forecast; what flows add to them is what they lack."""
    panel, registered, _, loose = known
    window = window_rates(panel, registered, VILLAGE, 0.8)
    full = projected(panel, learn_purged(panel, registered), AFTER.external, AFTER.to_town)
    less = projected(panel, learn_ratios(panel), AFTER.external - window.external, AFTER.to_town - window.to_town)
    print("villages and towns, less the mean against in full:", gaps(less, full))
    assert np.abs(gaps(less, full)).max() < 0.025 * loose


def test_flows_in_full_on_net_ratios_count_the_window_twice(known):
    panel, _, true, _ = known
    naive = gaps(projected(panel, learn_ratios(panel), AFTER.external, AFTER.to_town), true)
    twice = 1 - (WINDOW.to_town - WINDOW.external) / (KEEP + AFTER.external - AFTER.to_town)
    assert naive[0] == pytest.approx(twice**4.5 - 1, abs=0.04)
    assert naive[0] < -0.12


def test_no_flows_on_net_ratios_miss_the_change(known):
    panel, _, true, _ = known
    assert gaps(projected(panel, learn_ratios(panel), 0.0, 0.0), true)[0] > 0.03


def test_the_reference_that_states_the_window_gives_the_net_forecast():
    panel, registered = county()
    net = projected(panel, learn_ratios(panel), 0.0, 0.0)
    purged = projected(panel, learn_purged(panel, registered), WINDOW.external, WINDOW.to_town)
    assert np.abs(gaps(purged, net)).max() < 0.02


def test_the_window_is_read_from_the_transfers():
    panel, registered = county()
    window = window_rates(panel, registered, VILLAGE, 0.8)
    assert window.external == pytest.approx(WINDOW.external)
    assert window.to_town == pytest.approx(WINDOW.to_town)


def test_net_is_purged_plus_the_mean_registered_rate():
    """Before shrinkage: r = q + f, school by school."""
    panel, registered = county(np.random.default_rng(7))
    before, after = freed(panel, registered)
    net = (panel.pupils[:, 1:, 1:] - after) / before
    np.testing.assert_allclose(net, registered.net[:, :-1, :-1] / before, atol=1e-12)


def test_a_year_without_registers_teaches_nothing():
    panel, registered = county()
    gap = replace(registered, came=registered.came.copy())
    gap.came[3, :, 2] = np.nan
    before, net = transferred(panel, gap)
    assert not before[3, :, 2].any()
    assert not net[3, :, 2].any()
    assert before[3, :, 3].all()
    assert net[3, :, 3].all()


def rows_of(panel, registered):
    s, g, y = np.nonzero(registered.came + registered.left > 0)
    return pd.DataFrame(
        {
            "school": np.array(panel.schools)[s], "grade": np.array(panel.grades)[g], "year": panel.years[y],
            "in": registered.came[s, g, y], "out": registered.left[s, g, y],
        }
    )  # fmt: skip


def test_a_table_in_any_order_gives_the_same_arrays():
    panel, registered = county(np.random.default_rng(1))
    rows = rows_of(panel, registered)
    rows = pd.concat([rows, rows.assign(school="elsewhere")])
    for table in (rows, rows.sample(frac=1, random_state=3)):
        found = registered_from_rows(table, panel)
        np.testing.assert_array_equal(found.came[:, :, :-1], registered.came[:, :, :-1])
        np.testing.assert_array_equal(found.left[:, :, :-1], registered.left[:, :, :-1])
        assert np.isnan(found.came[:, :, -1]).all()


def test_transfers_that_contradict_the_pupils_are_refused():
    panel, registered = county()
    rows = rows_of(panel, registered)
    rows.loc[0, "out"] = 10_000
    with pytest.raises(ValueError, match="contradict"):
        registered_from_rows(rows, panel)
    many = replace(registered, came=registered.came.copy())
    many.came[2, 1, 1] = 10_000
    assert np.argwhere(contradictions(panel, many)).tolist() == [[2, 1, 1]]
