"""Joins the files of `runtime/` into `_vmsd.py`, which is written beside generated modules."""

import ast
from functools import cache

from vmsdl.emit.python import JoinCode
from vmsdl.resources import read_package_text

_PACKAGE = "vmsdl.runtime"


@cache
def build_runtime_module(version: str, join: JoinCode) -> str:
    """The text of `_vmsd.py`."""
    parts = _parts()
    imports: dict[str, set[str]] = {}
    typing_only: dict[str, set[str]] = {}
    modules: set[str] = set()
    bodies = []
    for part in parts:
        source = read_package_text("runtime", f"{part}.py")
        bodies.append(_body(source, imports, typing_only, modules))
    head = [
        "# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false",
        "# pyright: reportUnknownVariableType=false, reportPrivateUsage=false",
        "# pyright: reportUnnecessaryIsInstance=false, reportUnusedVariable=false",
        f"# Written by vmsdl {version} beside the modules that it generates; do not edit.",
        (
            '"""What generated modules share: their errors, their base class, and the general'
            ' codec."""'
        ),
        *(["from __future__ import annotations"] if imports.pop("__future__", None) else []),
        *(f"import {name}" for name in sorted(modules)),
        *_lines(imports),
    ]
    if typing_only:
        head += ["if TYPE_CHECKING:", *("    " + line for line in _lines(typing_only))]
    # One blank line behind the imports and two between the parts, as black has it.
    top = join(("\n".join(head),)).strip("\n")
    return top + "\n\n" + "\n\n\n".join(bodies) + "\n"


def _parts() -> tuple[str, ...]:
    tree = ast.parse(read_package_text("runtime", "__init__.py"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "PARTS":
            return tuple(ast.literal_eval(node.value))
    raise LookupError("PARTS")


def _body(
    source: str,
    imports: dict[str, set[str]],
    typing_only: dict[str, set[str]],
    modules: set[str],
) -> str:
    """What a part says below its docstring and imports; the imports are added to the others'."""
    last = 0
    for node in ast.parse(source).body:
        match node:
            case ast.Expr(value=ast.Constant()) if last == 0:
                pass
            case ast.Import():
                modules |= {_word(alias) for alias in node.names}
            case ast.ImportFrom():
                _add(node, imports)
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                for inner in node.body:
                    assert isinstance(inner, ast.ImportFrom), ast.dump(inner)
                    _add(inner, typing_only)
            case _:
                break
        last = node.end_lineno or 0
    return "\n".join(source.splitlines()[last:]).strip("\n")


def _add(node: ast.ImportFrom, group: dict[str, set[str]]) -> None:
    module = node.module or ""
    if not module.startswith(_PACKAGE):
        group.setdefault(module, set()).update(map(_word, node.names))


def _word(alias: ast.alias) -> str:
    return alias.name if alias.asname is None else f"{alias.name} as {alias.asname}"


def _lines(group: dict[str, set[str]]) -> list[str]:
    return [
        f"from {module} import {', '.join(sorted(names))}"
        for module, names in sorted(group.items())
    ]
