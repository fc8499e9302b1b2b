"""`personac diff`: the exact difference of two subjects."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from compiler.bump import bump, stated
from compiler.cases import cases
from compiler.cli.exits import Exit, Stop
from compiler.cli.place import launch
from compiler.cli.reading import values
from compiler.cli.subjects import managed, parameters_of, subject
from compiler.comparison import compare
from compiler.intrinsics import ParameterError
from compiler.report.console import show
from compiler.report.difference import lines
from compiler.report.difference_view import difference_view
from compiler.subject import SubjectError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Mapping

    from compiler.subject import Subject


def run(options: Namespace) -> int:
    """Compare, and exit 0 where nothing differs."""
    fixed = values(options.set)
    old, new = (
        subject(each, options.catalog, options.output) for each in (options.old, options.new)
    )
    _refuse_unknown(fixed, (old, new))
    where = launch(options)
    attached = managed(options.catalog)
    opened = []
    for each in (old, new):
        try:
            opened.append(cases(each, fixed, where, attached, careful=options.careful))
        except ParameterError as error:
            problems = "\n".join(f"  {one}" for one in error.problems)
            raise Stop(Exit.USAGE, f"{each.name} cannot be launched so:\n{problems}") from error
        except SubjectError as error:
            raise Stop(Exit.USAGE, str(error)) from error
    before, after = opened
    if not {*before.parts} & {*after.parts}:
        message = f"{old.name} and {new.name} have nothing in common that could be compared"
        raise Stop(Exit.USAGE, f"{message}: a trust policy and a permissions policy")
    found = compare(before, after)
    view = difference_view(found, bump(found) if _is_one_product(old, new) and not fixed else None)
    if options.format == "json":
        print(json.dumps(view, indent=2))
    elif options.format == "markdown":
        from compiler.report.difference_markdown import markdown

        print("\n".join(markdown(view)))
    else:
        show(lines(view, verbose=options.verbose))
    return Exit.FINE if view["verdict"] == "equal" else Exit.FINDINGS


def _is_one_product(old: Subject, new: Subject) -> bool:
    """Whether both are templates, and of one persona where they say of which."""
    if not old.kind == new.kind == "template":
        return False
    return bool(stated(old.body).get("persona") == stated(new.body).get("persona"))


def _refuse_unknown(fixed: Mapping[str, str], subjects: Iterable[Subject]) -> None:
    """A parameter may belong to one side alone, but to one it has to."""
    declared = dict.fromkeys(name for each in subjects for name in parameters_of(each))
    unknown = [name for name in fixed if name not in declared]
    if unknown:
        known = (
            f"there are the parameters {', '.join(declared)}"
            if declared
            else "no subject has parameters"
        )
        raise Stop(Exit.USAGE, f"--set names {unknown[0]}; {known}")
