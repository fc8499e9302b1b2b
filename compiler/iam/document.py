"""Policy documents, parsed once: identity, trust and resource policies.

What is not understood is an error that names its place, never a guess.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from compiler.iam import operators, text
from compiler.iam.text import Text, TextError
from compiler.iam.value import Value, value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from compiler.iam.operators import Operator

Kind = Literal["identity", "trust", "resource"]
Effect = Literal["Allow", "Deny"]
Route = tuple[str | int, ...]
"""Keys and indices from the top of a document to a value in it."""

VERSIONS = ("2012-10-17", "2008-10-17")
PRINCIPAL_KINDS = ("AWS", "Service", "Federated", "CanonicalUser")

_ELEMENTS = (
    "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource",
    "Condition",
)  # fmt: skip
_ACTION = re.compile(r"\*|[A-Za-z0-9-]+:[A-Za-z0-9*?_-]+")
_ARN_COLONS = 5


class PolicyError(ValueError):
    """A document that IAM does not take, or does not document how to read.

    `route` leads to what is wrong, `policy` names the document.
    """

    def __init__(self, message: str, route: Route = (), policy: str = "") -> None:
        self.message, self.route, self.policy = message, route, policy
        where = ".".join(str(each) for each in route)
        super().__init__(": ".join(each for each in (policy, where, message) if each))


@dataclass(frozen=True, slots=True)
class Comparison:
    """One condition key under one operator."""

    operator: Operator
    key: str
    """As it is written; keys ignore case."""

    values: tuple[Value, ...]
    """Under Null one bool: whether the key has to be absent."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who may ask: a kind (AWS, Service, Federated, CanonicalUser), and a name, or `*`."""

    kind: str
    name: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Statement:
    """One statement of a policy. Compared by identity; `meaning` compares what it says."""

    policy: str
    """The name of its policy."""

    index: int
    sid: str | None
    effect: Effect
    actions: tuple[str, ...]
    """Patterns, as they are written: IAM ignores their case."""

    except_actions: bool
    """NotAction."""

    resources: tuple[Text, ...] | None
    """None in a trust policy."""

    except_resources: bool
    """NotResource."""

    principals: tuple[Principal, ...] | None
    """None in an identity policy."""

    except_principals: bool
    """NotPrincipal."""

    comparisons: tuple[Comparison, ...]
    body: Mapping[str, Any] = field(repr=False)
    """As the document has it."""

    @cached_property
    def meaning(self) -> tuple[object, ...]:
        """Everything that decides, and nothing else: equal meanings decide every request alike."""
        return (self.effect, frozenset(each.lower() for each in self.actions), self.except_actions,
                self.scope)  # fmt: skip

    @cached_property
    def scope(self) -> tuple[object, ...]:
        """What decides once the statement is known to be about an action."""
        return (
            None if self.resources is None else frozenset(self.resources),
            self.except_resources,
            None if self.principals is None else frozenset(self.principals),
            self.except_principals,
            frozenset((each.operator, each.key.lower(), frozenset(each.values))
                      for each in self.comparisons),
        )  # fmt: skip

    @property
    def name(self) -> str:
        """How messages call the statement: its policy, and its Sid or its number from 0."""
        return f"{self.policy}.{self.sid or self.index}"


@dataclass(frozen=True, kw_only=True, eq=False)
class Policy:
    """One policy document."""

    name: str
    kind: Kind
    statements: tuple[Statement, ...]


def parse(document: object, *, name: str, kind: Kind = "identity") -> Policy:
    """Parse a policy document.

    Args:
        document: as JSON has it. A launch parameter may stand in a text as a hole, see `text.hole`.
        name: how messages call it.
        kind: identity policies name no principals, trust policies no resources, resource policies
            name both.

    Raises:
        PolicyError: with the route to the first thing that is not understood.
    """
    try:
        return Policy(name=name, kind=kind, statements=tuple(_statements(document, name, kind)))
    except PolicyError as error:
        raise PolicyError(error.message, error.route, name) from None


def _statements(document: object, name: str, kind: Kind) -> Iterator[Statement]:
    if not isinstance(document, dict):
        raise PolicyError("a policy is a JSON object with a Statement")
    for each in document:
        if each not in ("Version", "Id", "Statement"):
            raise PolicyError(f"a policy has no element '{each}'", (each,))
    if "Statement" not in document:
        raise PolicyError("a policy has a Statement, and this has none")
    version = document.get("Version", "2008-10-17")
    if version not in VERSIONS:
        message = f"{version!r} is no version of the policy language; {' and '.join(VERSIONS)} are"
        raise PolicyError(message, ("Version",))
    held = document["Statement"]
    several = held if isinstance(held, list) else [held]
    for index, each in enumerate(several):
        route: Route = ("Statement", index) if isinstance(held, list) else ("Statement",)
        yield _Reader(route, variables=version == VERSIONS[0]).statement(each, index, name, kind)


class _Reader:
    """Reads one statement."""

    def __init__(self, route: Route, *, variables: bool) -> None:
        self.route = route
        self.variables = variables

    def statement(self, body: Any, index: int, policy: str, kind: Kind) -> Statement:
        if not isinstance(body, dict):
            raise PolicyError("a statement is a JSON object", self.route)
        for each in body:
            if each not in _ELEMENTS:
                raise self.problem(f"a statement has no element '{each}'", each)
        sid, effect = body.get("Sid"), body.get("Effect")
        if sid is not None and not isinstance(sid, str):
            raise self.problem("a Sid is a text", "Sid")
        if effect not in ("Allow", "Deny"):
            found = f"Effect is {effect!r}" if "Effect" in body else "the statement has no Effect"
            raise self.problem(f"{found}; Allow and Deny are known", "Effect")
        about = self.exclusive(body, "Action", needed=True)
        resource = self.exclusive(body, "Resource", needed=kind != "trust")
        who = self.exclusive(body, "Principal", needed=kind != "identity")
        if kind == "trust" and resource:
            raise self.problem("a trust policy names no resource: it is the role itself", resource)
        if kind == "identity" and who:
            raise self.problem("an identity policy names no principal", who)
        # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
        if who == "NotPrincipal" and (kind == "trust" or effect == "Allow"):
            message = "NotPrincipal is for Deny statements of resource policies alone"
            raise self.problem(message, who)
        return Statement(
            policy=policy,
            index=index,
            sid=sid or None,
            effect=effect,
            actions=tuple(self.actions(body, about)),
            except_actions=about == "NotAction",
            resources=tuple(self.resources(body, resource)) if resource else None,
            except_resources=resource == "NotResource",
            principals=tuple(self.principals(body[who], who)) if who else None,
            except_principals=who == "NotPrincipal",
            comparisons=tuple(self.comparisons(body.get("Condition", {}))),
            body=body,
        )

    def problem(self, message: str, *route: str | int) -> PolicyError:
        return PolicyError(message, (*self.route, *route))

    def exclusive(self, body: Mapping[str, Any], name: str, *, needed: bool) -> str:
        """Which of an element and its negation stands there; empty where neither does."""
        found = [each for each in (name, f"Not{name}") if each in body]
        if len(found) > 1:
            raise self.problem(f"a statement has {name} or Not{name}, not both", f"Not{name}")
        if needed and not found:
            raise self.problem(f"the statement has neither {name} nor Not{name}")
        return found[0] if found else ""

    def texts(self, value: Any, *route: str | int) -> Iterator[tuple[str, Route]]:
        """A text, or a list of texts, each with its route from the statement."""
        several = value if isinstance(value, list) else [value]
        if not several:
            raise self.problem("expected a text or several, found an empty list", *route)
        for index, each in enumerate(several):
            at = (*route, index) if isinstance(value, list) else route
            if not isinstance(each, str):
                raise self.problem(f"expected a text, found {each!r}", *at)
            yield each, at

    def actions(self, body: Mapping[str, Any], element: str) -> Iterator[str]:
        for each, at in self.texts(body[element], element):
            if not _ACTION.fullmatch(each):
                raise self.problem(f"'{each}' is no action; an action is service:Name, or *", *at)
            yield each

    def text(self, value: str, *route: str | int, wildcards: bool = True) -> Text:
        try:
            return text.parse(value, variables=self.variables, wildcards=wildcards)
        except TextError as error:
            raise self.problem(str(error), *route) from error

    def resources(self, body: Mapping[str, Any], element: str) -> Iterator[Text]:
        for each, at in self.texts(body[element], element):
            parsed = self.text(each, *at)
            # A launch parameter may hold a whole ARN.
            whole = text.holes(parsed[:1]) or each == "*"
            if not whole and not (each.startswith("arn:") and each.count(":") >= _ARN_COLONS):
                message = f"'{each}' is no ARN; an ARN has six parts, separated by colons"
                raise self.problem(message, *at)
            yield parsed

    def principals(self, value: Any, element: str) -> Iterator[Principal]:
        if value == "*":
            yield Principal("AWS", "*")
            return
        if not isinstance(value, dict):
            raise self.problem(f"a {element} is '*', or an object such as {{\"AWS\": …}}", element)
        for kind, named in value.items():
            if kind not in PRINCIPAL_KINDS:
                known = ", ".join(PRINCIPAL_KINDS)
                raise self.problem(f"'{kind}' is no kind of principal; {known} are", element, kind)
            for name, at in self.texts(named, element, kind):
                if name != "*" and set(name) & set("*?"):
                    message = f"'{name}' matches a part of a name by a wildcard: IAM does not"
                    raise self.problem(message, *at)
                if name == "*" and kind != "AWS":
                    raise self.problem(f"'*' under {kind}: IAM takes it under AWS alone", *at)
                if "${" in name:
                    message = f"a variable stands in '{name}': IAM takes none in a principal"
                    raise self.problem(message, *at)
                yield Principal(kind, name)

    def comparisons(self, condition: Any) -> Iterator[Comparison]:
        if not isinstance(condition, dict):
            raise self.problem("a Condition is an object of operators", "Condition")
        for written, keys in condition.items():
            operator = operators.parse(written)
            if operator is None:
                raise self.problem(f"there is no operator '{written}'", "Condition", written)
            if not isinstance(keys, dict):
                raise self.problem("an operator has an object of keys", "Condition", written)
            seen: set[str] = set()
            for key, values in keys.items():
                if key.lower() in seen:
                    message = f"'{key}' stands here twice: keys ignore case"
                    raise self.problem(message, "Condition", written, key)
                seen.add(key.lower())
                yield Comparison(operator, key, self.values(operator, values, written, key))

    def values(self, operator: Operator, values: Any, written: str, key: str) -> tuple[Value, ...]:
        route: Route = ("Condition", written, key)
        several = values if isinstance(values, list) else [values]
        read = []
        for index, each in enumerate(several):
            at = (*route, index) if isinstance(values, list) else route
            # JSON's true and 5 are what a policy may write for "true" and "5".
            said = str(each).lower() if isinstance(each, bool) else each
            said = str(said) if isinstance(said, int | float) else said
            if not isinstance(said, str):
                raise self.problem(f"expected a text, found {each!r}", *at)
            read.append(self.value(operator, said, at))
        if operator.family == "Null" and len(set(read)) != 1:
            found = "both" if read else "nothing"
            message = f"Null is compared with true or with false, not with {found}"
            raise self.problem(message, *route)
        return tuple(dict.fromkeys(read))

    def value(self, operator: Operator, said: str, at: Route) -> Value:
        if operator.family in ("String", "Arn"):
            parsed = self.text(said, *at, wildcards=operator.name.endswith("Like")
                               or operator.family == "Arn")  # fmt: skip
            known = all(isinstance(each, text.Literal | text.Wildcard) for each in parsed)
            if operator.family == "Arn" and known and said.count(":") < _ARN_COLONS:
                raise self.problem(f"'{said}' is no ARN, which {operator.name} compares", *at)
            return parsed
        if self.variables and "${" in said:
            message = f"a variable stands under {operator.name}; String and Arn operators take them"
            raise self.problem(message, *at)
        try:
            return value(operator.family, said)
        except ValueError as error:
            raise self.problem(str(error), *at) from error


def named_keys(statements: Iterable[Statement]) -> Iterator[str]:
    """The keys that conditions compare, in lower case."""
    for each in statements:
        for comparison in each.comparisons:
            yield comparison.key.lower()


def texts(statement: Statement) -> Iterator[Text]:
    """Every text of a statement: its resources, and what its conditions compare with."""
    yield from statement.resources or ()
    for comparison in statement.comparisons:
        for each in comparison.values:
            if isinstance(each, tuple):
                yield each
