"""Checks the names on the wire: their length, their prefix, duplicates."""

from collections.abc import Iterator

from vmsdl.analysis.reporter import Reporter
from vmsdl.analysis.symbols import DeclaredBody, Symbols
from vmsdl.diagnostics.codes import (
    DUPLICATE_SUBSECTION_NAME,
    NAME_OVER_255_BYTES,
    SECTION_NAMES,
    SUBSECTION_NAME_PREFIX,
)
from vmsdl.diagnostics.diagnostic import Label
from vmsdl.schema.description import InstanceId
from vmsdl.source import Span
from vmsdl.syntax import tree

MAX_INSTANCE = (1 << 32) - 1
MAX_BYTES = 255  # one byte before each name is its length


def check_wire_names(symbols: Symbols, reporter: Reporter) -> None:
    for body in symbols.bodies.values():
        _check_body(body, reporter)


def _check_body(body: DeclaredBody, reporter: Reporter) -> None:
    within = reporter.within(body.context, is_recorded=body.is_recorded)
    span = _find_name_span(body.decl)
    size = len(body.wire_name.encode("utf-8", "surrogatepass"))
    if size > MAX_BYTES:
        within = reporter.within(
            f'in {body.decl.keyword} "{_shorten(body.decl.name.text)}"',
            is_recorded=body.is_recorded,
        )
        within.report(
            NAME_OVER_255_BYTES,
            span,
            f"wire name of `{_shorten(body.decl.name.text)}` is too long: {size} bytes, at most"
            f" {MAX_BYTES}",
            help='set a shorter wire name with `as "…"`',
        )
    _check_other_names(body, within)
    if body.owner is not None:
        _check_prefix(body, body.owner, span, within)
    seen: dict[str, tree.DescriptionDecl] = {}
    for inner in body.subsections.values():
        first = seen.setdefault(inner.wire_name, inner.decl)
        if first is not inner.decl and first.name.text != inner.decl.name.text:
            within.report(
                DUPLICATE_SUBSECTION_NAME,
                _find_name_span(inner.decl),
                f'duplicate wire name "{_shorten(inner.wire_name)}" of subsections',
                also=(Label(_find_name_span(first), "first used here"),),
                help="QEMU loads the first subsection for both",
                warn_if_recorded=True,
            )
        _check_body(inner, reporter)


def _check_other_names(body: DeclaredBody, reporter: Reporter) -> None:
    seen = {body.wire_name}
    for name in body.decl.other_names:
        if name.value in seen or len(name.value.encode("utf-8", "surrogatepass")) > MAX_BYTES:
            reporter.report(
                SECTION_NAMES,
                name.span,
                "duplicate name of the section" if name.value in seen else "name is too long",
            )
        seen.add(name.value)
    if body.decl.other_names and body.subsections:
        inner = next(iter(body.subsections.values()))
        reporter.report(
            SECTION_NAMES,
            body.decl.other_names[0].span,
            "a device with several names cannot have subsections",
            also=(Label(_find_name_span(inner.decl), "its name begins with one of the names"),),
            help="declare a device for each name, with one struct for its fields",
        )


def build_instances(decl: tree.DescriptionDecl, reporter: Reporter) -> Iterator[InstanceId]:
    seen: set[int] = set()
    for written in decl.instances:
        number, alias = written.number, written.alias
        for each in (number, alias):
            if each is None:
                continue
            if each.value in seen or each.value > MAX_INSTANCE:
                message = (
                    f"duplicate instance id {each.value}"
                    if each.value in seen
                    else "instance id is too large: it has 32 bits"
                )
                reporter.report(SECTION_NAMES, each.span, message)
            seen.add(each.value)
        yield InstanceId(number.value, None if alias is None else alias.value)


def _check_prefix(body: DeclaredBody, owner: DeclaredBody, span: Span, reporter: Reporter) -> None:
    if body.wire_name.startswith(owner.wire_name) and body.wire_name != owner.wire_name:
        return
    reporter.report(
        SUBSECTION_NAME_PREFIX,
        span,
        "wire name of a subsection must begin with the wire name of its owner,"
        f' "{_shorten(owner.wire_name)}", and be longer',
        also=(Label(_find_name_span(owner.decl), "the owner"),),
        help=f'remove `as`: the name is then "{_shorten(owner.wire_name)}/{body.decl.name.text}"',
        warn_if_recorded=True,
    )


def _find_name_span(decl: tree.DescriptionDecl) -> Span:
    return decl.wire_name.span if decl.wire_name else decl.name.span


def _shorten(name: str) -> str:
    return name if len(name) <= 60 else f"{name[:59]}…"
