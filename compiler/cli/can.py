"""`personac can`: what policies say to a request, or to a file of requests."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compiler.cli.exits import Exit, Stop
from compiler.cli.place import launch
from compiler.cli.reading import file_bytes, values
from compiler.cli.subjects import managed, policy_document, subject
from compiler.cli.writing import report
from compiler.diagnostic import error as diagnostic
from compiler.iam.evaluate import Evaluator
from compiler.iam.near import nearest
from compiler.iam.request import Request, RequestError
from compiler.intrinsics import ParameterError
from compiler.place import Place
from compiler.report.console import show
from compiler.report.decision import decision_view, lines, table
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
from compiler.subject import SubjectError, launched, parsed

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping

    from compiler.iam.document import Policy
    from compiler.subject import Held, Subject


def run(options: Namespace) -> int:
    """Decide, and exit 0 where it is allowed, or where all is as expected."""
    if options.requests:
        return _many(options)
    question = _of_arguments(options)
    try:
        view = _Asking(options).view(question)
    except _RefusedError as error:
        raise Stop(Exit.USAGE, "\n  ".join(error.lines)) from error
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
    asking = _Asking(options)
    views = []
    for each in asked:
        try:
            views.append(asking.view(each))
        except _RefusedError as error:
            at = each.place or Place(path=path.as_posix())
            if error.of_launch and each.parameters:
                at = Place(path=at.path, route=(*at.route, "parameters"), on="key")
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
    for each in doubts(request):
        hint = f"; {each.hint}" if each.hint else ""
        print(f"personac: warning: {each.message}{hint}", file=sys.stderr)
    return Question(request=request)


class _RefusedError(Exception):
    """A question that cannot be answered, and why, line by line."""

    def __init__(self, *lines: str, of_launch: bool = False) -> None:
        super().__init__(*lines)
        self.lines = lines
        self.of_launch = of_launch


class _Asking:
    """Asks one subject, under as many launches as the questions are about."""

    def __init__(self, options: Namespace) -> None:
        self.subject: Subject = subject(options.subject, options.catalog, options.output)
        self.fixed = values(options.set)
        self.options = options
        self.attached = managed(options.catalog)
        self.boundary = _boundary(options.boundary) if options.boundary else None
        self.held: dict[tuple[tuple[str, str], ...], Held] = {}
        self.evaluators: dict[int, Evaluator] = {}

    def view(self, question: Question) -> dict[str, Any]:
        """What is decided.

        Raises:
            _RefusedError: for parameters that no launch takes, or a request that cannot be decided.
        """
        parameters = {**self.fixed, **question.parameters}
        held = self._launched(parameters)
        access = held.trust if question.request.principal else held.identity
        if access is None:
            wanted = "trust" if question.request.principal else "permissions"
            raise _RefusedError(f"{self.subject.name} has no {wanted} policy")
        if id(access) not in self.evaluators:
            self.evaluators[id(access)] = Evaluator(access)
        try:
            answer = self.evaluators[id(access)].decide(question.request)
        except RequestError as error:
            raise _RefusedError(str(error)) from error
        lacking = answer.decision == "implicitly-denied" and not answer.withheld
        return decision_view(
            self.subject,
            question,
            parameters=parameters,
            answer=answer,
            near=nearest(access, question.request) if lacking else (),
            notes=held.notes,
        )

    def _launched(self, parameters: Mapping[str, str]) -> Held:
        key = tuple(sorted(parameters.items()))
        if key not in self.held:
            if self.subject.kind == "policy" and parameters:
                message = f"{self.subject.name} is a policy: it takes no parameters"
                raise _RefusedError(message, of_launch=True)
            where = launch(self.options, parameters)
            try:
                self.held[key] = launched(self.subject, where, self.attached, self.boundary)
            except ParameterError as error:
                message = f"{self.subject.name} cannot be launched so"
                raise _RefusedError(f"{message}:", *error.problems, of_launch=True) from error
            except SubjectError as error:
                raise Stop(Exit.USAGE, str(error)) from error
        return self.held[key]


def _boundary(path: str) -> Policy:
    try:
        return parsed(policy_document(path), path, "identity")
    except SubjectError as error:
        raise Stop(Exit.USAGE, str(error)) from error
