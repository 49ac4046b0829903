"""How schools form their classes, as a record of classes taught: what `explain` shows of `formation: learnt`."""

from sim.model import Model

Cells = tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]]


def habit_tables(model: Model) -> list[Cells]:
    """Title, heads and rows: learnt size by school and stage, and the margins within which cohorts keep their classes.

    No table where a study learns nothing; sizes are pupils per class, margins parts of classes x size.
    """
    rows: list[tuple[str, ...]] = []
    for ladder in (model,) if model.early is None else (model.early, model):
        habits = None if ladder.formation is None else ladder.formation.habits
        for stage, habit in () if habits is None else habits.stages.items():
            taught = ladder.hosts[:, ladder.grades.stage_of == ladder.grades.stages.index(stage)]
            for school in range(len(habit.size)):
                sizes = habit.size[school][taught[school] & (habit.size[school] > 0.0)]
                if sizes.size:
                    span = f"{sizes.min():.1f}-{sizes.max():.1f}"
                    rows.append((ladder.layout.schools[school], stage, span, f"{habit.low:g}-{habit.high:g}"))
    heads = ("school", "stage", "learnt_size", "keeps_within")
    return [("explain.habits", heads, tuple(sorted(rows)))] if rows else []
