"""Published JSON schemas, as they are and without room for members that they do not name."""

import json
from typing import Any

import jsonschema


def validator(text: str, *, is_strict: bool = False) -> jsonschema.Draft202012Validator:
    """`is_strict`: a member that the schema does not name is an error."""
    schema = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(_close(schema) if is_strict else schema)


def _close(part: Any) -> Any:
    if isinstance(part, list):
        return [_close(each) for each in part]
    if not isinstance(part, dict):
        return part
    found = {key: _close(value) for key, value in part.items()}
    is_object = isinstance(part.get("required"), list)
    return {**found, "additionalProperties": False} if is_object else found
