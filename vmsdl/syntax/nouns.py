"""The words for tokens and declarations in messages about syntax: one list."""

from enum import StrEnum

from vmsdl.records import dataclass


class Noun(StrEnum):
    """What can be expected or found in a file."""

    ITEM = "`struct`, `device`, `enum`, `flags`, `const`, `machine` or `import`"
    MEMBER = "a member"
    MEMBER_OR_END = "a field, another member or `}`"
    NAME = "a name"
    PROPERTY_NAME = "`.` and the name of a property"
    TYPE = "a type"
    INTEGER_TYPE = "an integer type"
    CONDITION = "a condition"
    VALUE = "a value"
    LITERAL = "a string, a number, `true` or `false`"
    NUMBER = "a number"
    TEXT = "a string in double quotes"
    MESSAGE = "`,` and a message in double quotes"
    NEEDED = "`needed`"
    BODY = "`{`"
    BODY_END = "`}`"
    FIELD_NAME = "the name of a field"
    FOUND_TEXT = "a string"
    FOUND_NUMBER = "number"
    FILE_END = "end of file"


@dataclass(frozen=True, slots=True)
class DeclarationNoun:
    """What a keyword declares, without and with an article."""

    word: str
    with_article: str


# By the terminal of the keyword that begins the declaration.
DECLARATIONS = {
    "CONST": DeclarationNoun("const", "a const"),
    "ENUM": DeclarationNoun("enum", "an enum"),
    "FLAGS": DeclarationNoun("flags", "flags"),
    "STRUCT": DeclarationNoun("struct", "a struct"),
    "DEVICE": DeclarationNoun("device", "a device"),
    "SUBSECTION": DeclarationNoun("subsection", "a subsection"),
    "LOCAL": DeclarationNoun("local", "a local"),
    "LET": DeclarationNoun("let", "a `let`"),
    "PROPERTY": DeclarationNoun("property", "a property"),
}
# Declarations without a name of their own.
UNNAMED = {
    "IMPORT": "the import",
    "MACHINE": "the machine",
    "VALIDATE": "the check",
    "HOOK": "the hook",
    "UNUSED": "`unused`",
    "UNMIGRATABLE": "`unmigratable`",
    "AT": "`@`",
}
# Signs and words by terminal. Where several are accepted, the first of them is named.
SIGNS = {
    "SEMICOLON": ";",
    "RSQB": "]",
    "RPAR": ")",
    "MORETHAN": ">",
    "COLON": ":",
    "LBRACE": "{",
    "EQUAL": "=",
    "LSQB": "[",
    "LPAR": "(",
    "LESSTHAN": "<",
    "COMMA": ",",
    "DOT": ".",
    "RBRACE": "}",
    "THEN": "then",
    "ELSE": "else",
}
