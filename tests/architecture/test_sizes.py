"""Short files, short functions, few arguments, a docstring on everything public."""

import ast
import re
from collections.abc import Iterator

FILE_LINES, FUNCTION_LINES, ARGUMENTS = 400, 60, 8
SHAPE = re.compile(r"\[|\b(shapes?|elements?|broadcasts?)\b")
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(tree: ast.Module) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def argument_count(function: Function) -> int:
    """Arguments a caller can give, `self` and `cls` aside."""
    arguments = function.args
    names = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    return len([name for name in names if name not in {"self", "cls"}])


def is_command(function: Function) -> bool:
    """Whether this is a command of the command line, which has one argument for each option."""
    return any(
        isinstance(one, ast.Call) and ast.unparse(one.func).endswith("command") for one in function.decorator_list
    )


def registered(tree: ast.Module) -> set[str]:
    """Functions of other modules that a module makes commands of: `app.command()(report)`."""
    asked = {
        ast.unparse(given)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Call)
        and ast.unparse(call.func.func) == "app.command"
        for given in call.args
    }
    imports = (name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for name in node.names)
    return {name.name for name in imports if (name.asname or name.name) in asked}


def public(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Public functions and classes of a module, and the public methods of these."""
    for node in tree.body:
        if isinstance(node, (Function, ast.ClassDef)) and not node.name.startswith("_"):
            yield node.name, node
            for inner in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(inner, Function) and not inner.name.startswith("_"):
                    yield f"{node.name}.{inner.name}", inner


def test_files_stay_short(all_sources) -> None:
    assert {source.path: source.lines for source in all_sources if source.lines > FILE_LINES} == {}


def test_functions_stay_short(code_sources) -> None:
    sizes = {
        f"{source.path}:{function.lineno} {function.name}": (function.end_lineno or 0) - function.lineno + 1
        for source in code_sources
        for function in functions(source.tree)
    }
    assert {place: size for place, size in sizes.items() if size > FUNCTION_LINES} == {}


def test_functions_take_few_arguments(code_sources) -> None:
    commands = registered(next(source.tree for source in code_sources if source.path == "schoolplan/cli.py"))
    assert "report" in commands
    counts = {
        f"{source.path}:{function.lineno} {function.name}": argument_count(function)
        for source in code_sources
        for function in functions(source.tree)
        if not is_command(function) and not (source.path.startswith("schoolplan/cli_") and function.name in commands)
    }
    assert {place: count for place, count in counts.items() if count > ARGUMENTS} == {}


def test_everything_public_has_a_docstring(room_sources) -> None:
    missing = [source.path for source in room_sources if not ast.get_docstring(source.tree)]
    missing += [
        f"{source.path}:{node.lineno} {name}"
        for source in room_sources
        for name, node in public(source.tree)
        if not ast.get_docstring(node)
    ]
    assert not missing, "\n".join(missing)


def test_functions_on_arrays_say_the_shape(room_sources) -> None:
    """A public function of `gis` or `sim` with arrays names their axes, as in [unit, school], or works by element."""
    silent = [
        f"{source.path}:{node.lineno} {name}"
        for source in room_sources
        if source.module.startswith(("gis.", "sim."))
        for name, node in public(source.tree)
        if isinstance(node, Function) and mentions_arrays(node) and not SHAPE.search(ast.get_docstring(node) or "")
    ]
    assert not silent, "\n".join(silent)


def mentions_arrays(function: Function) -> bool:
    arguments = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    hints = [one.annotation for one in arguments] + [function.returns]
    return any("Array" in ast.unparse(hint) for hint in hints if hint is not None)
