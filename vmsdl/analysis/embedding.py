"""Reports structs that contain themselves, or that are nested too deep."""

from collections.abc import Iterator

from vmsdl.analysis.reporter import Reporter
from vmsdl.analysis.symbols import DeclaredBody, Symbols
from vmsdl.diagnostics.codes import EMBEDDED_TOO_DEEP, STRUCT_CONTAINS_ITSELF
from vmsdl.diagnostics.diagnostic import Label
from vmsdl.records import dataclass
from vmsdl.syntax import tree

MAX_DEPTH = 100


@dataclass(slots=True)
class _StructVisit:
    name: str
    entered_by: tree.TypeRef | None
    waiting: list[tree.TypeRef]
    depth: int = 1


def check_embedding(symbols: Symbols, reporter: Reporter) -> None:
    """Follow every struct into the structs it embeds. A list or map ends this: it can be empty."""
    depths: dict[str, int] = {}
    for start in symbols.bodies:
        path = [] if start in depths else [_begin_visit(start, None, symbols)]
        while path:
            visit = path[-1]
            if not visit.waiting:
                path.pop()
                depths[visit.name] = visit.depth
                if path:
                    path[-1].depth = max(path[-1].depth, visit.depth + 1)
                continue
            reference = visit.waiting.pop()
            name = reference.name.text
            if name in depths:
                visit.depth = max(visit.depth, depths[name] + 1)
            elif any(open_.name == name for open_ in path):
                _report_cycle(reference, path, symbols, reporter)
            else:
                path.append(_begin_visit(name, reference, symbols))
    for name, depth in depths.items():
        if depth == MAX_DEPTH + 1:
            body = symbols.bodies[name]
            reporter.within(body.context).report(
                EMBEDDED_TOO_DEEP,
                body.decl.name.span,
                f"structs in `{name}` are nested more than {MAX_DEPTH} levels deep",
            )


def _begin_visit(name: str, entered_by: tree.TypeRef | None, symbols: Symbols) -> _StructVisit:
    waiting = [
        ref
        for ref in _find_embedded(symbols.bodies[name])
        if ref.name.text in symbols.bodies
        and symbols.bodies[ref.name.text].decl.keyword == "struct"
    ]
    return _StructVisit(name, entered_by, waiting[::-1])


def _find_embedded(body: DeclaredBody) -> Iterator[tree.TypeRef]:
    for member in body.decl.members:
        match member:
            case tree.FieldDecl() | tree.LocalDecl() | tree.PropertyDecl():
                if isinstance(member.type.element, tree.TypeRef):
                    yield member.type.element
            case _:
                pass
    for inner in body.subsections.values():
        yield from _find_embedded(inner)


def _report_cycle(
    reference: tree.TypeRef, path: list[_StructVisit], symbols: Symbols, reporter: Reporter
) -> None:
    start = next(i for i, visit in enumerate(path) if visit.name == reference.name.text)
    cycle = path[start:]
    chain = " -> ".join(f"`{visit.name}`" for visit in (*cycle, cycle[0]))
    reporter.within(symbols.bodies[path[-1].name].context).report(
        STRUCT_CONTAINS_ITSELF,
        reference.span,
        f"struct contains itself: {chain}",
        also=tuple(
            Label(visit.entered_by.span, "part of this cycle")
            for visit in cycle[1:]
            if visit.entered_by is not None
        ),
        help="use a `list<…>` in between, which can be empty",
    )
