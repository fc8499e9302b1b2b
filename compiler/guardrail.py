"""Guardrails as Deny statements.

A persona breaks a guardrail where it allows a request that one of the statements denies, and an
escalation where it does so for each of the steps.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from compiler import expression
from compiler.entitlement import Entitlement, pascal
from compiler.launch_parameter import SETTING, SETTINGS_IN_PATTERNS
from compiler.render import Launch
from compiler.resolve import comparisons, spelled

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Mapping
    from typing import TypeVar

    from compiler.catalog import Catalog, Guardrail, Prohibition
    from compiler.entitlement import Comparison
    from compiler.expression import Expression
    from compiler.place import Place
    from compiler.template import Body

    P = TypeVar("P", bound=Prohibition)

SOMEWHERE = Launch()
"""A place, for what is the same in every place."""


def deny_statements(
    catalog: Catalog, guardrail: str, launch: Launch = SOMEWHERE
) -> tuple[tuple[Body, Place], ...]:
    """The statements of a guardrail as IAM has them in one place, and where each stands.

    Args:
        catalog: one that the rules found no error in.
        guardrail: the id of one of its guardrails.
        launch: the partition and the account; guardrails depend on nothing else of a launch.
    """
    pseudo = launch.pseudo()
    return tuple((rendered(each, pseudo), each.origin) for each in denials(catalog, guardrail))


def denials(catalog: Catalog, guardrail: str) -> tuple[Entitlement, ...]:
    """The statements of a guardrail: each of `deny`, or each step of its escalation, in order.

    Args:
        catalog: one that the rules found no error in.
        guardrail: the id of one of its guardrails.
    """
    return tuple(
        _entitlement(
            with_settings(catalog, each),
            f"{pascal(guardrail)}{route[1] + 1}",
            catalog.place("guardrails", guardrail, *route),
        )
        for route, each in prohibitions(catalog.guardrails[guardrail])
    )


def prohibitions(guardrail: Guardrail) -> Iterator[tuple[tuple[str, int], Prohibition]]:
    """The statements of a guardrail, each with the route that leads to it in its file."""
    yield from ((("deny", index), each) for index, each in enumerate(guardrail.deny))
    yield from ((("escalation", index), each) for index, each in enumerate(guardrail.escalation))


def with_settings(catalog: Catalog, prohibition: P) -> P:
    """A statement of a guardrail, with the settings of catalog.yaml that its texts name."""

    def setting(found: re.Match[str]) -> str:
        if found[1] not in SETTINGS_IN_PATTERNS:
            return found[0]
        return str(getattr(catalog.settings, found[1]))

    def put(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(SETTING.sub(setting, each) for each in texts)

    return replace(
        prohibition,
        resources=put(prohibition.resources),
        except_resources=put(prohibition.except_resources),
        conditions={
            operator: {key: put(values) for key, values in keys.items()}
            for operator, keys in prohibition.conditions.items()
        },
    )


def rendered(entitlement: Entitlement, pseudo: Mapping[str, str]) -> Body:
    """A statement that names no launch parameter, as IAM has it.

    Args:
        entitlement: the statement.
        pseudo: the pseudo parameters and their values.
    """
    resources = "NotResource" if entitlement.except_resources else "Resource"
    statement: dict[str, Any] = {
        "Sid": entitlement.sid,
        "Effect": entitlement.effect,
        "Action": list(entitlement.actions),
        resources: [_text(each, pseudo) for each in entitlement.resources],
    }
    if entitlement.conditions:
        statement["Condition"] = {
            operator: {key: _values(values, pseudo) for key, values in keys}
            for operator, keys in entitlement.conditions
        }
    return statement


def _entitlement(prohibition: Prohibition, sid: str, place: Place) -> Entitlement:
    excepted = bool(prohibition.except_resources)
    resources = prohibition.except_resources if excepted else prohibition.resources
    return Entitlement(
        sid=sid,
        effect="Deny",
        actions=tuple(dict.fromkeys(spelled(each) for each in prohibition.actions)),
        resources=tuple(expression.parse(each) for each in resources),
        except_resources=excepted,
        conditions=_ordered(comparisons(prohibition.conditions)),
        origin=place,
    )


def _ordered(conditions: tuple[Comparison, ...]) -> tuple[Comparison, ...]:
    """Conditions in one order, so that those which say the same are the same."""
    inner = (
        (operator, tuple(sorted(keys, key=lambda key: key[0]))) for operator, keys in conditions
    )
    return tuple(sorted(inner, key=lambda held: held[0]))


def _values(values: tuple[Expression, ...], pseudo: Mapping[str, str]) -> str | list[str]:
    """A single value stands without brackets, as in a template."""
    texts = [_text(each, pseudo) for each in values]
    return texts[0] if len(texts) == 1 else texts


def _text(value: Expression, pseudo: Mapping[str, str]) -> str:
    texts = []
    for token in value:
        match token:
            case expression.Text(text):
                texts.append(text)
            case expression.Variable(name):
                texts.append(f"${{{name}}}")
            case expression.Pseudo(name) | expression.Parameter(name):
                # The rules refuse a launch parameter here: to miss one is a mistake of ours.
                texts.append(pseudo[name])
    return "".join(texts)
