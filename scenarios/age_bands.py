"""Age profiles as planners write them: shares by band of ages (`0-5`, `6`) or by stage (`primary`).

Ages are completed years on 31 August at the start of the year in which a child moves.  Children of the last grade do
not move, so the last age that counts is the one before it.
"""

import re
from collections.abc import Mapping

from scenarios.schema_study import StudyFile

_BAND = re.compile(r"(\d{1,2})(?:\s*[-–~]\s*(\d{1,2}))?")


def last_moving_age(study: StudyFile) -> int:
    """The highest age that may move [years]."""
    return (study.school_age or 0) + sum(len(stage.grades) for stage in study.school_stages) - 2


def ages_of_band(band: str, study: StudyFile) -> range | None:
    """Ages of a band or stage, None where it is neither.  The last grade is left out of a stage that holds it."""
    start = 0
    for stage in study.stages:
        start = start if stage.entry_age is None else stage.entry_age
        if stage.id == band:
            return range(start, min(start + len(stage.grades), last_moving_age(study) + 1))
        start += len(stage.grades)
    match = _BAND.fullmatch(band.strip())
    if match is None:
        return None
    low, high = int(match[1]), int(match[2] or match[1])
    return range(low, high + 1) if low <= high else None


def share_by_age(profile: Mapping[str, float], study: StudyFile) -> dict[int, tuple[str, float]]:
    """Age -> (band, share of the band) of a checked profile; ages in no band are absent."""
    found: dict[int, tuple[str, float]] = {}
    for band, share in profile.items():
        for age in ages_of_band(band, study) or ():
            found[age] = (band, share)
    return found
