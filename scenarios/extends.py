"""Futures and plans that extend another one: the small file says what differs, the rest comes from the parent.

A chain is resolved from its root down.  Named parts are taken over key by key; a path by year and a list are one value
and are replaced whole, but for projects (by their ids), zone changes, sources and overrides, which are added.  A child
has its own id and name, and a note only if it writes one.  Every value keeps the file and line where it stands.
"""

from collections.abc import Sequence
from typing import Any

from scenarios.file_reader import FileReader
from scenarios.problems import Problem, error, nearest, note
from scenarios.schema_births import WAYS
from scenarios.yaml_graft import Graft
from scenarios.yaml_source import KeyPath, YamlSource, read_yaml

_OWN = ("schema_version", "id", "name", "note", "extends", "drop_projects", "drop_zones")
"""Keys of a parent that a child does not take over."""
_ADDED = ("zones", "measures", "sources", "overrides")
"""Lists to which a child adds."""
_ONLY_WITH_TFR = ("schedule", "women_migration")


def whole(reader: FileReader, source: YamlSource, listed: Sequence[YamlSource]) -> YamlSource | None:
    """A future or plan with all that it takes from those it extends, None if the chain is broken (told).

    listed: the futures or plans of the scenario, of which one can be named by its id.
    """
    chain = [source]
    while "extends" in chain[-1].data:
        parent = _parent(reader, chain[-1], listed)
        if parent is None:
            return None
        files = [one.file for one in chain]
        if parent.file in files:
            circle = [*files[files.index(parent.file) :], parent.file]
            at = chain[-1].place("extends")
            reader.problems.append(error("SCN491", at, " → ".join(circle)))
            return None
        chain.append(parent)
    if len(chain) == 1:
        reader.problems += _idle(source)
        return source
    base = chain.pop()
    while chain:
        base, problems = laid_over(chain.pop(), base)
        reader.problems += problems
    return base


def _parent(reader: FileReader, child: YamlSource, listed: Sequence[YamlSource]) -> YamlSource | None:
    """The file that a child extends."""
    named, at = child.data["extends"], child.place("extends")
    if not isinstance(named, str) or not named:
        return None  # the schema says so
    folder = (reader.root / child.file).parent
    if named.endswith((".yaml", ".yml")):
        path = reader.target(child, named, folder, "extends")
        return None if path is None else reader.yaml(path)
    known = {str(one.data.get("id")): one for one in listed if one.file != child.file}
    if named in known:
        return known[named]
    beside: dict[str, Any] = {}
    for path in sorted(folder.glob("*.yaml")):
        found, _ = read_yaml(path, reader.shown(path))
        if found is not None and "id" in found.data:
            beside.setdefault(str(found.data["id"]), path)
    if named in beside:
        return reader.yaml(beside[named])
    names = sorted((set(known) | set(beside)) - {str(child.data.get("id"))})
    reader.problems.append(error("SCN490", at, named, near=nearest(named, names), known=tuple(names) or "@none"))
    return None


def _idle(source: YamlSource) -> list[Problem]:
    """What only has a meaning where another plan is extended."""
    keys = [key for key in ("drop_projects", "drop_zones") if source.data.get(key)]
    problems = [error("SCN495", source.place(key, key=True), key) for key in keys]
    return problems + [
        error("SCN494", source.place("projects", number), str(project.get("id")))
        for number, project in enumerate(_list(source, "projects"))
        if isinstance(project, dict) and project.get("replaces") is True
    ]


def laid_over(child: YamlSource, base: YamlSource) -> tuple[YamlSource, list[Problem]]:
    """A child laid over a parent that is complete; both as they were written."""
    made = Graft(child.file)
    problems = _set_twice(child, base)
    for key in base.data:
        if key not in _OWN and key not in child.data and key not in ("projects", *_ADDED):
            made.put((key,), base, (key,))
    for key, value in child.data.items():
        if key in ("projects", *_ADDED):
            continue
        inherited = base.data.get(key)
        if key not in _OWN and _is_part(value) and _is_part(inherited):
            _merge(made, child, base, (key,))
        else:
            made.put((key,), child, (key,))
    dropped, found = _projects(made, child, base)
    problems += found
    for key in _ADDED:
        problems += _add(made, child, base, key, dropped)
    return made.source(), problems


def _is_part(value: object) -> bool:
    """Whether a value is a part with named keys; a path by year is a value."""
    return isinstance(value, dict) and bool(value) and all(isinstance(key, str) for key in value)


def _merge(made: Graft, child: YamlSource, base: YamlSource, path: KeyPath) -> None:
    """A part key by key; the way in which births are given is one of three."""
    own, inherited = _value(child, path), _value(base, path)
    gone: tuple[str, ...] = ()
    if path == ("births",) and any(way in own for way in WAYS):
        gone = (*WAYS, *(() if "tfr" in own else _ONLY_WITH_TFR))
    made.put(path, child, path)
    for key, value in inherited.items():
        if key not in own and key not in gone:
            made.put((*path, key), base, (*path, key))
        elif key in own and _is_part(own[key]) and _is_part(value):
            _merge(made, child, base, (*path, key))


def _projects(made: Graft, child: YamlSource, base: YamlSource) -> tuple[set[str], list[Problem]]:
    """Projects of both; also those that were dropped."""
    inherited = {str(one.get("id")): n for n, one in enumerate(_list(base, "projects")) if isinstance(one, dict)}
    own = {str(one.get("id")): n for n, one in enumerate(_list(child, "projects")) if isinstance(one, dict)}
    problems, dropped = [], set()
    for number, name in enumerate(_list(child, "drop_projects")):
        if name not in inherited:
            near = nearest(name, inherited)
            problems.append(error("SCN493", child.place("drop_projects", number), str(name), near=near,
                                  base=base.file, known=tuple(inherited) or "@none"))  # fmt: skip
        dropped.add(str(name))
    for name, number in own.items():
        takes = _list(child, "projects")[number].get("replaces") is True
        if name in inherited and name not in dropped and not takes:
            where = base.place("projects", inherited[name])
            problems.append(error("SCN492", child.place("projects", number), name, other=where))
        if takes and name not in inherited:
            problems.append(error("SCN494", child.place("projects", number), name))
    if "projects" not in base.data and "projects" not in child.data:
        return dropped, problems
    rows = [(child, own[name]) if name in own else (base, n) for name, n in inherited.items() if name not in dropped]
    rows += [(child, n) for name, n in own.items() if name not in inherited or name in dropped]
    _lay(made, "projects", [(one, ("projects", n)) for one, n in rows])
    return dropped - set(own), problems


def _add(made: Graft, child: YamlSource, base: YamlSource, key: str, dropped: set[str]) -> list[Problem]:
    """Entries of a list of the parent, then those of the child; zone changes that wait for what was dropped go."""
    if key not in base.data and key not in child.data:
        return []
    problems, rows = [], []
    for number, entry in enumerate(_list(base, key)):
        waits = str(entry.get("with")) if key == "zones" and isinstance(entry, dict) else ""
        if key == "zones" and child.data.get("drop_zones") is True:
            continue
        if waits in dropped:
            problems.append(note("SCN496", base.place(key, number), waits, by=child.place("drop_projects")))
            continue
        rows.append((base, (key, number)))
    rows += [(child, (key, number)) for number, _ in enumerate(_list(child, key))]
    _lay(made, key, rows)
    return problems


def _lay(made: Graft, key: str, rows: Sequence[tuple[YamlSource, KeyPath]]) -> None:
    made.data[key] = []
    for number, (source, at) in enumerate(rows):
        made.put((key, number), source, at)


def _set_twice(child: YamlSource, base: YamlSource) -> list[Problem]:
    """Values that a child writes and an override of the parent sets, too: which one is meant cannot be told."""
    problems = []
    for number, override in enumerate(_list(base, "overrides")):
        paths = override.get("set") if isinstance(override, dict) else None
        for path in paths if isinstance(paths, dict) else {}:
            top = str(path).split(".", maxsplit=1)[0]
            if top in child.data and top not in ("projects", *_ADDED):
                where = base.place("overrides", number, "set", path, key=True)
                problems.append(error("SCN485", child.place(top, key=True), top, other=where, path=str(path)))
    return problems


def _list(source: YamlSource, key: str) -> list[Any]:
    value = source.data.get(key)
    return value if isinstance(value, list) else []


def _value(source: YamlSource, path: KeyPath) -> dict[Any, Any]:
    found: Any = source.data
    for part in path:
        found = found[part]
    return found if isinstance(found, dict) else {}
