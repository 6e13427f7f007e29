"""Every code that vmsdl can report, by slug: the one list behind output, `explain` and the corpus."""

from vmsdl.diagnostics.catalogue import names, predicates, syntax, types, versions, wire
from vmsdl.diagnostics.diagnostic import Code

CODES: dict[str, Code] = {
    code.slug: code for module in (syntax, names, types, versions, predicates, wire) for code in module.CODES
}
