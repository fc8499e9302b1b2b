"""What policies say to one request: allowed or not, and by which statements.

The policies are all that is looked at: what other kinds of policies add or take away, those of an
organization or of a session among them, is not known here.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from compiler.iam import compare, match, text
from compiler.iam.document import Principal, texts
from compiler.iam.request import RequestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from compiler.iam.document import Statement
    from compiler.iam.match import Keys, Known
    from compiler.iam.request import Access, Context, Decision, Request
    from compiler.iam.text import Text

Applies = Callable[[str, Principal | None, "Keys"], bool]
"""Whether a statement about the action is about this resource, principal and context too."""

Rule = tuple[Applies, "Statement"]

_ACTION = re.compile(r"[A-Za-z0-9-]+:[A-Za-z0-9_-]+")
ACCOUNT = re.compile(r"(?:arn:[a-z-]+:iam::)?([0-9]{12})(?::root)?")
"""How a principal names an account as a whole: by its id, or by its root."""

_NO_KEYS: Keys = {}
_ACTIONS = 4_096
"""How many actions an evaluator keeps the statements of."""

_ANSWERS = 4_096
"""How many different answers an evaluator keeps."""


class HoleError(ValueError):
    """A policy with a launch parameter in it, whose value is needed to decide a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What policies say to a request."""

    decision: Decision
    statements: tuple[Statement, ...] = ()
    """Those that decided, in their order, the boundary's last: the Deny statements that apply, or
    else the Allow statements; none where the request is implicitly denied."""

    withheld: tuple[Statement, ...] = ()
    """The Allow statements that would have allowed, had the boundary allowed it too. Where there
    are any, the boundary is the reason for an implicit denial."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _About:
    """The statements that are about one action."""

    denies: tuple[Rule, ...]
    """Also those of the boundary."""

    allows: tuple[Rule, ...]
    bounds: tuple[Rule, ...] | None
    """The Allow statements of the boundary; None without a boundary."""


def decide(access: Access, request: Request) -> Answer:
    """Decide one request. For several of the same policies, keep an Evaluator.

    Raises:
        HoleError: as Evaluator.
        RequestError: as Evaluator.decide.
    """
    return Evaluator(access).decide(request)


class Evaluator:
    """Decides requests by the same policies: what they say to an action is compiled once.

    Raises:
        HoleError: where a text of the policies has a hole.
        ValueError: where the policies are not of one kind, or others than a role's have a boundary.
    """

    def __init__(self, access: Access) -> None:
        kinds = {each.kind for each in access.policies}
        bounding = {each.kind for each in access.boundary or ()}
        if len(kinds) > 1 or bounding - {"identity"} or (access.boundary and kinds - {"identity"}):
            raise ValueError(f"policies of kinds that do not decide together: {kinds | bounding}")
        self._names_principals = None if not kinds else kinds != {"identity"}
        self._statements = access.statements
        self._bounds = None if access.boundary is None else access.bounds
        for each in (*access.statements, *access.bounds):
            _refuse_holes(each)
        self._names = lru_cache(maxsize=None)(_names)
        self._applies = lru_cache(maxsize=None)(_applies)
        self._about = lru_cache(maxsize=_ACTIONS)(self._compiled)
        self._answer = lru_cache(maxsize=_ANSWERS)(_answer)

    def decide(self, request: Request) -> Answer:
        """Decide a request.

        "By default, all requests are implicitly denied. […] An explicit deny in any policy
        overrides any allows." With a boundary both it and the policies must allow; an explicit deny
        in either wins.

        All comparisons are made of a statement that is about the action, the resource and the
        principal: a value that one of them cannot take is an error also where another one is false,
        wherever they stand. Allow statements are not read where something denies, nor are those of
        the boundary where nothing allows.

        Raises:
            RequestError: for a request that AWS could not have made, or does not document how to
                decide: an action that is not `service:Name`, two keys that differ in case alone, an
                empty text as a value; a list under an operator without quantifier or for a policy
                variable; a value that is not of its operator's type; a principal where the policies
                name none, or none where they do.
        """
        about = self._about(request.action)
        keys = _keys(request.context) if request.context else _NO_KEYS
        principal = request.principal
        if (principal is not None) is not self._names_principals:
            self._refuse_principal(principal)
        resource = request.resource
        if about.denies:  # most actions have none
            found = [each for applies, each in about.denies if applies(resource, principal, keys)]
            if found:
                return self._answer("explicitly-denied", tuple(found), ())
        found = [each for applies, each in about.allows if applies(resource, principal, keys)]
        if about.bounds is None or not found:
            return self._answer("allowed" if found else "implicitly-denied", tuple(found), ())
        bounds = [each for applies, each in about.bounds if applies(resource, principal, keys)]
        if bounds:
            return self._answer("allowed", (*found, *bounds), ())
        return self._answer("implicitly-denied", (), tuple(found))

    def about(self, action: str) -> tuple[Statement, ...]:
        """The statements about an action, whatever else they ask; the boundary's are among them.

        Raises:
            RequestError: for what is no action.
        """
        about = self._about(action)
        return tuple(each for _, each in (*about.denies, *about.allows, *(about.bounds or ())))

    def _refuse_principal(self, principal: Principal | None) -> None:
        if self._names_principals is None:
            return  # without any policy, whoever asks is denied
        if principal is None:
            raise RequestError("the policies name principals, and the request has none")
        raise RequestError("the policies name no principals, and the request has one")

    def _compiled(self, action: str) -> _About:
        if not _ACTION.fullmatch(action):
            raise RequestError(
                f"'{action}' is no action; an action is service:Name, without wildcards"
            )
        own = self._rules(self._statements, action)
        bounds = None if self._bounds is None else self._rules(self._bounds, action)
        return _About(
            denies=tuple(each for each in (*own, *(bounds or ())) if each[1].effect == "Deny"),
            allows=tuple(each for each in own if each[1].effect == "Allow"),
            bounds=bounds and tuple(each for each in bounds if each[1].effect == "Allow"),
        )

    def _rules(self, statements: Iterable[Statement], action: str) -> tuple[Rule, ...]:
        lower = action.lower()
        named = (each for each in statements if self._names(each)(lower))
        return tuple((self._applies(each), each) for each in named)


def _answer(
    decision: Decision, statements: tuple[Statement, ...], withheld: tuple[Statement, ...]
) -> Answer:
    return Answer(decision=decision, statements=statements, withheld=withheld)


def _refuse_holes(statement: Statement) -> None:
    named = [text.parse(each.name, variables=False) for each in statement.principals or ()]
    for each in (*texts(statement), *named):
        if names := text.holes(each):
            message = f"{statement.name}: '{text.written(each)}' cannot be compared"
            raise HoleError(f"{message} while {names[0]} has no value")


def _keys(context: Context) -> Keys:
    """The context with keys in lower case. An empty list is as no key."""
    keys = {}
    for key, value in context.items():
        if not value or (not isinstance(value, str) and "" in value):
            break
        keys[key.lower()] = value
    return keys if len(keys) == len(context) else _checked(context)


def _checked(context: Context) -> Keys:
    """As _keys, which leaves to this what is seldom."""
    keys: dict[str, str | Sequence[str]] = {}
    for key, value in context.items():
        if key.lower() in keys:
            raise RequestError(f"{key} stands in the context twice: keys ignore case")
        if "" in ([value] if isinstance(value, str) else value):
            raise RequestError(f"{key} has an empty text, which no key of a request has")
        keys[key.lower()] = value
    return {key: value for key, value in keys.items() if value}


def _names(statement: Statement) -> Known:
    """Whether a statement is about an action, in lower case."""
    patterns = [text.parse(each.lower(), variables=False) for each in statement.actions]
    known = match.known(patterns, "wide")
    return (lambda action: not known(action)) if statement.except_actions else known


def _applies(statement: Statement) -> Applies:
    texts = statement.resources or ()
    everywhere = statement.resources is None or match.always(texts, "wide")
    if everywhere and statement.except_resources:
        return lambda *_: False
    known = None if everywhere else match.known(_without_variables(texts), "wide")
    varying = _varying(texts)
    other_resources = statement.except_resources
    principals = None if statement.principals is None else among(statement.principals)
    other_principals = statement.except_principals
    checks = tuple(compare.compiled(each) for each in statement.comparisons)

    def applies(resource: str, principal: Principal | None, keys: Keys) -> bool:
        if known is not None:
            is_named = known(resource) or (varying is not None and varying(keys)(resource))
            if is_named is other_resources:
                return False
        if principals is not None and principals(principal) is other_principals:
            return False
        holds = True
        for check in checks:
            if not check(keys):
                holds = False
        return holds

    return applies


def _without_variables(texts: Iterable[Text]) -> list[Text]:
    return [each for each in texts if not match.has_variables(each)]


def _varying(texts: Iterable[Text]) -> Callable[[Keys], Known] | None:
    """The test of the texts with variables, once a request gives them values; None without any."""
    varying = [each for each in texts if match.has_variables(each)]
    return match.resolved(varying, lambda each: match.known(each, "wide")) if varying else None


def among(named: tuple[Principal, ...]) -> Callable[[Principal | None], bool]:
    """Whether a principal is one of those named.

    An account stands for all its principals, and `*` for all there are. Others are compared by
    kind and name. A session is named by its own ARN here, and not taken for its role.

    NotPrincipal inverts this. AWS is stricter: "you must also specify the account ARN of the
    not-denied principal", as some services look for the account, then for the role, then for the
    session; and it "will always deny any IAM principal that has a permissions boundary policy
    attached". Neither is known here.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
    """
    if Principal("AWS", "*") in named:
        return lambda _: True
    names = frozenset(named)
    found = (ACCOUNT.fullmatch(each.name) for each in named if each.kind == "AWS")
    accounts = [each.group(1) for each in found if each]

    def test(asking: Principal | None) -> bool:
        if asking in names:
            return True
        if asking is None or asking.kind != "AWS":
            return False
        account = asking.name.split(":")[4:5] or [asking.name]
        return account[0] in accounts

    return test
