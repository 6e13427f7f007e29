"""From a Markdown file of explanations to the text under one of its headings.

A file explains one family of codes or rules. The text of a slug follows the heading `## slug`, and
ends at the next heading. A file is read only when one of its texts is asked for.
"""

from functools import cache

from vmsdl.resources import read_package_text


def read_explanation(page: str, slug: str) -> str:
    """The text under `## slug` of a page such as "diff/rules/fields.md", without the heading.

    Raises KeyError where the page has no such heading.
    """
    return _sections(page)[slug]


def read_slugs(page: str) -> list[str]:
    """The slugs that a page explains, in order."""
    return list(_sections(page))


@cache
def _sections(page: str) -> dict[str, str]:
    sections: dict[str, str] = {}
    for section in ("\n" + read_package_text(*page.split("/"))).split("\n## ")[1:]:
        slug, _, text = section.partition("\n")
        sections[slug.strip()] = text.strip() + "\n"
    return sections
