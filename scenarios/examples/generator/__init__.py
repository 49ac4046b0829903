"""The shared generator of synthetic example studies: a specification in, the text of every data file out.

An example is a folder with hand-written YAML files, a README and a `make.py` of this form (majiang is the older model,
with a generator of its own):

    HERE = Path(__file__).resolve().parent
    SPEC = Spec(
        salt="xinqiu-1",                       # another salt is another county
        place=Place(box=(W, S, E, N), area_km2=122, townships=(Township("jj", "街基街道", "Jieji", (lon, lat),
                    communities=4, villages=2, town=(0.5, 0.4), rural=(0.1, 0.2)), ...)),
        people=People(base_year=2021, census_year=2020, bands={(0, 0): 229, (1, 4): 1249, ...},
                      births={2020: 250, 2021: 230}),
        stages=(PRIMARY, JUNIOR),              # or KINDERGARTEN, PRIMARY_5, JUNIOR_4, SENIOR, or your own `Stage(...)`
        schools=(School("ps-01", "第一小学", "No. 1 Primary", "1", "6", "jj-c1", "town", 18, zone="@jj xf-c1:0.5"),
                 School("ns-01", ..., "1", "9", ..., zones={"primary": "@ls", "junior": "*"}), ...),
        history=History(first_year=2010),
    )
    if __name__ == "__main__":
        sys.exit(main(HERE, SPEC, sys.argv[1:]))

A street without villages spreads its communities over its whole area, and ways to school get long: give it some.

Units get the ids `<township>-v01` (village), `-c1` (community), `-e1` (estate). A zone is a text of units, `@township`
or `*` (all units), each with an optional `:weight`; several schools with one unit are a lottery zone. A school opened
inside the record has `opened` and `before` (who served its zone till then); a teaching point has `then`. Everything
else has a default, which stands with its source in `spec.py`. `contents(HERE, SPEC)` gives all files as bytes,
`write(HERE, SPEC, folder)` writes them, `tables(SPEC)` only the generated texts, `units(SPEC)` the units.

History: the county's pupils of a grade are its residents of that age less those elsewhere; schools share them by zones
(entry) or by last year's pupils and the ratio of their kind, with repeatable chance. So the schools add up to the
county, every year follows from the one before, and the record can be forecast. Records of 14 to 16 years with
`trait_sd=0.03, entry_phi=1.6, progression_phi=1.1` are calibrated with most salts, shorter and smoother ones are not.

Imports only the standard library and shapely. Start reading in `spec.py`, then `land.py`, `people.py`, `history.py`.
"""

from scenarios.examples.generator.land import units
from scenarios.examples.generator.maker import contents, main, write
from scenarios.examples.generator.spec import (
    JUNIOR,
    JUNIOR_4,
    KINDERGARTEN,
    PRIMARY,
    PRIMARY_5,
    SENIOR,
    Estate,
    History,
    Kind,
    People,
    Phase,
    Place,
    Rooms,
    School,
    Site,
    Spec,
    Stage,
    Township,
)
from scenarios.examples.generator.texts import tables

__all__ = [
    "JUNIOR", "JUNIOR_4", "KINDERGARTEN", "PRIMARY", "PRIMARY_5", "SENIOR", "Estate", "History", "Kind", "People",
    "Phase", "Place", "Rooms", "School", "Site", "Spec", "Stage", "Township", "contents", "main", "tables", "units",
    "write",
]  # fmt: skip
