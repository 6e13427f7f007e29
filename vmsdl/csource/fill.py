"""What a dump and streams add to imported files: QOM types, defaults of locals and properties."""

from collections.abc import Mapping
from dataclasses import replace

from vmsdl.csource.bodies import make_number
from vmsdl.qemu.importing.arrange_files import ImportedFile
from vmsdl.qemu.importing.tree_parts import make_annotation
from vmsdl.syntax import tree


def fill_files(
    files: tuple[ImportedFile, ...],
    types: Mapping[str, set[str]],
    defaults: Mapping[tuple[str, str], int | bool],
) -> tuple[ImportedFile, ...]:
    """`types` by device; `defaults` by the device or struct, and the local or property."""
    return tuple(
        replace(
            file,
            tree=replace(
                file.tree,
                items=tuple(
                    _fill(item, types, defaults) if isinstance(item, tree.DescriptionDecl) else item
                    for item in file.tree.items
                ),
            ),
        )
        for file in files
    )


def _fill(
    item: tree.DescriptionDecl,
    types: Mapping[str, set[str]],
    defaults: Mapping[tuple[str, str], int | bool],
) -> tree.DescriptionDecl:
    name = item.name.text
    members = tuple(_fill_member(name, each, defaults) for each in item.members)
    added = types.get(name, set()) if item.keyword == "device" else set()
    annotations = _add_types(item, added) if added else item.annotations
    return replace(item, members=members, annotations=annotations)


def _fill_member(
    owner: str, member: tree.Member, defaults: Mapping[tuple[str, str], int | bool]
) -> tree.Member:
    if not isinstance(member, tree.LocalDecl | tree.PropertyDecl):
        return member
    value = defaults.get((owner, member.name.text))
    if value is None:
        return member
    literal = tree.BoolLiteral(value=value) if isinstance(value, bool) else make_number(value)
    return replace(member, default=literal)


def _add_types(item: tree.DescriptionDecl, added: set[str]) -> tuple[tree.AnnotationDecl, ...]:
    """In the order of names, where the importer writes them: after `@source`."""
    known = {
        argument.value
        for each in item.annotations
        if each.name.text == "qom"
        for argument in each.arguments
        if isinstance(argument, tree.Text)
    }
    if not any(each.name.text == "qom" for each in item.annotations):
        known.add(item.name.text if item.wire_name is None else item.wire_name.value)
    others = tuple(each for each in item.annotations if each.name.text != "qom")
    return (*others, make_annotation("qom", *sorted(known | added)))
