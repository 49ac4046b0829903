"""Reading the tables that a study names, and those of its plans."""

from dataclasses import replace
from pathlib import Path

from scenarios.draft import Read
from scenarios.file_reader import FileReader
from scenarios.rezoning import known_ids, plan_table_spec, rezoned
from scenarios.schema_plan import PlanFile
from scenarios.table_names import with_names
from scenarios.table_specs import SPECS
from scenarios.tables import Table, read_table
from scenarios.words import Words
from scenarios.yaml_source import YamlSource


def tables_of(reader: FileReader, source: YamlSource, folder: Path, words: Words) -> tuple[dict[str, Table], Words]:
    """The tables of a study by name, and its words with the names of units and schools that they add."""
    named = source.data.get("tables")
    tables: dict[str, Table] = {}
    for name in SPECS:
        value = named.get(name) if isinstance(named, dict) else None
        inside = isinstance(value, dict)
        sheet = value.get("sheet") if isinstance(value, dict) else None
        written = value.get("path") if isinstance(value, dict) else value
        path = reader.target(source, written, folder, "tables", name, *(("path",) if inside else ()))
        if path is not None:
            reader.files.append(path)
            wanted = sheet if isinstance(sheet, str) else None
            table, problems = read_table(path, reader.shown(path), SPECS[name], wanted, words)
            at = source.place("tables", name, "sheet") if inside else ""
            reader.problems += [replace(one, place=at) if one.code == "SCN280" else one for one in problems]
            if table is not None:
                tables[name] = table
                # Tables are read in an order in which what a name points to comes first.
                words = with_names(words, table.text)
    return tables, words


def plan_rezoned(
    reader: FileReader, plan: Read[PlanFile], folder: Path, tables: dict[str, Table], words: Words
) -> Read[PlanFile]:
    """A plan with the zone changes of its table; read last, because it names units and schools."""
    named = plan.model.rezoning
    path = None if named is None else reader.target(plan.source, named.path, folder, "rezoning", "path")
    if named is None or path is None:
        return plan
    reader.files.append(path)
    table, problems = read_table(path, reader.shown(path), plan_table_spec("rezoning"), named.sheet, words)
    reader.problems += problems
    if table is None:
        return plan
    new = {project.new.school for project in plan.model.projects if project.new is not None}
    made, problems = rezoned(plan, table, known_ids(tables, new))
    reader.problems += problems
    return made
