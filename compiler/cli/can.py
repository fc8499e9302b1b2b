"""`personac can`: what policies say to a request, or to a file of requests."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compiler.asking import Asking, UnanswerableError
from compiler.cli.exits import Exit, Stop
from compiler.cli.place import launch
from compiler.cli.reading import file_bytes, values
from compiler.cli.subjects import managed, policy_document, subject
from compiler.cli.writing import report
from compiler.diagnostic import error as diagnostic
from compiler.iam.request import Request
from compiler.place import Place
from compiler.report.console import show
from compiler.report.decision import lines, table
from compiler.requests import (
    ACTION,
    Question,
    WrittenError,
    context,
    doubts,
    principal,
    questions,
    refused_resource,
)
from compiler.subject import SubjectError, parsed

if TYPE_CHECKING:
    from argparse import Namespace

    from compiler.iam.document import Policy
    from compiler.source import Source


def run(options: Namespace) -> int:
    """Decide, and exit 0 where it is allowed, or where all is as expected."""
    if options.requests:
        return _many(options)
    question = _of_arguments(options)
    asking = _asking(options)
    try:
        view = _view(asking, question)
    except UnanswerableError as error:
        if not error.of_launch:
            _doubt(question)
        raise Stop(Exit.USAGE, "\n  ".join(error.lines)) from error
    _doubt(question)
    if options.format == "json":
        print(json.dumps(view, indent=2))
    else:
        show(lines(view))
    return Exit.FINE if view["decision"] == "allowed" else Exit.FINDINGS


def _many(options: Namespace) -> int:
    """Decide all requests of a file. What is wrong with them is told at once."""
    given = ("action", "resource", "context", "trust", "principal")
    if one := next((each for each in given if getattr(options, each)), None):
        name = "ACTION" if one == "action" else f"--{one}"
        raise Stop(Exit.USAGE, f"--requests names requests of its own: leave {name} out")
    path = Path(options.requests)
    asked, source, found = questions(path.as_posix(), file_bytes(path))
    diagnostics = list(found)
    asking = _asking(options)
    views = []
    for each in asked:
        try:
            views.append(_view(asking, each, source))
        except UnanswerableError as error:
            at = each.place or Place(path=path.as_posix())
            if error.of_launch and each.launch_place:
                at = each.launch_place
            diagnostics.append(diagnostic("unanswerable", " ".join(error.lines), at))
    if diagnostics:
        sources = {} if source is None else {source.path: source}
        if report(diagnostics, sources, "text", to_stderr=True) != Exit.FINE:
            raise Stop(Exit.USAGE)
    if options.format == "json":
        print(json.dumps(views, indent=2))
    else:
        show(table(views))
    return Exit.FINDINGS if any(each["as_expected"] is False for each in views) else Exit.FINE


def _of_arguments(options: Namespace) -> Question:
    if not options.action:
        raise Stop(Exit.USAGE, "what is asked for? name an ACTION, as s3:GetObject, or --requests")
    if not re.fullmatch(ACTION, options.action):
        message = f"'{options.action}' is no action; a request has one, service:Name"
        raise Stop(Exit.USAGE, f"{message}, without wildcards")
    if options.trust and not options.principal:
        message = "a trust policy asks who it is: name --principal"
        raise Stop(Exit.USAGE, f"{message}, as Service:sagemaker.amazonaws.com")
    if options.principal and not options.trust:
        raise Stop(Exit.USAGE, "only a trust policy looks at --principal: ask it by --trust")
    try:
        keys = context(options.context)
    except WrittenError as error:
        raise Stop(Exit.USAGE, f"--context {error}") from error
    try:
        who = principal(options.principal) if options.principal else None
    except WrittenError as error:
        raise Stop(Exit.USAGE, f"--principal: {error}") from error
    resource = "*" if options.resource is None else options.resource
    if reason := refused_resource(resource):
        raise Stop(Exit.USAGE, f"--resource: {reason}")
    request = Request(action=options.action, resource=resource, context=keys, principal=who)
    return Question(request=request)


def _doubt(question: Question) -> None:
    """Say what is not as documented: of a request that was decided, or could not be."""
    for each in doubts(question.request):
        hint = f"; {each.hint}" if each.hint else ""
        print(f"personac: warning: {each.message}{hint}", file=sys.stderr)


def _asking(options: Namespace) -> Asking:
    asked = subject(options.subject, options.catalog, options.output)
    where = launch(options, values(options.set))
    boundary = _boundary(options.boundary) if options.boundary else None
    return Asking(asked, where, managed(options.catalog), boundary)


def _view(asking: Asking, question: Question, source: Source | None = None) -> dict[str, Any]:
    try:
        return asking.view(question, source)
    except SubjectError as error:
        raise Stop(Exit.USAGE, str(error)) from error


def _boundary(path: str) -> Policy:
    try:
        return parsed(policy_document(path), path, "identity")
    except SubjectError as error:
        raise Stop(Exit.USAGE, str(error)) from error
