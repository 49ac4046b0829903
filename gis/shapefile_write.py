"""Shapefiles as offices read them: field names of 10 bytes, texts in an encoding that the .cpg names, empty values.

GDAL gets all texts as plain bytes (as the reader in `shapefiles` does), so that the encoding does not hang on what GDAL
was built with; nothing is cut in the middle of a sign or in silence. The same layer gives the same bytes.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from gis.shapefiles import NAME_BYTES
from scenarios.problems import Problem, note, warning

TEXT_BYTES = 254
"""Longest text of a dBASE table [bytes]."""
ENCODINGS: Mapping[str, tuple[str, str, int]] = {"utf-8": ("utf-8", "UTF-8", 0), "gbk": ("gb18030", "GB18030", 0x4D)}
"""Codec, what the .cpg file says, and the language driver in the head of the table."""
PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_BYTES = "iso-8859-1"


def short_names(names: Sequence[str], known: Mapping[str, str], encoding: str) -> dict[str, str]:
    """Field -> its name in a Shapefile: the known one or its own, of 10 bytes, no two alike in any case of letters.

    known: short names by field.  encoding: of `ENCODINGS`.
    """
    codec, taken, chosen = ENCODINGS[encoding][0], set[str](), dict[str, str]()
    for name in names:
        wanted, number = _cut(known.get(name, name), codec, NAME_BYTES), 1
        made = wanted
        while made.lower() in taken:
            number += 1
            tail = f"_{number}"
            made = _cut(wanted, codec, NAME_BYTES - len(tail)) + tail
        taken.add(made.lower())
        chosen[name] = made
    return chosen


def write_shapefile(
    frame: gpd.GeoDataFrame, path: Path, names: Mapping[str, str], encoding: str, year: int, kind: str = ""
) -> tuple[list[Path], list[Problem]]:
    """Write a layer of points, of lines or of areas to `path` (.shp); returns its files and what had to be cut.

    names: field -> name of at most 10 bytes.  encoding: of `ENCODINGS`.  year: the date inside.  kind: of a layer
    without rows (default: areas).  Missing values stay missing. ValueError for shapes of several kinds.
    """
    codec, page, driver = ENCODINGS[encoding]
    kinds = {int(kind) for kind in shapely.get_dimensions(frame.geometry.array) if kind >= 0}
    if len(kinds) > 1:
        raise ValueError(f"{path.name}: shapes of several kinds")
    drawn = {0: "Point", 1: "MultiLineString", 2: "MultiPolygon"}
    kind = drawn[kinds.pop()] if kinds else kind or drawn[2]
    columns, problems = {}, list[Problem]()
    for name in (str(column) for column in frame.columns if column != frame.geometry.name):
        values, told = _ready(frame[name], codec, path.name, name)
        columns[names[name].encode(codec).decode(_BYTES)] = values
        problems += told
    ready = gpd.GeoDataFrame(columns, geometry=frame.geometry.array, crs=frame.crs)
    options = {"DBF_DATE_LAST_UPDATE": f"{year}-09-01"}
    for part in PARTS:
        path.with_name(path.stem + part).unlink(missing_ok=True)
    pyogrio.write_dataframe(
        ready, path, driver="ESRI Shapefile", encoding=_BYTES, geometry_type=kind, promote_to_multi=kind != "Point",
        layer_options=options,
    )  # fmt: skip
    path.with_name(f"{path.stem}.cpg").write_text(page, encoding="ascii")
    table = path.with_name(f"{path.stem}.dbf")
    with table.open("r+b") as file:
        file.seek(29)
        file.write(bytes([driver]))
    return [path.with_name(path.stem + part) for part in PARTS if path.with_name(path.stem + part).exists()], problems


def _cut(text: str, codec: str, most: int) -> str:
    """The text in at most so many bytes, no sign halved."""
    while len(text.encode(codec)) > most:
        text = text[:-1]
    return text


def _ready(values: pd.Series, codec: str, file: str, field: str) -> tuple[pd.Series, list[Problem]]:
    """Values as the table takes them: texts as bytes, truth as 1 and 0; and what was cut or is rare in the encoding."""
    if pd.api.types.is_bool_dtype(values):
        return values.astype("int32"), []
    if pd.api.types.is_numeric_dtype(values):
        return values, []
    texts = [None if pd.isna(value) else str(value) for value in values]
    long = [text for text in texts if text is not None and len(text.encode(codec)) > TEXT_BYTES]
    problems: list[Problem] = []
    if long:
        count, example = len(long), long[0][:20]
        problems.append(warning("GIS199", file, field=field, count=count, example=example, most=TEXT_BYTES))
    rare = sorted({sign for text in texts if text for sign in text if codec == "gb18030" and not _in_gbk(sign)})
    if rare:
        problems.append(note("GIS201", file, field=field, signs="".join(rare[:20])))
    done = [None if text is None else _cut(text, codec, TEXT_BYTES).encode(codec).decode(_BYTES) for text in texts]
    return pd.Series(done, dtype=object), problems


def _in_gbk(sign: str) -> bool:
    try:
        sign.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True
