"""What is said once where futures agree, and by future where they do not."""

from types import SimpleNamespace

import pandas as pd

from reports.by_future import by_future, usual
from reports.i18n import Labels, language


def seen(lang="en", futures=("low", "base", "high"), reference="base"):
    labels = Labels(language(lang))
    study = SimpleNamespace(futures=tuple(SimpleNamespace(id=one) for one in futures), reference_future=reference)
    words = SimpleNamespace(future=str.title, labels=labels)
    return SimpleNamespace(run=SimpleNamespace(study=study), words=words, labels=labels)


def rows(**years):
    return pd.DataFrame({"future": list(years), "year": list(years.values())})


def test_what_is_the_same_in_every_future_is_said_once():
    assert by_future(seen(), rows(low=2027, base=2027, high=2027), lambda row: str(row["year"])) == "2027"


def test_what_differs_is_said_by_future_in_the_order_of_the_study():
    same = rows(high=2026, base=2027, low=2027)
    assert by_future(seen(), same, lambda row: str(row["year"])) == "Low, Base: 2027; High: 2026"
    assert by_future(seen("zh"), same, lambda row: str(row["year"])) == "Low、Base：2027；High：2026"


def test_the_rows_of_a_run_without_the_reference_future_are_those_of_its_first():
    table = rows(low=2027, base=2028, high=2026)
    assert usual(seen(), table)["year"].tolist() == [2028]
    assert usual(seen(reference="none"), table)["year"].tolist() == [2027]
