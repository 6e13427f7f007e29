"""`vmsdl matrix`: every release and the working schemas, each with each."""

import argparse

from vmsdl.cli.commands.release import (
    add_folder,
    check_machine,
    find_releases_folder,
    load_working_schemas,
    read_baseline,
)
from vmsdl.cli.console import Console
from vmsdl.cli.inputs import paths
from vmsdl.cli.print_schema import add_print_schema
from vmsdl.releases.formats import json, markdown, text
from vmsdl.releases.matrix import build_matrix

_RENDERERS = {"text": text.render, "markdown": markdown.render, "json": json.render}

DESCRIPTION = """Show a table of verdicts between all frozen releases and the working schemas, with
the conditions below it, for each machine type where they differ; chains of migrations that lose
state which a direct migration keeps; releases that load fewer states of the working schemas, or the
reverse; and when to upgrade and roll back. Exit status 1 if there is no release, or if one was
edited after it was frozen. Without PATH, the working schemas are the sources of [tool.vmsdl]."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="a .vmsd file, a folder, or git:REV:PATH"
    )
    add_folder(parser)
    parser.add_argument("--machine", metavar="NAME", help="only for this machine type")
    parser.add_argument(
        "--format",
        choices=tuple(_RENDERERS),
        default="text",
        help="format of the table (default: text)",
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="write the table to FILE")
    add_print_schema(parser, matrix="vmsdl.releases.formats.json:read_matrix_schema")


def run(options: argparse.Namespace, console: Console) -> int:
    folder = find_releases_folder(options.releases, paths.find_configuration())
    schemas = load_working_schemas(options.paths, console)
    if schemas is None:
        return 2
    baseline = read_baseline(folder)
    check_machine(options.machine, schemas, baseline)
    found = build_matrix(baseline, schemas, options.machine)
    console.write(_RENDERERS[options.format](found), options.output)
    return 1 if found.problems else 0
