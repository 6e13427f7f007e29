"""Where something stands in the C source."""

from vmsdl.records import dataclass


@dataclass(frozen=True, slots=True)
class SourcePlace:
    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


NO_PLACE = SourcePlace("", 0)
