"""`personac launches`: who runs which version."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from compiler.cli.exits import Exit, Stop
from compiler.release.aws import AwsError
from compiler.release.launching.choice import ChoiceError
from compiler.release.launching.clone import read_clone
from compiler.release.launching.launches import Question, launches_view
from compiler.report.console import show
from compiler.report.launches import lines, markdown

if TYPE_CHECKING:
    from argparse import Namespace


def run(options: Namespace) -> int:
    """List what may be seen, and say what may not."""
    clone = read_clone(options.output)
    regions = options.region or (clone.desired.regions if clone.desired else ())
    question = Question(
        regions=tuple(dict.fromkeys(regions)) or (None,),
        product=options.product,
        account_role=options.account_role,
        is_behind=options.behind,
    )
    try:
        view = launches_view(question, clone)
    except ChoiceError as error:
        raise Stop(Exit.USAGE, str(error)) from error
    except AwsError as error:
        raise Stop(Exit.REFUSED, str(error)) from error
    if options.format == "json":
        print(json.dumps(view, indent=2))
    elif options.format == "markdown":
        sys.stdout.write(markdown(view))
    else:
        show(lines(view))
    return Exit.FINE if view["seen"] else Exit.REFUSED
