"""Every code that vmsdl can report, by slug: the one list behind output, `explain` and the corpus.

An explanation is prose (what the code means, why it hurts), then two indented blocks:

    Example:

        struct s { a: u8; }

    Mend:

        struct s { b: u8; }

The example yields the code when it is compiled, the mend does not and yields no error; a test
compiles both. A line `// file NAME.vmsd` begins another file that the block imports; what stands
before it is the file compiled. More prose may follow. Explanations are written at the left margin,
in plain text.
"""

from vmsdl.diagnostics.catalogue import (
    arithmetic,
    constants,
    duplicates,
    imports,
    lengths,
    modifiers,
    names,
    operands,
    predicates,
    proofs,
    scopes,
    syntax,
    types,
    unread,
    versions,
    wire,
    wirenames,
)
from vmsdl.diagnostics.diagnostic import Code

_MODULES = (
    syntax,
    imports,
    names,
    scopes,
    duplicates,
    wirenames,
    types,
    modifiers,
    operands,
    constants,
    versions,
    wire,
    lengths,
    arithmetic,
    predicates,
    proofs,
    unread,
)

CODES: dict[str, Code] = {code.slug: code for module in _MODULES for code in module.CODES}
