"""What the reading of structs and constants asks of the program: what a file sees of the others."""

from collections.abc import Sequence
from typing import Protocol

from vmsdl.csource.declarations import EnumConstant
from vmsdl.csource.struct_records import Struct
from vmsdl.csource.unit import Macro, Unit
from vmsdl.csource.values import CType


class Sight(Protocol):
    def find_macro(self, name: str, unit: Unit) -> Macro | None: ...

    def expand(self, tokens: Sequence[str], unit: Unit) -> list[str]: ...

    def find_constant(self, name: str, unit: Unit) -> EnumConstant | None: ...

    def resolve(self, words: tuple[str, ...], unit: Unit) -> "int | CType | Struct | None": ...

    def is_type(self, tokens: Sequence[str], unit: Unit) -> bool: ...

    def find_type_of(self, tokens: Sequence[str], unit: Unit) -> CType | None: ...

    def find_offset(self, state: Sequence[str], path: Sequence[str], unit: Unit) -> int | None: ...

    def measure_tokens(self, tokens: Sequence[str], unit: Unit) -> int | None: ...
