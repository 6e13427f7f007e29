"""The hooks of a body, and what they set."""

from collections.abc import Iterable, Iterator

from vmsdl.analysis.reporter import Reporter
from vmsdl.analysis.symbols import DeclaredBody, Symbols, describe_declaration
from vmsdl.diagnostics.codes import DUPLICATE_HOOK, HOOK_SETS
from vmsdl.diagnostics.diagnostic import Label
from vmsdl.schema import description as d
from vmsdl.syntax import tree

_HOOKS = {hook.value: hook for hook in d.Hook}


def build_hooks(
    body: DeclaredBody, symbols: Symbols, reporter: Reporter
) -> dict[d.Hook, d.HookSets | None]:
    """Each hook of a body once, with what it sets where it says so."""
    first: dict[str, tree.Name] = {}
    found: dict[d.Hook, d.HookSets | None] = {}
    for member in body.decl.members:
        if not isinstance(member, tree.HookDecl) or member.hook.text not in _HOOKS:
            continue  # the parser has refused an unknown hook
        name = member.hook
        if first.setdefault(name.text, name) is not name:
            reporter.report(
                DUPLICATE_HOOK,
                name.span,
                f"duplicate hook `{name.text}`",
                also=(Label(first[name.text].span, "first declared here"),),
            )
            continue
        hook = _HOOKS[name.text]
        found[hook] = None
        if member.sets is not None:
            places = dict.fromkeys(_find_places(member.sets, body, symbols, reporter))
            found[hook] = d.HookSets(hook, tuple(places))
    return found


def _find_places(
    written: tree.Sets, body: DeclaredBody, symbols: Symbols, reporter: Reporter
) -> Iterator[d.SetPlace]:
    """Names are looked up as in an expression: in the body, then in those that own it."""
    bodies = tuple(body.iterate_outwards())
    for place in written.places:
        first = place.path[0].text
        up = next((up for up, each in enumerate(bodies) if first in each.members), None)
        if up is None:
            known = [name for each in bodies for name in each.members]
            _report_unknown(place.path[0], known, reporter)
        elif _is_settable(place, bodies[up], symbols, reporter):
            yield d.SetPlace(up, tuple(name.text for name in place.path))


def _is_settable(
    place: tree.MemberPath, start: DeclaredBody, symbols: Symbols, reporter: Reporter
) -> bool:
    """Whether a path leads to a field, a local or a subsection."""
    inside: DeclaredBody | None = start
    for name in place.path:
        decl = None if inside is None else inside.members.get(name.text)
        if inside is None or decl is None:
            _report_unknown(name, () if inside is None else inside.members, reporter)
            return False
        match decl:
            case tree.FieldDecl(type=tree.TypeExpr(element=tree.TypeRef(name=struct))):
                inside = symbols.bodies.get(struct.text)
            case tree.FieldDecl() | tree.LocalDecl():
                inside = None
            case tree.DescriptionDecl():
                inside = inside.find_subsection(name.text)
            case _:
                message = f"{describe_declaration(decl)} `{name.text}` cannot be set by a hook"
                help = "name the fields and locals that it sets"
                reporter.report(HOOK_SETS, name.span, message, help=help)
                return False
    return True


def _report_unknown(name: tree.Name, known: Iterable[str], reporter: Reporter) -> None:
    help = reporter.suggest_nearest(name.text, known)
    reporter.report(HOOK_SETS, name.span, f"no field, local or subsection `{name.text}`", help=help)
