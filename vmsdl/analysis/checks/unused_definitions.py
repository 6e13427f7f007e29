"""Consts, enums and structs of the root file that nothing uses."""

import re
from collections import Counter
from collections.abc import Iterator

from vmsdl.analysis.expression_uses import find_name_span
from vmsdl.analysis.references import find_embeddings
from vmsdl.diagnostics.codes import UNUSED_CONST, UNUSED_ENUM, UNUSED_STRUCT
from vmsdl.diagnostics.diagnostic import Code, Diagnostic, Label
from vmsdl.schema.description import Const, Description, EnumDefinition, Role, Schema

# Comments and strings, or a name.
_NAMES = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|([A-Za-z_]\w*)', re.DOTALL | re.ASCII)


def unused_definitions(schema: Schema) -> Iterator[Diagnostic]:
    """Imported files are not checked, nor files without a device: others use what they declare."""
    root = schema.files[-1]
    if not any(isinstance(d, Description) and d.role is Role.DEVICE for d in root.definitions):
        return
    # Consts are folded into other consts and enum values, so the schema does not show them.
    uses = Counter(
        found[1] for file in schema.files for found in _NAMES.finditer(file.source.text) if found[1]
    )
    embedded = {embedding.struct.name for embedding in find_embeddings(schema)}
    for definition in root.definitions:
        match definition:
            case Const(name=name) if uses[name] < 2:
                yield _report_unused(UNUSED_CONST, "const", definition)
            case EnumDefinition(name=name) if uses[name] < 2:
                yield _report_unused(
                    UNUSED_ENUM, "flags" if definition.is_flags else "enum", definition
                )
            case Description(role=Role.STRUCT, name=name) if name not in embedded:
                yield _report_unused(UNUSED_STRUCT, "struct", definition)
            case _:
                pass


def _report_unused(code: Code, word: str, of: Const | EnumDefinition | Description) -> Diagnostic:
    return Diagnostic(
        code=code,
        message=f"unused {word} `{of.name}`",
        labels=(Label(find_name_span(of)),),
        help="remove it, or use it",
    )
