"""A slow and plain reading of AWS's documentation of policy evaluation: the judge in tests.

It shares nothing with the compiler. Each piece quotes the sentence that it enforces; the pages are
those of https://docs.aws.amazon.com/IAM/latest/UserGuide/. What it does not understand raises: a
judge that guesses is none.

A context is the request's: keys to values. A key of list type has a Python list, also where it holds
one value or none; every other key has text.
"""

from __future__ import annotations

import base64
import ipaddress
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Literal

Decision = Literal["allowed", "implicitly-denied", "explicitly-denied"]
Context = Mapping[str, str | Sequence[str]]
Principal = tuple[str, str]
"""Kind and name: ("Service", "sagemaker.amazonaws.com"), ("AWS", "arn:aws:iam::…:role/…")."""


class NotUnderstoodError(Exception):
    """A document or a request that the documentation leaves open, or that is malformed."""


def decide(
    documents: Iterable[Mapping[str, Any]],
    action: str,
    resource: str | None,
    context: Context | None = None,
    *,
    principal: Principal | None = None,
) -> Decision:
    """Decide a request by identity policies, or by one trust policy if a principal is given.

    "By default, all requests are implicitly denied. […] An explicit allow in an identity-based or
    resource-based policy overrides this default. […] An explicit deny in any policy overrides any
    allows." (reference_policies_evaluation-logic)

    Args:
        documents: policies of one kind, which together are all that there is.
        action: as `sagemaker:CreateModel`, without wildcards.
        resource: an ARN, "*" for an action without resource types, None under a trust policy.
        context: the keys that the request carries.
        principal: who asks; documents must then name principals, otherwise none may.

    Raises:
        NotUnderstoodError: for whatever the documentation does not settle.
    """
    if "*" in action or "?" in action or action.count(":") != 1:
        raise NotUnderstoodError(f"{action} is no action of a request")
    keys = _lower(context or {})
    request = _Request(action=action, resource=resource, keys=keys, principal=principal)
    effects = set()
    for document in documents:
        about = [each for each in _statements(document) if names_action(each, action)]
        if about:
            reading = replace(request, variables=_has_variables(document))
            effects |= {each["Effect"] for each in about if _applies(each, reading)}
    if not effects <= {"Allow", "Deny"}:
        # "Valid values for Effect are Allow and Deny. The Effect value is case sensitive."
        raise NotUnderstoodError(f"{effects} are no effects")
    if "Deny" in effects:
        return "explicitly-denied"
    return "allowed" if "Allow" in effects else "implicitly-denied"


def names_action(statement: Mapping[str, Any], action: str) -> bool:
    """Whether the statement's Action or NotAction covers an action."""
    if "NotAction" in statement:
        # "NotAction is an advanced policy element that explicitly matches everything except the
        # specified list of actions." (reference_policies_elements_notaction)
        return not _any_action(tuple(_several(statement["NotAction"])), action)
    return _any_action(tuple(_several(statement["Action"])), action)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    action: str
    resource: str | None
    keys: Mapping[str, str | Sequence[str]]
    """The context, in lower case."""

    principal: Principal | None
    variables: bool = False
    """Whether the policy that is read knows variables."""


def _lower(context: Context) -> Context:
    """As AWS has it: "Context key names are not case-sensitive." (reference_policies_elements_condition)."""
    keys = {key.lower(): value for key, value in context.items()}
    if len(keys) != len(context):
        raise NotUnderstoodError("two keys of the context differ in their case alone")
    return keys


# ------------------------------------------------------------------------------------ statements

_ELEMENTS = {
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
}
_EXCLUSIVE = [(one, f"Not{one}") for one in ("Action", "Principal", "Resource")]


def _statements(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if not set(document) <= {"Version", "Id", "Statement"}:
        raise NotUnderstoodError(f"elements of a policy that are not known: {sorted(document)}")
    statements = document["Statement"]
    several = [statements] if isinstance(statements, Mapping) else statements
    return [_well_formed(each) for each in several]


def _has_variables(document: Mapping[str, Any]) -> bool:
    """Whether `${…}` means anything.

    "If you do not include a Version element for the policy, the value defaults to 2008-10-17, but newer
    features, such as policy variables, will not work with your policy. For example, variables such as
    ${aws:username} aren't recognized as variables and are instead treated as literal strings".
    (reference_policies_elements_version)
    """
    version = document.get("Version", "2008-10-17")
    if version not in ("2008-10-17", "2012-10-17"):
        raise NotUnderstoodError(f"{version} is no version of the policy language")
    return bool(version == "2012-10-17")


def _well_formed(statement: Mapping[str, Any]) -> Mapping[str, Any]:
    if not statement.keys() <= _ELEMENTS:
        raise NotUnderstoodError(f"elements that are not known: {statement.keys() - _ELEMENTS}")
    # "You cannot use both Action and NotAction in the same policy statement. Other pairs that are mutually
    # exclusive include Principal/NotPrincipal and Resource/NotResource." (reference_policies_elements)
    for one, other in _EXCLUSIVE:
        if one in statement and other in statement:
            raise NotUnderstoodError(f"both {one} and {other}")
    return statement


def _applies(statement: Mapping[str, Any], request: _Request) -> bool:
    """Whether a statement that names the action is about the whole of the request."""
    return (
        _is_about_principal(statement, request.principal)
        and _is_about_resource(statement, request)
        and _holds(statement.get("Condition", {}), request)
    )


@cache
def _any_action(patterns: tuple[str, ...], action: str) -> bool:
    """Match an action.

    "You can use multi-character match wildcards (*) and single-character match wildcards (?)"; "The
    prefix and the action name are case insensitive." (reference_policies_elements_action)
    """
    return any(_action(pattern, action) for pattern in patterns)


def _action(pattern: str, action: str) -> bool:
    prefix, colon, name = pattern.partition(":")
    known = colon and name and not set(prefix) & set("*?")
    if "$" in pattern or not (known or pattern == "*"):
        raise NotUnderstoodError(f"{pattern} is no pattern of actions")
    return _like(_glob(pattern.lower()), action.lower())


def _is_about_principal(statement: Mapping[str, Any], principal: Principal | None) -> bool:
    """Match a principal.

    "You cannot use the Principal element in an identity-based policy"; "You must use the Principal
    element in resource-based policies", trust policies among them. (reference_policies_elements_principal)
    """
    named = "Principal" in statement or "NotPrincipal" in statement
    if principal is None or not named:
        if principal is not None or named:
            raise NotUnderstoodError("a principal on one side alone")
        return True
    if "NotPrincipal" in statement:
        # "The NotPrincipal element uses "Effect":"Deny" to deny access to all principals except the
        # principal specified". What it does to an account's principals is too involved for here.
        if statement["Effect"] != "Deny" or "AWS" in statement["NotPrincipal"]:
            raise NotUnderstoodError("NotPrincipal but to deny others than services")
        return not _any_principal(statement["NotPrincipal"], principal)
    return _any_principal(statement["Principal"], principal)


def _any_principal(element: object, principal: Principal) -> bool:
    # "You can use a wildcard (*) to specify all principals in the Principal element": the two forms
    # "Principal": "*" and "Principal": {"AWS": "*"} are equivalent.
    if element == "*":
        return True
    if not isinstance(element, Mapping) or not set(element) <= {"AWS", "Service", "Federated"}:
        raise NotUnderstoodError(f"{element} is no principal that is known here")
    return any(
        _one_principal(kind, name, principal)
        for kind, names in element.items()
        for name in _several(names)
    )


def _one_principal(kind: str, name: str, principal: Principal) -> bool:
    if kind == "AWS" and name == "*":
        return True
    # "You cannot use a wildcard to match part of a principal name or ARN."
    if "*" in name or "?" in name or "$" in name:
        raise NotUnderstoodError(f"{name} is no name of a principal")
    asking_kind, asking = principal
    if kind != asking_kind:
        return False
    if kind == "AWS":
        # "The account ARN and the shortened account ID behave the same way. Both delegate
        # permissions to the account."
        account = re.fullmatch(r"(?:arn:[a-z-]+:iam::)?([0-9]{12})(?::root)?", name)
        if account:
            return asking.split(":")[4:5] == [account.group(1)]
        if not re.fullmatch(r"arn:[a-z-]+:iam::[0-9]{12}:(role|user)/.+", name):
            raise NotUnderstoodError(f"{name} is no role, user or account")
    return name == asking


def _is_about_resource(statement: Mapping[str, Any], request: _Request) -> bool:
    # "Statements must include either a Resource or a NotResource element", which a trust policy has not:
    # "the resource is the role itself". (reference_policies_elements_resource)
    named = "Resource" in statement or "NotResource" in statement
    if named == (request.principal is not None):
        raise NotUnderstoodError("a resource where none belongs, or none where one does")
    if not named:
        return True
    if request.resource is None:
        raise NotUnderstoodError("a request without a resource")
    resource = request.resource
    if "NotResource" in statement:
        # "NotResource is an advanced policy element that explicitly matches every resource except
        # those specified." (reference_policies_elements_notresource)
        excepted = _several(statement["NotResource"])
        return not any(_resource(each, resource, request) for each in excepted)
    return any(_resource(each, resource, request) for each in _several(statement["Resource"]))


def _resource(pattern: str, resource: str, request: _Request) -> bool:
    """Match a resource, its case included.

    "You can use wildcard characters (* and ?) within the individual segments of an ARN […] If the * wildcard
    is the last character of a resource ARN segment, it can expand to match beyond the colon boundaries."
    Here every wildcard may: the wide reading, which allows and denies the most.
    (reference_policies_elements_resource)
    """
    if pattern != "*" and not (pattern.startswith("arn:") and pattern.count(":") >= 5):
        raise NotUnderstoodError(f"{pattern} is no ARN")
    # "When you use policy variables in the Resource element, […] the resource that includes a policy
    # variable with no value will not match any resource." (reference_policies_variables)
    tokens = _pattern(pattern, request)
    return tokens is not None and _like(tokens, resource)


# ------------------------------------------------------------------------------------ conditions

_POSITIVE = {
    "StringEquals": "StringEquals",
    "StringNotEquals": "StringEquals",
    "StringEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringLike": "StringLike",
    "StringNotLike": "StringLike",
    "NumericEquals": "NumericEquals",
    "NumericNotEquals": "NumericEquals",
    "NumericLessThan": "NumericLessThan",
    "NumericLessThanEquals": "NumericLessThanEquals",
    "NumericGreaterThan": "NumericGreaterThan",
    "NumericGreaterThanEquals": "NumericGreaterThanEquals",
    "DateEquals": "DateEquals",
    "DateNotEquals": "DateEquals",
    "DateLessThan": "DateLessThan",
    "DateLessThanEquals": "DateLessThanEquals",
    "DateGreaterThan": "DateGreaterThan",
    "DateGreaterThanEquals": "DateGreaterThanEquals",
    "Bool": "Bool",
    "BinaryEquals": "BinaryEquals",
    "IpAddress": "IpAddress",
    "NotIpAddress": "IpAddress",
    "ArnEquals": "ArnLike",
    "ArnLike": "ArnLike",
    "ArnNotEquals": "ArnLike",
    "ArnNotLike": "ArnLike",
}
"""Operator to the comparison that it makes, or negates. "The ArnEquals and ArnLike condition operators
behave identically." (reference_policies_elements_condition_operators)"""


def _holds(condition: Mapping[str, Any], request: _Request) -> bool:
    """Whether all of a Condition element holds.

    "If you specify multiple Condition elements in a statement, or multiple keys in a single Condition
    element, AWS evaluates them using a logical AND operation." All are read, so that what cannot be
    understood is never hidden behind what is false.
    """
    found = [
        _key_holds(operator, key, _several(values), request)
        for operator, keys in condition.items()
        for key, values in keys.items()
    ]
    return all(found)


def _key_holds(operator: str, key: str, values: Sequence[Any], request: _Request) -> bool:
    value = request.keys.get(key.lower())
    if operator == "Null":
        return _null(values, value)
    quantifier, colon, rest = operator.rpartition(":")
    name = rest.removesuffix("IfExists")
    if name not in _POSITIVE or (colon and quantifier not in ("ForAllValues", "ForAnyValue")):
        raise NotUnderstoodError(f"{operator} is no operator")
    positive = _POSITIVE[name]
    negated = "Not" in name

    def matches(one: str) -> bool:
        """One value of the request against all of the policy.

        "If you specify multiple values for a single condition key, AWS evaluates the condition using a
        logical OR operation." "When multiple values are listed for a negated matching condition
        operator, the effective permissions work like a logical AND (NOR)."
        (reference_policies_condition-logic-multiple-context-keys-or-values)
        """
        # All values are compared, so that one that cannot be understood is never passed over.
        results = [_compare(positive, one, _text(each), request) for each in values]
        return not any(results) if negated else any(results)

    # "If the policy key is present in the context of the request, process the key as specified in the
    # policy. If the key is not present, evaluate the condition element as true."
    if value is None and name != rest:
        return True
    if not quantifier:
        # "Multivalued context keys require a condition set operator."
        if value is not None and not isinstance(value, str):
            raise NotUnderstoodError(f"{operator} on {key}, which has a list")
        # "If the key that you specify in a policy condition is not present in the request context, the
        # values do not match and the condition is false. If the policy condition requires that the
        # key is not matched, such as StringNotLike or ArnNotLike, and the right key is not present,
        # the condition is true."
        return negated if value is None else matches(value)
    if quantifier == "ForAnyValue" and name != rest and value in ("", []):
        raise NotUnderstoodError("whether a key with a null dataset is present is not said")
    # "if the context key value resolves to a null dataset, such as an empty string"
    several = [] if value is None or value == "" else _several(value)
    if "" in several:
        raise NotUnderstoodError("an empty text among several")
    results = [matches(one) for one in several]
    if quantifier == "ForAllValues":
        # "This qualifier tests whether the value of every member of the request context matches the
        # condition operator in the policy. […] also returns true if there are no context keys in the
        # request, or if the context key value resolves to a null dataset, such as an empty string."
        return all(results)
    # "This qualifier tests whether at least one member of the set of request context key values matches at
    # least one member of the set of context key values in your policy condition. […] For no matching
    # context key or a null dataset, the condition returns false."
    return any(results)


def _null(values: Sequence[Any], value: str | Sequence[str] | None) -> bool:
    """The Null operator.

    "In the policy statement, use either true (the key doesn't exist — it is null) or false (the key
    exists and its value is not null)."
    """
    wanted = {_text(each).lower() for each in values}
    if len(wanted) != 1 or not wanted <= {"true", "false"}:
        raise NotUnderstoodError(f"Null is compared with {values}")
    if value is not None and "" in (value, *value):
        raise NotUnderstoodError("whether an empty text is null is not said")
    return (wanted == {"true"}) == (value is None or len(value) == 0)


def _compare(positive: str, one: str, written: str, request: _Request) -> bool:
    kind = re.sub(r"(Equals|Like|LessThan|GreaterThan).*", "", positive)
    if kind in ("String", "Arn"):
        return _compare_text(positive, one, written, request)
    if request.variables and "${" in written:
        # "You can use a policy variable for Condition values in any condition that involves the string
        # operators or the ARN operators." (reference_policies_variables)
        raise NotUnderstoodError(f"a variable under {positive}")
    match kind:
        case "Bool":
            # "The condition value must be true or false."
            pair = (one.lower(), written.lower())
            if not set(pair) <= {"true", "false"}:
                raise NotUnderstoodError(f"Bool compares {pair}")
            return pair[0] == pair[1]
        case "Numeric":
            return _order(positive, _sign(_number(one) - _number(written)))
        case "Date":
            return _order(
                positive, _sign(Decimal((_date(one) - _date(written)) / timedelta(seconds=1)))
            )
        case "Binary":
            # "compares the value of the specified key byte for byte against a base-64 encoded
            # representation of the binary value in the policy."
            return _bytes(one) == _bytes(written)
        case "IpAddress":
            return _is_in_network(one, written)
        case _:
            raise NotUnderstoodError(positive)


def _compare_text(positive: str, one: str, written: str, request: _Request) -> bool:
    # "When policy variables reference a condition context key that doesn't exist […] the value is
    # effectively null. There is no equal or like value. […] operators like StringEquals or StringLike
    # don't match […] Inverted condition operators such as StringNotEquals or StringNotLike do match".
    tokens = _pattern(written, request)
    if tokens is None:
        return False
    match positive:
        case "StringEquals":
            # "Exact matching, case sensitive": wildcards are characters like others.
            return _literally(tokens) == one
        case "StringEqualsIgnoreCase":
            # "Exact matching, ignoring case"
            return _literally(tokens).casefold() == one.casefold()
        case "StringLike":
            # "Case-sensitive matching. The values can include multi-character match wildcards (*) and
            # single-character match wildcards (?) anywhere in the string."
            return _like(tokens, one)
        case _:
            return _like_arn(tokens, one)


def _like_arn(tokens: tuple[Token, ...], one: str) -> bool:
    # "Each of the six colon-delimited components of the ARN is checked separately and each can include
    # multi-character match wildcards (*) or single-character match wildcards (?)."
    segments = _segments(tokens)
    if len(segments) != 6:
        raise NotUnderstoodError(f"{_literally(tokens)} is no ARN")
    parts = one.split(":", 5)
    return len(parts) == 6 and all(map(_like, segments, parts))


_ORDERS = {
    "Equals": {0},
    "LessThan": {-1},
    "LessThanEquals": {-1, 0},
    "GreaterThan": {1},
    "GreaterThanEquals": {0, 1},
}


def _sign(difference: Decimal) -> int:
    return (difference > 0) - (difference < 0)


def _order(positive: str, sign: int) -> bool:
    return sign in _ORDERS[re.sub(r"^(Numeric|Date)", "", positive)]


def _number(text: str) -> Decimal:
    """As AWS has it: "comparing a key to an integer or decimal value"."""
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise NotUnderstoodError(f"{text} is no number") from error
    if not number.is_finite():
        raise NotUnderstoodError(f"{text} is no number")
    return number


def _date(text: str) -> datetime:
    """As AWS has it: "the ISO 8601 date formats or in epoch (UNIX) time"."""
    if re.fullmatch(r"[0-9]+", text):
        return datetime.fromtimestamp(int(text), UTC)
    try:
        date = datetime.fromisoformat(text)
    except ValueError as error:
        raise NotUnderstoodError(f"{text} is no date") from error
    if date.tzinfo is None:
        if "T" in text:
            raise NotUnderstoodError(f"{text} has no time zone")
        return date.replace(tzinfo=UTC)
    return date


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise NotUnderstoodError(f"{text} is not in base 64") from error


def _is_in_network(one: str, written: str) -> bool:
    """As AWS has it: "the standard CIDR format"; without a suffix it is /32, or /128."""
    try:
        address, network = ipaddress.ip_address(one), ipaddress.ip_network(written, strict=False)
    except ValueError as error:
        raise NotUnderstoodError(f"{one} or {written} is no address") from error
    return address.version == network.version and address in network


# -------------------------------------------------------------------------------------- patterns

Token = tuple[bool, str]
"""Whether it is a wildcard, and the character."""

_VARIABLE = re.compile(
    r"\$\{(?:(?P<literal>[*?$])|(?P<key>[A-Za-z0-9-]+:[^,'}]+?)(?:,\s*'(?P<default>[^']*)')?)\}"
)


@cache
def _glob(text: str) -> tuple[Token, ...]:
    """Text whose only special characters are the wildcards."""
    return tuple((character in "*?", character) for character in text)


def _literal(text: str) -> tuple[Token, ...]:
    return tuple((False, character) for character in text)


def _pattern(text: str, request: _Request) -> tuple[Token, ...] | None:
    """A text with its variables replaced; None where one has no value and no default.

    "${*} - use where you need an * (asterisk) character. ${?} - use where you need a ? (question mark)
    character. ${$} - use where you need a $ (dollar sign) character." "To add a default value to a
    variable, surround the default value with single quotes (' '), and separate the variable text and the
    default value with a comma and space (, )." (reference_policies_variables)
    """
    if not request.variables or "${" not in text:
        return _glob(text)
    tokens: tuple[Token, ...] = ()
    end = 0
    for found in _VARIABLE.finditer(text):
        tokens += _plain(text[end : found.start()])
        end = found.end()
        if literal := found.group("literal"):
            tokens += _literal(literal)
            continue
        default: str | None = found.group("default")
        value = request.keys.get(found.group("key").strip().lower(), default)
        if value is None:
            return None
        # "you cannot use a multivalued context key as a policy variable."
        if not isinstance(value, str):
            raise NotUnderstoodError(f"{found.group(0)} stands for a list")
        if set(value) & set("*?$") or not value:
            raise NotUnderstoodError(f"{found.group(0)} is '{value}': how that matches is not said")
        tokens += _literal(value)
    return tokens + _plain(text[end:])


def _plain(text: str) -> tuple[Token, ...]:
    if "${" in text:
        raise NotUnderstoodError(f"a variable in '{text}' cannot be read")
    return _glob(text)


def _literally(tokens: Iterable[Token]) -> str:
    return "".join(character for _, character in tokens)


def _segments(tokens: Iterable[Token]) -> list[tuple[Token, ...]]:
    """An ARN's segments; the sixth holds whatever colons are left."""
    segments: list[tuple[Token, ...]] = [()]
    for token in tokens:
        if token[1] == ":" and len(segments) < 6:
            segments.append(())
        else:
            segments[-1] += (token,)
    return segments


def _like(tokens: tuple[Token, ...], text: str) -> bool:
    """Match with wildcards: "*" is any number of characters, none included, "?" is exactly one."""
    return _expression(tokens).fullmatch(text) is not None


@cache
def _expression(tokens: tuple[Token, ...]) -> re.Pattern[str]:
    wild = {"*": ".*", "?": "."}
    return re.compile(
        "".join(wild[one] if special else re.escape(one) for special, one in tokens), re.DOTALL
    )


def _several(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _text(value: object) -> str:
    """JSON's true and 5 are what a policy may write for "true" and "5"."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | int):
        return str(value)
    raise NotUnderstoodError(f"{value!r} is no value of a condition")
