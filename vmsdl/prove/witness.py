"""From a witness to what people and codecs can use: words of the schema, and a state."""

from collections import Counter
from collections.abc import Mapping
from typing import TypeAlias

from vmsdl.expr.nodes import Expr, Quantifier, Quantity
from vmsdl.expr.text import unparse
from vmsdl.prove.formula import Assignment, Domain, Value, Values

# A state of a flattened schema: the places that are not as after reset, with their values. A place
# is a member, an element, a length, an `ExternPresence`, a `ReceiverValue` or a quantifier. The
# value of a quantifier says whether an element exists that satisfies an `any` or violates an `all`.
Witness: TypeAlias = Mapping[Expr, int | bool]


def format_witness(witness: Witness) -> dict[str, int | bool]:
    """The state as reports show it: `{"status": 8, "any(x in l: x.busy)": True}`."""
    return {
        format_question(place) if isinstance(place, Quantifier) else unparse(place): value
        for place, value in witness.items()
    }


def format_question(e: Quantifier) -> str:
    """Whether there is an element of which something holds, in words."""
    if e.quantity is Quantity.ANY:
        return unparse(e)
    return f"any({e.variable} in {unparse(e.over)}: not ({unparse(e.body)}))"


def describe_state(witness: Assignment, domain: Domain) -> str:
    """`status = 0x08, tray_locked = true`; what is not named is at its reset value."""
    labels = Counter(values.label for values in domain.variables.values())
    said = []
    for name, value in witness.items():
        values = domain.variables[name]
        label = values.label if values.label and labels[values.label] == 1 else name
        if values.is_whole:
            said.append(
                f"`{label}` not at its reset value" if value else f"`{label}` at its reset value"
            )
        else:
            said.append(f"`{label} = {describe_value(value, values)}`")
    return ", ".join(said) or "all fields at their reset values"


def describe_value(value: Value, values: Values) -> str:
    """A value as the schema writes it."""
    if values.is_bool:
        return "true" if value else "false"
    for number, name in values.names:
        if number == value:
            return name
    if values.digits and value >= 0:
        # `0x08` and `0x0010`; what is wider is no longer told by counting zeros.
        return f"{value:#0{(values.digits if values.digits <= 4 else 2) + 2}x}"
    if values.bits is not None and values.names:
        return " | ".join(name for number, name in values.names if number & value) or "0"
    return str(value)
