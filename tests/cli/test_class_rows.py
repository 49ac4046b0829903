"""Classes of the base year: as registered where they are, else as the run forms them."""

import shutil
from pathlib import Path

import pandas as pd

from schoolplan.class_rows import class_rows
from schoolplan.prepare import prepare

BASE = Path(__file__).parents[1] / "broken" / "_base"


def enrolment(folder: Path) -> pd.DataFrame:
    rows = pd.read_csv(folder / "data" / "enrolment.csv", dtype={"grade": str})
    return rows[(rows["year"] == rows["year"].max()) & (rows["pupils"] > 0)]


def test_registered_classes_are_kept_and_the_others_hold_every_pupil(tmp_path: Path) -> None:
    study = shutil.copytree(BASE, tmp_path / "study")
    file = study / "data" / "enrolment.csv"
    rows = pd.read_csv(file, dtype={"grade": str}).drop(columns="sections", errors="ignore")
    last = rows["year"].max()
    one = (rows["year"] == last) & (rows["pupils"] > 0)
    first = rows[one].iloc[0]
    here = one & (rows["school"] == first["school"]) & (rows["grade"] == first["grade"])
    rows["sections"] = pd.Series(pd.NA, index=rows.index, dtype="Int64").mask(here, 7)
    rows.to_csv(file, index=False, encoding="utf-8")
    found = class_rows(prepare(study / "approval.yaml"))
    own = found[(found["school"] == first["school"]) & (found["grade"] == first["grade"])]
    assert own[["pupils", "classes", "recorded"]].to_numpy().tolist() == [[first["pupils"], 7, 1]]
    rest = found[found["recorded"] == 0]
    assert len(rest)
    assert (rest["classes"] > 0).all()
    assert found["pupils"].sum() == enrolment(study)["pupils"].sum()
