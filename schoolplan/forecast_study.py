"""What `forecast` starts from in a study: the reference future of a scenario, or the history of a study alone.

A scenario file knows the future: children of the catchments, births of the reference future, grades that schools may
teach.  Its forecast is, draw for draw, what `run` simulates in that future without projects and diversion.  A
study.yaml alone knows enrolment, births and events, and is forecast as a table is.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from scenarios.bundle import Bundle, StudyBundle
from scenarios.loader import bundle_of, read_any
from scenarios.problems import Problem, ScenarioError, error, note
from schoolplan.error_record import recorded_for
from schoolplan.forecast_start import DRAWS, SEED, YEARS, Ask, Chosen, Outset, Predicted, predicted
from schoolplan.manifest import hashes, input_hashes
from schoolplan.prepare import Prepared, options, prepared
from schoolplan.progress import Progress
from sim.outlook import windowed
from sim.panel import Panel
from sim.study_forecast import study_draws, study_rows
from sim.study_panel import COUNTY, known_rows, panel_of_study

FARTHEST = 10
"""Years ahead of the forecast of a scenario, if not asked otherwise."""


def of_study(file: Path, ask: Ask) -> Outset:
    """A scenario file, or a study.yaml. Raises ScenarioError (FOR053: tables given beside it; FOR080, FOR081)."""
    beside = tuple(f"--{name}" for name, path in (("births", ask.births), ("events", ask.events)) if path is not None)
    if beside:
        raise ScenarioError([error("FOR053", file.as_posix(), beside)])
    draft, problems = read_any(file)
    bundle = bundle_of(draft, problems)
    if bundle is None:
        raise ScenarioError(problems)
    table = bundle.tables.get("enrolment")
    if table is None or not (table["year"] <= bundle.study.base_year).any():
        raise ScenarioError([*problems, error("FOR054", bundle.study_file, base=bundle.study.base_year)])
    return _of_scenario(file, bundle, ask) if isinstance(bundle, Bundle) else _alone(file, bundle, problems, ask)


def _of_scenario(file: Path, bundle: Bundle, ask: Ask) -> Outset:
    useless = tuple(f"--{name}" for name, given in (("mask", ask.masked), ("errors", ask.errors)) if given)
    if useless:
        raise ScenarioError([error("FOR080", file.as_posix(), useless)])
    ready = prepared(bundle)
    model, study = ready.model, bundle.study
    drawn = options(bundle, ask.draws, ask.seed)
    most = model.horizon - model.base_year
    if ask.years is not None and ask.years > most:
        raise ScenarioError([error("FOR081", file.as_posix(), ask.years, most=most, horizon=model.horizon)])
    chosen = Chosen(ask.years or min(FARTHEST, most), drawn.draws, drawn.seed)
    future = bundle.futures[study.reference_future].name
    told = note("FOR082", file.as_posix(), study.reference_future, schools=len(model.outlook.panel.schools))
    known = {"id": study.reference_future, "zh": future.zh, "en": future.en}
    made = _Start(file, bundle, ask, chosen).outset(
        model.outlook.panel, (*ready.warnings, told), lambda say: _drawn(ready, chosen, say)
    )
    tested = windowed(panel_of_study(bundle), study.learning_window.years)
    return replace(made, tested=tested, about={**made.about, "scenario": bundle.scenario.id, "future": known})


def _drawn(ready: Prepared, chosen: Chosen, say: Progress) -> Predicted:
    model = ready.model
    say("draws", 0, 1)
    pupils = study_draws(model, chosen.seed, chosen.draws, chosen.years)
    say("draws", 1, 1)
    path = model.outlook.path
    cut = {name: piece[:, :, : chosen.years] for name, piece in path.pieces.items()}
    path = replace(path, log_pupils=path.log_pupils[:, :, : chosen.years], pieces=cut)
    return Predicted(path, study_rows(model, pupils))


def _alone(file: Path, bundle: StudyBundle, problems: list[Problem], ask: Ask) -> Outset:
    panel = windowed(panel_of_study(bundle), bundle.study.learning_window.years)
    years = tuple(int(year) for year in panel.years)
    foreign = tuple(sorted(set(ask.masked) - set(years)))
    if foreign:
        raise ScenarioError([*problems, error("FOR030", file.as_posix(), foreign, known=years)])
    told = [note("FOR033", file.as_posix(), tuple(sorted(ask.masked)))] if ask.masked else []
    told.append(note("FOR083", bundle.study_file, bundle.study.id, schools=len(panel.schools)))
    panel = panel.masked(sorted(ask.masked)) if ask.masked else panel
    if not panel.known[:, :, -1].any():
        code = "FOR034" if years[-1] in ask.masked else "FOR025"
        raise ScenarioError([*problems, *told, error(code, file.as_posix(), years[-1])])
    chosen = Chosen(ask.years or YEARS, ask.draws or DRAWS, SEED if ask.seed is None else ask.seed)
    recorded = recorded_for(file.resolve().parent, panel, ask.errors)
    made = _Start(file, bundle, ask, chosen).outset(
        panel,
        (*problems, *told, *recorded.problems),
        lambda say: _as_table(predicted(panel, chosen, recorded, say, stages=panel.stages)),
    )
    extra = hashes(recorded.files)
    return replace(made, files=(*made.files, *recorded.files), inputs={**made.inputs, **extra})


def _as_table(made: Predicted) -> Predicted:
    """The county of a study is no district of its own."""
    return replace(made, rows=made.rows.assign(district=made.rows["district"].replace(COUNTY, "")))


@dataclass(frozen=True)
class _Start:
    """What both ways of forecasting a study share."""

    file: Path
    bundle: StudyBundle
    ask: Ask
    chosen: Chosen

    def outset(self, panel: Panel, problems: tuple[Problem, ...], predict: Callable[[Progress], Predicted]) -> Outset:
        """With what they do not share; the rest is for `replace`."""
        study, lang = self.bundle.study, self.ask.lang
        names = school_names(self.bundle, lang)
        return Outset(
            title=study.name.zh if lang == "zh" else study.name.en,
            base=self.file.resolve().parent,
            files=self.bundle.files,
            inputs=input_hashes(self.bundle),
            history=known_rows(self.bundle).assign(district=""),
            name=lambda key: names.get(key, key),
            panel=panel,
            problems=problems,
            ask=self.ask,
            chosen=self.chosen,
            predict=predict,
            stages={stage.id: {"zh": stage.name.zh, "en": stage.name.en} for stage in study.stages},
            about={"study": study.id},
            synthetic=study.synthetic,
        )


def school_names(bundle: StudyBundle, lang: str) -> dict[str, str]:
    """Name of every school of a study that has one."""
    schools = bundle.tables.get("schools")
    if schools is None:
        return {}
    column = "name_zh" if lang == "zh" else "name_en"
    return {str(school): str(name) for school, name in zip(schools["school"], schools[column], strict=True) if name}
