"""What can be wrong with a run folder: one code per mistake, texts in `scenarios/messages_run.yaml`."""

from scenarios.problems import ScenarioError, error

CODES = tuple(f"RUN{number:03d}" for number in range(1, 13))


class RunError(ScenarioError):
    """A run folder that cannot be read, written or compared; holds its one problem like every input error."""

    def __init__(self, code: str, place: object, **values: object) -> None:
        super().__init__([error(code, str(place), **values)])  # type: ignore[arg-type]

    @property
    def code(self) -> str:
        """Code of the problem, `RUN001` …"""
        return self.problems[0].code
