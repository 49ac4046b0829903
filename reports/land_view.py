"""Parcels in words: what the workbook and the map say of each, in one language."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from gis.land_study import Land
from gis.land_table import FITS
from reports.i18n import Labels, decimal
from scenarios.land_supply import MU_M2
from scenarios.schema_pack import Pack


@dataclass(frozen=True)
class LandView:
    """Land of a study in one language."""

    land: Land
    pack: Pack
    labels: Labels
    study: str
    """Name of the study."""
    units: Mapping[str, str]
    """Unit -> name."""
    synthetic: bool

    def clearance(self, code: str) -> str:
        """Name of a clearance in this language."""
        return {each.code: self.labels.pick(each.name.model_dump()) for each in self.pack.clearances}[code]

    @property
    def names(self) -> dict[str, str]:
        """Names of all clearances of the pack, by code."""
        return {each.code: self.labels.pick(each.name.model_dump()) for each in self.pack.clearances}

    @property
    def fits(self) -> dict[str, str]:
        """Words of what a parcel is fit for."""
        return {fit: self.labels(f"land.fit.{fit}") for fit in FITS}

    @property
    def unchecked(self) -> str:
        """What no layer was given for, as a list; empty where all was checked."""
        return ("、" if self.labels.lang == "zh" else ", ").join(self.names[each.code] for each in self.land.unchecked)

    def record(self, at: int) -> dict[str, object]:
        """One row of the result by column."""
        return {str(name): value for name, value in self.land.result.iloc[at].items()}

    def breaks(self, codes: str) -> str:
        """Codes of broken clearances as names."""
        known = [self.names[code] for code in codes.split("; ") if code]
        return ("、" if self.labels.lang == "zh" else "; ").join(known)

    def carries(self, row: Mapping[str, object]) -> str:
        """The largest school that a parcel carries, in words."""
        pupils, classes = number(row["pupils_max"]), number(row["classes_max"])
        if not row["norm"] or np.isnan(pupils):
            return self.labels("land.map.no_norm")
        if classes == 0:
            return self.labels("land.map.no_school")
        key = "land.map.school_more" if row["more"] else "land.map.school"
        return self.labels(key, pupils=self.labels.integer(pupils), classes=f"{classes:.0f}")

    def table(self) -> pd.DataFrame:
        """The table of parcels with heads and words of this language; texts and numbers, NaN where nothing is known."""
        frame, labels = self.land.result, self.labels
        columns: dict[str, object] = {
            "parcel": frame["parcel"],
            "unit": [self.units.get(name, name) for name in frame["unit"]],
            "planned_use": self._words(frame, "planned_use"),
            "status": self._words(frame, "status"),
            "ownership": self._words(frame, "ownership"),
            "fit": self._words(frame, "fit"),
            "breaks": [self.breaks(codes) for codes in frame["breaks"]],
            "area_m2": frame["area_m2"].round(0),
            "area_mu": (frame["area_m2"] / MU_M2).round(2),
            "usable_m2": frame["usable_m2"],
            "pupils_max": frame["pupils_max"],
            "classes_max": frame["classes_max"],
            "more": [labels("land.yes") if more else "" for more in frame["more"]],
            "norm": [self._norm(code) for code in frame["norm"]],
            "outline": self._words(frame, "outline"),
        }
        made = {labels(f"land.head.{name}"): values for name, values in columns.items()}
        for each in self.land.found:
            code, what = each.clearance.code, self.names[each.clearance.code]
            made[labels("land.head.distance", what=what)] = frame[f"{code}_m"]
            made[labels("land.head.lost", what=what)] = frame[f"{code}_lost"]
        made[labels("land.head.locked")] = [labels("land.yes") if flag else "" for flag in frame["locked"]]
        made |= {
            labels(f"land.head.{name}"): frame[name] for name in ("locked_by", "locked_on", "lock_reason", "source")
        }
        return pd.DataFrame(made)

    def _words(self, frame: pd.DataFrame, column: str) -> list[str]:
        return [self.labels(f"land.{column}.{value}") if value else "" for value in frame[column]]

    def _norm(self, code: str) -> str:
        return next(
            (self.labels.pick(each.name.model_dump()) for each in self.pack.site_areas if each.code == code), ""
        )

    def rules(self) -> pd.DataFrame:
        """Clearances of the pack: distance, kind, whether they were checked here, source and its grade."""
        labels, done = self.labels, {each.clearance.code for each in self.land.found}
        rows = [
            (each.code, self.names[each.code], each.distance_m, labels(f"land.rule.{each.rule}"),
             labels("land.yes") if each.code in done else labels("land.rule.not_checked"),
             labels.pick(each.source.model_dump()), labels.grade(each.source_grade))
            for each in self.pack.clearances
        ]  # fmt: skip
        heads = ("code", "name", "distance_m", "rule", "checked", "source", "grade")
        return pd.DataFrame(rows, columns=[labels(f"land.rule.{head}") for head in heads])

    def norms(self) -> pd.DataFrame:
        """Site areas of the pack, one row for each size."""
        labels = self.labels
        rows = [
            (labels.pick(each.name.model_dump()), size.classes, size.pupils, size.site_m2,
             float(decimal(size.site_m2 / size.pupils, 1)), labels.pick(each.source.model_dump()),
             labels.grade(size.source_grade or each.source_grade))
            for each in self.pack.site_areas for size in each.sizes
        ]  # fmt: skip
        heads = ["name", "classes", "pupils", "site_m2", "per_pupil"]
        named = [labels(f"land.norm.{head}") for head in heads] + [
            labels("land.rule.source"),
            labels("land.rule.grade"),
        ]
        return pd.DataFrame(rows, columns=named)


def number(value: object) -> float:
    """A number of a row."""
    return float(str(value))
