"""`templates/README.md` says what every template receives, and templates ask for nothing else."""

import re
from dataclasses import fields
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from vmsdl.emit.classes import AttributeText, ClassText, HookText

TEMPLATES = Path(__file__).parents[3] / "templates"
NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.j2"))
READ = {
    "c": ClassText,
    "s": ClassText,
    "a": AttributeText,
    "hook": HookText,
}


def documented(name: str) -> set[str]:
    for line in (TEMPLATES / "README.md").read_text(encoding="utf-8").splitlines():
        if line.startswith(f"| `{name}` |"):
            return set(re.findall(r"`(\w+)`", line.rsplit("|", 2)[1]))
    raise LookupError(name)


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("python/")])
def test_a_template_receives_what_the_readme_says(name: str) -> None:
    from jinja2.meta import find_undeclared_variables

    tree = Environment().parse((TEMPLATES / name).read_text(encoding="utf-8"))
    asked = find_undeclared_variables(tree) - {"class_"}
    if name == "python/class.py.j2":
        asked = {"c", "words"}
    assert asked == documented(name) - {"value", "name", "doc"} | (asked & {"name", "doc"})


def test_a_class_is_asked_for_what_it_has() -> None:
    tree = Environment().parse((TEMPLATES / "python" / "class.py.j2").read_text(encoding="utf-8"))
    asked: dict[str, set[str]] = {}
    for node in tree.find_all(nodes.Getattr):
        if isinstance(node.node, nodes.Name):
            asked.setdefault(node.node.name, set()).add(node.attr)
    for variable, kind in READ.items():
        known = {field.name for field in fields(kind)}
        assert asked.get(variable, set()) <= known
    unused = {field.name for field in fields(AttributeText)} - asked["a"]
    assert unused == set()
