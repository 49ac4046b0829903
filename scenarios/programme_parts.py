"""Members of a programme, and what each calls the futures and plans that are added up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from scenarios.bundle import Bundle
from scenarios.problems import Problem
from scenarios.schema_base import Names
from scenarios.schema_programme import Member as Entry
from scenarios.schema_programme import OwnIds, ProgrammeFile

Kind = Literal["futures", "plans"]
KINDS: tuple[Kind, ...] = ("futures", "plans")


@dataclass(frozen=True)
class Member:
    """One member and what could be read of it."""

    entry: Entry
    """What the programme says of it."""
    number: int
    """Its place in the list."""
    path: Path
    """Its scenario file."""
    bundle: Bundle | None
    """The checked scenario; None if an error stops it."""
    problems: tuple[Problem, ...]
    """Everything told about its files, places relative to the folder of the programme."""

    @property
    def id(self) -> str:
        """Id of the member."""
        return self.entry.id

    @property
    def group(self) -> str | None:
        """Group of the member."""
        return self.entry.group

    @property
    def name(self) -> Names:
        """Name on reports: its own, else that of its study, else its id."""
        if self.entry.name is not None:
            return self.entry.name
        if self.bundle is not None:
            return self.bundle.study.name
        return Names(zh=self.id, en=self.id)


def ids_of(bundle: Bundle, kind: Kind) -> list[str]:
    """Ids of the futures or plans of a scenario."""
    return list(bundle.futures if kind == "futures" else bundle.plans)


def added(file: ProgrammeFile, kind: Kind, sound: Iterable[Member]) -> Mapping[str, OwnIds]:
    """Ids on the roll-up with the ids of members that differ: as given, else those of the first sound member."""
    given = file.cases.futures if kind == "futures" else file.cases.plans
    if given is not None:
        return given
    first = next((member.bundle for member in sound if member.bundle is not None), None)
    return {} if first is None else {name: {} for name in ids_of(first, kind)}


def matched(file: ProgrammeFile, kind: Kind, sound: list[Member]) -> dict[str, dict[str, str]]:
    """Id of a future or plan in every sound member, by its id on the roll-up."""
    return {
        name: {member.id: own.get(member.id, name) for member in sound}
        for name, own in added(file, kind, sound).items()
    }
