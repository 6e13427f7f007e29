"""What was not translated, in words and as records: file, line, what, why."""

from collections import Counter
from collections.abc import Iterable, Iterator

from vmsdl.csource.sections import LeftOut


def list_left_out(left_out: Iterable[LeftOut]) -> Iterator[str]:
    """One line each, as compilers write them: editors find the place."""
    for each in left_out:
        yield f"{each.place}: `{each.what}`: {each.reason}"


def count_reasons(left_out: Iterable[LeftOut]) -> list[tuple[str, int]]:
    """The reasons and how often they occur, the commonest first."""
    return Counter(each.reason for each in left_out).most_common()
