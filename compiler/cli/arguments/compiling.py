"""Commands that compile the catalog: build, check, render."""

from __future__ import annotations

from typing import Any

from compiler.cli.arguments.options import command, folders, formats, launch


def add(commands: Any) -> None:
    """Add them, in the order of the help."""
    _build(commands)
    _check(commands)
    _render(commands)


def _build(commands: Any) -> None:
    build = command(
        commands,
        "build",
        "compile the catalog into output/",
        "  personac build\n  personac build data-scientist ml-ops\n  personac build --check\n"
        "  personac build --bump                 and raise the versions that must tell a change",
    )
    build.add_argument("personas", metavar="PERSONA", nargs="*", help="all, if none is named")
    does = build.add_mutually_exclusive_group()
    does.add_argument(
        "--check", action="store_true", help="write nothing; exit 4 if output/ is stale"
    )
    does.add_argument(
        "--bump", action="store_true",
        help="raise the version in the file of each persona where a change needs it, then build",
    )  # fmt: skip
    build.add_argument(
        "--base", metavar="REF",
        help="the commit that holds what is released, which stays as it is there; 'none': nothing"
        " is (default: origin/main, if there is one)",
    )  # fmt: skip
    folders(build)
    formats(build, "text", "json", "sarif", "github")


def _check(commands: Any) -> None:
    check = command(
        commands,
        "check",
        "check everything that a pull request must pass",
        "  personac check\n  personac check --format github\n"
        "  personac check --base origin/main          and what changes since then",
    )
    check.add_argument(
        "--base", metavar="REF",
        help="a commit to compare with: what changes for people, whether versions say so, and"
        " whether what is released stays",
    )  # fmt: skip
    folders(check)
    formats(check, "text", "json", "sarif", "github")


def _render(commands: Any) -> None:
    render = command(
        commands,
        "render",
        "print the IAM documents that a launch with given parameters makes",
        "  personac render data-scientist --set Buckets=a,b"
        " --set ExecutionRoles=arn:aws:iam::111122223333:role/personac/execution/jobs\n"
        "  personac render data-scientist@1.0.0 --set …\n"
        "  personac render output/personas/ml-ops/1.0.0.template.json --set …",
    )
    render.add_argument(
        "subject", metavar="SUBJECT", help="a persona, persona@version, or a template file"
    )
    launch(render)
    folders(render)
    formats(render, "text", "json")
