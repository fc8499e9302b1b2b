"""Questions to one subject, answered under as many launches as they are about."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from compiler.entitlement import NO, YES
from compiler.iam.document import texts
from compiler.iam.evaluate import Evaluator
from compiler.iam.near import nearest
from compiler.iam.request import RequestError
from compiler.iam.text import Variable
from compiler.intrinsics import ParameterError
from compiler.report.decision import decision_view
from compiler.subject import SubjectError, launched

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from compiler.iam.document import Policy, Statement
    from compiler.iam.request import Access, Request
    from compiler.render import Launch
    from compiler.requests import Question
    from compiler.source import Source
    from compiler.subject import Attached, Held, Subject

_TAG = "aws:PrincipalTag/"
"""Begins the condition key of a tag of who asks.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principaltag"""


class UnanswerableError(ValueError):
    """A question that cannot be answered, and why, line by line; the lines are for the user."""

    def __init__(self, *lines: str, of_launch: bool = False) -> None:
        super().__init__(*lines)
        self.lines = lines
        self.of_launch = of_launch
        """Whether it is the launch that cannot be, whatever is asked."""


class Asking:
    """Asks one subject. What a launch makes is read once, however many questions are about it."""

    def __init__(
        self, subject: Subject, where: Launch, attached: Attached, boundary: Policy | None = None
    ) -> None:
        """Make ready to ask.

        Args:
            subject: who is asked about.
            where: the place of every launch, and parameters that go below those of a question.
            attached: gives the AWS managed policies that a template attaches.
            boundary: the permissions boundary, where its document is at hand.
        """
        self._subject = subject
        self._where = where
        self._attached = attached
        self._boundary = boundary
        self._held: dict[tuple[tuple[str, str], ...], Held] = {}
        self._evaluators: dict[int, Evaluator] = {}

    def view(self, question: Question, source: Source | None = None) -> dict[str, Any]:
        """What is decided, as `personac.can/1` has it.

        Args:
            question: what is asked.
            source: the file that it stands in, where it stands in one.

        Raises:
            UnanswerableError: for parameters that no launch takes, or a request that cannot be
                decided.
            SubjectError: where the subject cannot be read or resolved.
        """
        parameters = {**self._where.parameters, **question.parameters}
        held = self._launched(parameters)
        access = held.trust if question.request.principal else held.identity
        if access is None:
            wanted = "trust" if question.request.principal else "permissions"
            raise UnanswerableError(f"{self._subject.name} has no {wanted} policy")
        filled = _filled(held, question.request)
        request = _with(question.request, filled)
        try:
            evaluator = self._evaluator(access)
            answer = evaluator.decide(request)
        except RequestError as error:
            raise UnanswerableError(str(error)) from error
        lacking = answer.decision == "implicitly-denied" and not answer.withheld
        named = _keys(evaluator.about(request.action)) if filled else frozenset()
        return decision_view(
            self._subject,
            question,
            parameters=parameters,
            answer=answer,
            near=nearest(access, request) if lacking else (),
            options=self._options(request, parameters) if lacking else (),
            filled={key: value for key, value in filled.items() if key.lower() in named},
            notes=held.notes,
            source=source,
        )

    def _options(self, request: Request, parameters: Mapping[str, str]) -> Iterator[str]:
        """The options of the template that are off, and of which each alone would allow it.

        One that needs parameters which have no value is passed over, as one whose policies are not
        at hand is.
        """
        if request.principal or self._subject.kind == "policy":
            return
        for name, each in self._subject.body.get("Parameters", {}).items():
            value = parameters.get(name, each.get("Default"))
            if {*each.get("AllowedValues", ())} != {NO, YES} or value != NO:
                continue
            try:
                access = self._launched({**parameters, name: YES}).identity
                allowed = access and self._evaluator(access).decide(request).decision == "allowed"
            except (UnanswerableError, SubjectError, RequestError):
                continue
            if allowed:
                yield name

    def _evaluator(self, access: Access) -> Evaluator:
        if id(access) not in self._evaluators:
            self._evaluators[id(access)] = Evaluator(access)
        return self._evaluators[id(access)]

    def _launched(self, parameters: Mapping[str, str]) -> Held:
        key = tuple(sorted(parameters.items()))
        if key not in self._held:
            if self._subject.kind == "policy" and parameters:
                message = f"{self._subject.name} is a policy: it takes no parameters"
                raise UnanswerableError(message, of_launch=True)
            where = replace(self._where, parameters=parameters)
            try:
                self._held[key] = launched(self._subject, where, self._attached, self._boundary)
            except ParameterError as error:
                message = f"{self._subject.name} cannot be launched so"
                raise UnanswerableError(f"{message}:", *error.problems, of_launch=True) from error
        return self._held[key]


def _filled(held: Held, request: Request) -> dict[str, str]:
    """The tags of the role as keys of its requests, those that a request has itself left out.

    A session may have a tag of another value than its role: what the user says goes over it.
    """
    if request.principal is not None:
        return {}
    given = {key.lower() for key in request.context}
    tags = {f"{_TAG}{name}": value for name, value in held.tags.items() if value}
    return {key: value for key, value in tags.items() if key.lower() not in given}


def _with(request: Request, filled: Mapping[str, str]) -> Request:
    return replace(request, context={**request.context, **filled}) if filled else request


def _keys(statements: Iterable[Statement]) -> frozenset[str]:
    """The condition keys that statements look at, in lower case."""
    compared = {one.key.lower() for each in statements for one in each.comparisons}
    tokens = (token for each in statements for text in texts(each) for token in text)
    return frozenset(compared | {each.key for each in tokens if isinstance(each, Variable)})
