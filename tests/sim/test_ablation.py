"""The ablation: an ingredient that is said to be off is off, and everything is put back."""

import numpy as np
import pytest

from benchmarks.ablation import VARIANTS, Variant, changed, rows_of, wapes
from sim import path, path_ratios
from sim.path import forecast
from tests.sim.panels import noisy


@pytest.mark.parametrize("variant", VARIANTS[1:], ids=lambda variant: variant.name)
def test_every_variant_changes_the_forecast(variant: Variant) -> None:
    panel = noisy()
    as_it_is = forecast(panel, 3).log_pupils
    with changed(variant.constants):
        other = forecast(variant.panel(panel), 3).log_pupils
    assert not np.allclose(as_it_is, other, equal_nan=True, atol=1e-6)
    assert np.array_equal(as_it_is, forecast(panel, 3).log_pupils, equal_nan=True)


def test_constants_are_put_back_after_an_error_and_unknown_ones_are_refused() -> None:
    before = path.KAPPA
    with pytest.raises(ZeroDivisionError), changed({(path, "KAPPA"): 0.0}):
        raise ZeroDivisionError
    assert before == path.KAPPA
    with pytest.raises(AttributeError), changed({(path_ratios, "NO_SUCH"): 1.0}):
        pass


def test_rows_have_the_change_against_the_first() -> None:
    name, cells = next(iter(rows_of(noisy(), VARIANTS[:1])))
    found = wapes(noisy(), VARIANTS[0])
    assert name == "as it is"
    assert len(cells) == 9
    assert cells[0] == f"{100 * found['school-grade', 1]:.2f} (+0.0)"
