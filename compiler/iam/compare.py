"""Comparisons of condition keys, compiled into tests of a request's context.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import operator as ordering
from collections.abc import Callable, Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import TYPE_CHECKING, Any

from compiler.iam import match
from compiler.iam.request import RequestError
from compiler.iam.value import value

if TYPE_CHECKING:
    from compiler.iam.document import Comparison
    from compiler.iam.match import Keys, Known, Reading
    from compiler.iam.operators import Operator
    from compiler.iam.text import Text

Check = Callable[["Keys"], bool]
"""Whether a comparison holds for a request that has these keys."""

_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "Equals": ordering.eq,
    "NotEquals": ordering.eq,
    "LessThan": ordering.lt,
    "LessThanEquals": ordering.le,
    "GreaterThan": ordering.gt,
    "GreaterThanEquals": ordering.ge,
}
"""Operator of numbers and dates to the comparison that it makes, or negates."""


def compiled(comparison: Comparison) -> Check:
    """Compile a comparison.

    A negated operator holds where none of the values matches, also for a key that is not there.

    Raises:
        RequestError: by the check, where a value is not of the operator's type, and where an
            operator without quantifier or a policy variable finds a list: AWS does not document
            what that means.
    """
    operator, values = comparison.operator, comparison.values
    if operator.family == "Null":
        key, (absent,) = comparison.key.lower(), values
        return lambda keys: (key not in keys) is absent
    texts = [each for each in values if isinstance(each, tuple)]
    if any(match.has_variables(each) for each in texts):
        reading = _reading(operator)
        check = match.resolved(texts, lambda each: _check(comparison, match.known(each, reading)))
        return lambda keys: check(keys)(keys)
    return _check(comparison, _known(comparison, texts))


def _check(comparison: Comparison, known: Known) -> Check:
    match comparison.operator.quantifier:
        case "ForAllValues":
            return _for_all(comparison, known)
        case "ForAnyValue":
            return _for_any(comparison, known)
        case "":
            return _single(comparison, known)


def _single(comparison: Comparison, known: Known) -> Check:
    key, negated = comparison.key.lower(), _is_negated(comparison.operator)
    missing = negated or comparison.operator.if_exists

    def check(keys: Keys) -> bool:
        value = keys.get(key)
        if value is None:
            return missing
        if not isinstance(value, str):
            message = f"{comparison.key} has a list, which {comparison.operator.name} compares"
            raise RequestError(f"{message} under ForAllValues and ForAnyValue alone")
        return known(value) is not negated

    return check


def _for_all(comparison: Comparison, known: Known) -> Check:
    """Whether every value of a key holds; true without any, so IfExists adds nothing."""
    key, negated = comparison.key.lower(), _is_negated(comparison.operator)

    def check(keys: Keys) -> bool:
        # All are looked at, so that what cannot be compared is never hidden by the order.
        return negated not in [known(each) for each in _several(keys.get(key, ()))]

    return check


def _for_any(comparison: Comparison, known: Known) -> Check:
    """Whether some value of a key holds; false without any, if not for IfExists."""
    key, negated = comparison.key.lower(), _is_negated(comparison.operator)
    missing, wanted = comparison.operator.if_exists, not negated

    def check(keys: Keys) -> bool:
        if key not in keys:
            return missing
        return wanted in [known(each) for each in _several(keys[key])]

    return check


def _several(value: str | Sequence[str]) -> Sequence[str]:
    return (value,) if isinstance(value, str) else value


def _is_negated(operator: Operator) -> bool:
    return "Not" in operator.name


def _known(comparison: Comparison, texts: Sequence[Text]) -> Known:
    """Whether a text of a request is one of the values, the operator's negation left aside."""
    operator, values = comparison.operator, comparison.values
    match operator.family:
        case "String" | "Arn":
            return match.known(texts, _reading(operator))
        case "IpAddress":
            networks = [each for each in values if isinstance(each, IPv4Network | IPv6Network)]
            return _typed(comparison, lambda address: any(address in each for each in networks))
        case "Numeric" | "Date" as family:
            order = _ORDERS[operator.name.removeprefix(family)]
            return _typed(comparison, lambda one: any(order(one, each) for each in values))
        case _:
            return _typed(comparison, frozenset(values).__contains__)


def _reading(operator: Operator) -> Reading:
    if operator.family == "Arn":
        return "arn"
    if operator.name.endswith("IgnoreCase"):
        return "ignoring-case"
    return "wide" if operator.name.endswith("Like") else "exact"


def _typed(comparison: Comparison, test: Callable[[Any], bool]) -> Known:
    """A test of values that are not texts."""
    family = comparison.operator.family

    def known(said: str) -> bool:
        try:
            value = _value(family, said)
        except ValueError as error:
            message = f"{comparison.key}: {error}, and {comparison.operator.name} compares it"
            raise RequestError(message) from error
        return test(value)

    return known


@lru_cache(maxsize=4_096)
def _value(family: str, said: str) -> object:
    """A value of a request. Where a policy has a network, a request has one address."""
    if family != "IpAddress":
        return value(family, said)
    try:
        return ip_address(said)
    except ValueError as error:
        raise ValueError(f"'{said}' is no IP address") from error
