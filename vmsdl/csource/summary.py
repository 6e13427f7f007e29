"""What was not translated, in words and as records: file, line, what, why."""

from collections.abc import Iterable, Iterator

from vmsdl.csource.sections import LeftOut
from vmsdl.csource.verify import DeviceCheck, Outcome, count_exact
from vmsdl.qemu.importing.arrange_files import ImportedFile
from vmsdl.records import dataclass
from vmsdl.syntax import tree

_SHOWN = 10  # lines of a list on a terminal


def list_left_out(left_out: Iterable[LeftOut]) -> Iterator[str]:
    """One line each, as compilers write them: editors find the place."""
    for each in left_out:
        yield f"{each.place}: `{each.what}`: {each.reason}"


@dataclass(frozen=True, slots=True)
class Counts:
    """Of the files that were made."""

    sections: int
    conditions: int  # tests of fields, `needed` of subsections and sections
    translated: int


def count_parts(files: Iterable[ImportedFile]) -> Counts:
    sections = 0
    conditions: list[object] = []
    for file in files:
        for item in file.tree.items:
            if isinstance(item, tree.DescriptionDecl):
                sections += item.keyword == "device"
                conditions += _list_conditions(item)
    translated = sum(not isinstance(each, tree.ExternWord) for each in conditions)
    return Counts(sections, len(conditions), translated)


def _list_conditions(item: tree.DescriptionDecl) -> Iterator[object]:
    # Without a function a subsection is always sent: nothing was translated.
    if item.needed is not None and not isinstance(item.needed, tree.BoolLiteral):
        yield item.needed
    for member in item.members:
        match member:
            case tree.FieldDecl(modifiers=modifiers) | tree.UnusedDecl(modifiers=modifiers):
                yield from (each.condition for each in modifiers if isinstance(each, tree.If))
            case tree.DescriptionDecl():
                yield from _list_conditions(member)
            case _:
                pass


def describe_import(
    files: Iterable[ImportedFile], left_out: Iterable[LeftOut], is_long: bool
) -> Iterator[str]:
    counts = count_parts(files)
    yield (
        f"{counts.sections} sections; {counts.translated} of {counts.conditions} conditions "
        "are expressions, the others `extern`"
    )
    yield from describe_left_out(left_out, is_long)


def describe_left_out(left_out: Iterable[LeftOut], is_long: bool) -> Iterator[str]:
    listed = list(list_left_out(left_out))
    if listed:
        yield f"{len(listed)} not translated, or left out:"
        yield from _shorten(listed, is_long)


def describe_checks(checks: Iterable[DeviceCheck], is_long: bool) -> Iterator[str]:
    """For each dump and stream how much is exact, then what is not."""
    by_file: dict[str, list[DeviceCheck]] = {}
    for each in checks:
        by_file.setdefault(each.against, []).append(each)
    for file, found in by_file.items():
        exact, compared = count_exact(found)
        yield f"{file}: {exact} of {compared} exact"
        others = [each for each in found if is_long or each.outcome is not Outcome.EXACT]
        lines = [
            str(each).removeprefix(f"{file}: ")
            for each in others
            if is_long or each.outcome is not Outcome.STUB
        ]
        yield from _shorten(lines, is_long)


def _shorten(lines: list[str], is_long: bool) -> Iterator[str]:
    shown = lines if is_long else lines[:_SHOWN]
    yield from (f"  {line}" for line in shown)
    if len(lines) > len(shown):
        yield f"  and {len(lines) - len(shown)} more (-v lists them)"
