"""Options of `schoolplan new --census`, and what the verb does with them."""

from pathlib import Path
from typing import Annotated

import typer

Census = Annotated[Path | None, typer.Option("--census", exists=True, help="Census table by county: start from it.")]
Place = Annotated[str | None, typer.Option("--place", help="Code or name, e.g. 522635.")]
Boundary = Annotated[Path | None, typer.Option("--boundary", exists=True, help="Layer of the counties.")]
BoundaryCrs = Annotated[str | None, typer.Option("--boundary-crs", help="GCJ-02, BD-09, CGCS2000 or EPSG:….")]
BoundaryId = Annotated[str | None, typer.Option("--boundary-id", help="Its field of codes.")]
Births = Annotated[Path | None, typer.Option("--births", exists=True, help="Births by year, or by province and year.")]
Units = Annotated[Path | None, typer.Option("--units", exists=True, help="Finer layer: townships, villages.")]
UnitsCrs = Annotated[str | None, typer.Option("--units-crs", help="Its CRS.")]
UnitsId = Annotated[str | None, typer.Option("--units-id", help="Its field of ids.")]
Raster = Annotated[Path | None, typer.Option("--raster", exists=True, help="Population GeoTIFF: weights of units.")]
Dwellings = Annotated[Path | None, typer.Option("--dwellings", exists=True, help="Households by unit: weights.")]
Merge = Annotated[list[str] | None, typer.Option("--merge", help="CODE=CODE: county without polygon into another.")]
Year = Annotated[int | None, typer.Option("--census-year", min=1950, max=2100, help="If the file name lacks it.")]


def start(target: Path, given: dict[str, object], lang: str, program: str) -> None:
    """Write the skeleton, tell everything, and say what comes next.

    given: the options by the names of `skeleton.Ask`.  Raises ScenarioError; BadParameter where an option is missing.
    """
    import schoolplan
    from schoolplan.cli_texts import say
    from schoolplan.show import print_problems
    from schoolplan.skeleton import Ask

    for name in ("place", "boundary", "boundary_crs", *(["units_crs"] if given["units"] is not None else [])):
        if given[name] is None:
            option = "--" + name.replace("_", "-")
            raise typer.BadParameter(say("new.census_needs", lang, option=option), param_hint=option)
    folder, skeleton = schoolplan.new_from_census(target, Ask(**given), lang)  # type: ignore[arg-type]
    print_problems(skeleton.problems)
    counts = {"units": len(skeleton.units.layer.ids), "children": int(skeleton.children.sum())}
    typer.echo(say("new.census", lang, place=skeleton.census.whole.name, folder=folder, **counts))
    typer.echo(say("new.census_next", lang, readme=folder / "README.md", program=program, file=folder / "study.yaml"))
