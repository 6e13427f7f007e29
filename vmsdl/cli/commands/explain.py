"""`vmsdl explain`: the long form of a diagnostic, or of a rule of the version diff."""

import argparse
import difflib
from itertools import groupby

from vmsdl.cli.console import Console, Failure
from vmsdl.diagnostics.codes import CODES
from vmsdl.diff.rules.not_covered import NOT_COVERED
from vmsdl.diff.rules.registry import BY_SLUG, FAMILIES

DESCRIPTION = """Explain the code that is shown in brackets in a diagnostic, with an example and its
fix. Without CODE, all codes are listed."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "code", nargs="?", metavar="CODE", help="a code, such as predicate-not-bool"
    )
    parser.add_argument("--all", action="store_true", help="explain every code")


def run(options: argparse.Namespace, console: Console) -> int:
    if options.code and options.all:
        raise Failure("CODE and --all cannot be used together")
    if options.all:
        console.result("\n".join(_long(slug) for slug in sorted({*CODES, *BY_SLUG})))
    elif options.code is None:
        console.result(_list())
    else:
        # What people paste is what they saw: `error[predicate-not-bool]`.
        slug = options.code.rpartition("[")[2].rstrip("]:").strip().lower()
        if slug not in CODES and slug not in BY_SLUG and slug not in NOT_COVERED:
            raise Failure(_unknown(options.code, slug))
        console.result(_long(slug))
    return 0


def _long(slug: str) -> str:
    if slug not in CODES:
        return _rule(slug)
    code = CODES[slug]
    head = f"{code.severity}[{code.slug}]: {code.title}" if code.title else code.slug
    return f"{head}\n\n{code.explanation.strip()}\n"


def _rule(slug: str) -> str:
    if slug not in BY_SLUG:
        return f"{slug}: `vmsdl diff` has no rule for this change\n\n{NOT_COVERED[slug]}\n"
    rule = BY_SLUG[slug]
    title, _, rest = rule.text.partition("\n")
    swapped = f"With old and new swapped: {rule.mirror}." if rule.mirror else ""
    parts = (f"{slug}: {title}", rest.strip(), swapped)
    return "\n\n".join(part for part in parts if part) + "\n"


def _list() -> str:
    """All codes, under the name of their family."""
    out = ""
    width = max(len(slug) for slug in (*CODES, *BY_SLUG))
    for family, codes in groupby(CODES.values(), key=lambda code: code.family):
        rows = [f"  {code.slug:<{width}}  {code.severity:<7}  {code.title}" for code in codes]
        out += "\n".join([("\n" if out else "") + family, *sorted(rows)]) + "\n"
    for name, rules in FAMILIES.items():
        rows = [f"  {rule.slug:<{width}}  {rule.title}" for rule in rules]
        out += "\n".join([f"\nchanges: {name.replace('_', ' ')}", *sorted(rows)]) + "\n"
    rows = [f"  {slug:<{width}}  {why}" for slug, why in NOT_COVERED.items()]
    return out + "\n".join(["\nchanges without a rule", *sorted(rows)]) + "\n"


def _unknown(given: str, slug: str) -> str:
    near = difflib.get_close_matches(slug, [*CODES, *BY_SLUG], n=3, cutoff=0.6)
    hint = f"did you mean {' or '.join(f'`{name}`' for name in near)}?" if near else ""
    return f"unknown code `{given}`; {hint or '`vmsdl explain` lists all codes'}"
