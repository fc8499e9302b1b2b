"""Questions to one subject, answered under as many launches as they are about."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from compiler.iam.evaluate import Evaluator
from compiler.iam.near import nearest
from compiler.iam.request import RequestError
from compiler.intrinsics import ParameterError
from compiler.report.decision import decision_view
from compiler.subject import launched

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.iam.document import Policy
    from compiler.iam.request import Access
    from compiler.render import Launch
    from compiler.requests import Question
    from compiler.source import Source
    from compiler.subject import Attached, Held, Subject


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
        try:
            answer = self._evaluator(access).decide(question.request)
        except RequestError as error:
            raise UnanswerableError(str(error)) from error
        lacking = answer.decision == "implicitly-denied" and not answer.withheld
        return decision_view(
            self._subject,
            question,
            parameters=parameters,
            answer=answer,
            near=nearest(access, question.request) if lacking else (),
            notes=held.notes,
            source=source,
        )

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
