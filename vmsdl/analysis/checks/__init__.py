"""Checks of a whole schema, beyond names and types. Each check is a file of its own."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from vmsdl.analysis.checks.absent_field_read import absent_field_read
from vmsdl.analysis.checks.constant_comparison import constant_comparison
from vmsdl.analysis.checks.constant_condition import constant_condition
from vmsdl.analysis.checks.constant_needed import constant_needed
from vmsdl.analysis.checks.dead_since import dead_since
from vmsdl.analysis.checks.duplicate_section import duplicate_section
from vmsdl.analysis.checks.embedded_struct_versioned import embedded_struct_versioned
from vmsdl.analysis.checks.index_out_of_range import index_out_of_range
from vmsdl.analysis.checks.length_signs import length_signs
from vmsdl.analysis.checks.length_too_large import length_too_large
from vmsdl.analysis.checks.list_version_behind import list_version_behind
from vmsdl.analysis.checks.local_not_given import local_not_given
from vmsdl.analysis.checks.look_alike_bytes import look_alike_bytes
from vmsdl.analysis.checks.minimum_above_version import minimum_above_version
from vmsdl.analysis.checks.needed_reads_nothing_owned import needed_reads_nothing_owned
from vmsdl.analysis.checks.sibling_prefix import sibling_prefix
from vmsdl.analysis.checks.swallowed_subsection import swallowed_subsection
from vmsdl.analysis.checks.unbounded_count import unbounded_count
from vmsdl.analysis.checks.unsafe_arithmetic import unsafe_arithmetic
from vmsdl.analysis.checks.unused_definitions import unused_definitions
from vmsdl.analysis.checks.unused_members import unused_members
from vmsdl.analysis.checks.value_not_guaranteed import value_not_guaranteed
from vmsdl.analysis.checks.version_out_of_range import version_out_of_range
from vmsdl.diagnostics.diagnostic import Diagnostic
from vmsdl.schema.description import Schema

Check: TypeAlias = Callable[[Schema], Iterator[Diagnostic]]

CHECKS: tuple[Check, ...] = (
    # versions
    minimum_above_version,
    version_out_of_range,
    dead_since,
    embedded_struct_versioned,
    list_version_behind,
    # the wire
    duplicate_section,
    swallowed_subsection,
    sibling_prefix,
    look_alike_bytes,
    # lengths and arithmetic
    length_signs,
    length_too_large,
    unbounded_count,
    index_out_of_range,
    unsafe_arithmetic,
    # predicates
    constant_needed,
    needed_reads_nothing_owned,
    constant_comparison,
    constant_condition,
    absent_field_read,
    # locals and properties
    value_not_guaranteed,
    # unused declarations
    local_not_given,
    unused_members,
    unused_definitions,
)


def run_checks(schema: Schema) -> Iterator[Diagnostic]:
    """The diagnostics of all checks, check by check."""
    for each in CHECKS:
        yield from each(schema)
