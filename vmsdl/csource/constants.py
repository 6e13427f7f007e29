"""The value of a constant expression: enums, macros, sizes of types, in integers without bounds."""

import re
from collections.abc import Callable, Sequence

from vmsdl.csource.brackets import find_close, split
from vmsdl.csource.lexer import is_name
from vmsdl.csource.sight import Sight
from vmsdl.csource.unit import Unit

_PRECEDENCE = {
    "||": 2,
    "&&": 3,
    "|": 4,
    "^": 5,
    "&": 6,
    "==": 7,
    "!=": 7,
    "<": 8,
    ">": 8,
    "<=": 8,
    ">=": 8,
    "<<": 9,
    ">>": 9,
    "+": 10,
    "-": 10,
    "*": 11,
    "/": 11,
    "%": 11,
}
_WIDEST_SHIFT = 512
_LONGEST = 100_000
_DEEPEST = 60
_SUFFIX = re.compile(r"[uUlL]+$")
_ESCAPES = {"n": 10, "t": 9, "r": 13, "0": 0, "\\": 92, "'": 39, '"': 34, "a": 7, "b": 8}
_CAST_WIDTHS = {"uint8_t": 8, "uint16_t": 16, "uint32_t": 32, "uint64_t": 64, "unsigned": 32}
_WRAPPERS = ("INT64_C", "UINT64_C", "INT32_C", "UINT32_C", "ULL", "UL", "cpu_to_le32")


class NotConstantError(Exception):
    """The expression has no constant value, or none that is known here."""


def evaluate(sight: Sight, tokens: Sequence[str], unit: Unit) -> int | None:
    """The value of the expression as `unit` sees it; None where it is none that is known."""
    try:
        return _Evaluation(sight, unit, 0).evaluate(tokens)
    except (NotConstantError, RecursionError):
        return None


def evaluate_condition(tokens: Sequence[str], name_value: Callable[[str], int]) -> int:
    """The value of an `#if`, in which each name has a value. What is not understood is 0."""
    try:
        return _ConstantParser(tokens, name_value).parse()
    except (NotConstantError, RecursionError):
        return 0


# The C library's numbers of errors (Linux, asm-generic/errno-base.h and errno.h).
ERRORS = {
    "EPERM": 1,
    "ENOENT": 2,
    "EINTR": 4,
    "EIO": 5,
    "ENXIO": 6,
    "E2BIG": 7,
    "EAGAIN": 11,
    "ENOMEM": 12,
    "EACCES": 13,
    "EFAULT": 14,
    "EBUSY": 16,
    "EEXIST": 17,
    "ENODEV": 19,
    "EINVAL": 22,
    "ENOSPC": 28,
    "ERANGE": 34,
    "ENOSYS": 38,
    "EPROTO": 71,
    "EBADMSG": 74,
    "EOVERFLOW": 75,
    "EMSGSIZE": 90,
    "EOPNOTSUPP": 95,
    "ENOTSUP": 95,
}


class _Evaluation:
    def __init__(self, sight: Sight, unit: Unit, depth: int) -> None:
        if depth > _DEEPEST:
            raise NotConstantError
        self.sight = sight
        self.unit = unit
        self.depth = depth

    def evaluate(self, tokens: Sequence[str]) -> int:
        if len(tokens) == 1 and tokens[0][0].isdigit():
            return read_number(tokens[0])
        expanded = self.sight.expand(tokens, self.unit)
        return _ConstantParser(expanded, self.name_value, self).parse()

    def name_value(self, name: str) -> int:
        if name in ("true", "false", "NULL"):
            return int(name == "true")
        constant = self.sight.find_constant(name, self.unit)
        if constant is not None:
            inner = _Evaluation(self.sight, constant.unit, self.depth + 1)
            return (inner.evaluate(constant.base) if constant.base else 0) + constant.offset
        if name in ERRORS:
            return ERRORS[name]
        raise NotConstantError

    def call(self, name: str, arguments: list[list[str]]) -> int:
        """What is known of functions and of macros that are never expanded."""
        if name in ("MAX", "MIN") and len(arguments) == 2:
            values = [self.evaluate(each) for each in arguments]
            return max(values) if name == "MAX" else min(values)
        if name in _WRAPPERS and len(arguments) == 1:
            return self.evaluate(arguments[0])
        if name in ("DIV_ROUND_UP", "ROUND_UP") and len(arguments) == 2:
            number, divisor = (self.evaluate(each) for each in arguments)
            if divisor <= 0:
                raise NotConstantError
            parts = -(-number // divisor)
            return parts * divisor if name == "ROUND_UP" else parts
        if name in ("ARRAY_SIZE", "G_N_ELEMENTS") and arguments:
            type_ = self.sight.find_type_of(arguments[0], self.unit)
            if type_ is not None and type_.lengths and type_.lengths[0] is not None:
                return type_.lengths[0]
            if len(arguments[0]) == 1:
                return self.count_elements(arguments[0][0])
        if name == "__builtin_constant_p":
            return 1
        if name == "__builtin_choose_expr" and len(arguments) == 3:
            return self.evaluate(arguments[1 if self.evaluate(arguments[0]) else 2])
        if name == "sizeof" and arguments:
            return self.size(arguments[0])
        if name == "sizeof_field" and len(arguments) == 2:
            return self.size(["typeof_field", "(", *arguments[0], ",", *arguments[1], ")"])
        if name == "QEMU_BUILD_BUG_ON_ZERO" or name.startswith("type_check"):
            return 0
        if name == "offsetof" and len(arguments) == 2:
            found = self.sight.find_offset(arguments[0], arguments[1], self.unit)
            if found is not None:
                return found
        raise NotConstantError

    def count_elements(self, name: str) -> int:
        """The length of an array that the file declares; one without a length has as many elements
        as its initializer."""
        tokens = self.unit.tokens
        at = -1
        while name in tokens[at + 1 :]:
            at = tokens.index(name, at + 1)
            if tokens[at + 1 : at + 2] != ["["] or not (at and is_name(tokens[at - 1])):
                continue
            close = find_close(tokens, at + 1)
            if close > at + 2:
                return self.evaluate(tokens[at + 2 : close])
            if tokens[close + 1 : close + 3] == ["=", "{"]:
                end = find_close(tokens, close + 2)
                return self.count_initialized(self.sight.expand(tokens[close + 3 : end], self.unit))
        raise NotConstantError

    def count_initialized(self, tokens: Sequence[str]) -> int:
        most = place = 0
        for item in filter(None, split(tokens)):
            if item[:1] == ["["]:
                place = self.evaluate(item[1 : find_close(item, 0)])
            place += 1
            most = max(most, place)
        return most

    def size(self, tokens: Sequence[str]) -> int:
        found = self.sight.measure_tokens(tokens, self.unit)
        if found is None:
            raise NotConstantError
        return found

    def is_type(self, tokens: Sequence[str]) -> bool:
        return self.sight.is_type(tokens, self.unit)


class _ConstantParser:
    """Precedence climbing over tokens. Without an evaluation (`#if`) it knows no types or calls."""

    def __init__(
        self,
        tokens: Sequence[str],
        name_value: Callable[[str], int],
        evaluation: _Evaluation | None = None,
    ) -> None:
        if len(tokens) > _LONGEST:
            raise NotConstantError
        self.tokens = tokens
        self.name_value = name_value
        self.evaluation = evaluation
        self.at = 0

    def parse(self) -> int:
        value = self.choice()
        if self.at != len(self.tokens):
            raise NotConstantError
        return value

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        if self.at >= len(self.tokens):
            raise NotConstantError
        self.at += 1
        return self.tokens[self.at - 1]

    def choice(self) -> int:
        condition = self.binary(0)
        if self.peek() != "?":
            return condition
        self.at += 1
        yes = self.choice()
        if self.take() != ":":
            raise NotConstantError
        no = self.choice()
        return yes if condition else no

    def binary(self, lowest: int) -> int:
        left = self.unary()
        while (precedence := _PRECEDENCE.get(self.peek(), 0)) > lowest:
            operator = self.take()
            left = _apply(operator, left, self.binary(precedence))
        return left

    def unary(self) -> int:
        token = self.take()
        if token == "!":
            return int(not self.unary())
        if token == "~":
            return ~self.unary()
        if token == "-":
            return -self.unary()
        if token == "+":
            return self.unary()
        if token == "(":
            return self.parenthesis()
        if token[0].isdigit():
            return read_number(token)
        if token[0] == "'":
            return _read_character(token)
        if is_name(token):
            return self.name(token)
        raise NotConstantError

    def parenthesis(self) -> int:
        close = find_close(self.tokens, self.at - 1)
        inner = self.tokens[self.at : close]
        if self.evaluation is not None and inner and self.evaluation.is_type(inner):
            self.at = close + 1
            value = self.unary()
            width = _CAST_WIDTHS.get(inner[-1])
            return value & ((1 << width) - 1) if width is not None and value < 0 else value
        value = self.choice()
        if self.take() != ")":
            raise NotConstantError
        return value

    def name(self, token: str) -> int:
        if self.peek() != "(":
            if token == "sizeof" and self.evaluation is not None:
                return self.evaluation.size([self.take()])
            return self.name_value(token)
        close = find_close(self.tokens, self.at)
        arguments = split(self.tokens[self.at + 1 : close])
        self.at = close + 1
        if self.evaluation is None:
            return 0  # in an `#if`, a macro that is not known
        return self.evaluation.call(token, arguments)


def read_number(token: str) -> int:
    digits = _SUFFIX.sub("", token)
    try:
        if len(digits) > 40:
            raise NotConstantError
        if len(digits) > 1 and digits[0] == "0" and digits.isdigit():
            return int(digits, 8)
        return int(digits, 0)
    except ValueError:
        raise NotConstantError from None


def _read_character(token: str) -> int:
    inner = token[1:-1]
    if len(inner) == 1:
        return ord(inner)
    if len(inner) == 2 and inner[1] in _ESCAPES:
        return _ESCAPES[inner[1]]
    raise NotConstantError


def _apply(operator: str, x: int, y: int) -> int:
    match operator:
        case "||":
            return int(bool(x or y))
        case "&&":
            return int(bool(x and y))
        case "|":
            return x | y
        case "^":
            return x ^ y
        case "&":
            return x & y
        case "==":
            return int(x == y)
        case "!=":
            return int(x != y)
        case "<":
            return int(x < y)
        case ">":
            return int(x > y)
        case "<=":
            return int(x <= y)
        case ">=":
            return int(x >= y)
        case "+":
            return x + y
        case "-":
            return x - y
        case "<<" | ">>" if not 0 <= y <= _WIDEST_SHIFT or x.bit_length() > 4096:
            raise NotConstantError
        case "<<":
            return x << y
        case ">>":
            return x >> y
        case "*" if x.bit_length() + y.bit_length() > 4096:
            raise NotConstantError
        case "*":
            return x * y
        case "/" | "%" if y == 0:
            raise NotConstantError
        case "/":
            return abs(x) // abs(y) * (1 if (x < 0) == (y < 0) else -1)
        case "%":
            return abs(x) % abs(y) * (1 if x >= 0 else -1)
    raise NotConstantError
