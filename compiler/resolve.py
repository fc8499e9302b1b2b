"""Compose a persona: activities, controls, trust and parameters become entitlements."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from compiler import expression, pattern
from compiler.entitlement import (
    Assumption,
    Comparison,
    Entitlement,
    Entitlements,
    LaunchParameter,
    Switch,
    meaning,
    parameters_of,
    pascal,
)
from compiler.iam import operators, reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from compiler.catalog import Catalog, Conditions, ControlledKey

SETTING = re.compile(r"\$\{catalog\.([a-z_]+)\}")
"""A setting of catalog.yaml inside a pattern, as `${catalog.execution_role_path}`."""

SETTINGS_IN_PATTERNS = ("role_path", "execution_role_path")

_NO_SID = re.compile(r"[^A-Za-z0-9]")
"""A Sid is letters and digits; a key may be `s3:RequestObjectTag/team`."""

PASS_ROLE = "iam:PassRole"  # noqa: S105 - the name of an action
PASS_GUARD = "PassNoOtherRole"  # noqa: S105 - the name of a statement
"""The Sid of the statement that denies passing any role but those asked for."""

EVERYTHING = expression.parse("*")


def resolve(catalog: Catalog, persona: str) -> Entitlements:
    """Compose one persona of a catalog that `check` found no error in.

    Args:
        catalog: the whole catalog.
        persona: its id.

    Raises:
        KeyError: for a persona, or anything that it names, that is not there.
    """
    settings, found = catalog.settings, catalog.personas[persona]
    governed = {name: state for name, state in found.controls.items() if state != "off"}
    optional = frozenset(name for name, state in governed.items() if state == "optional")
    activities = {
        name: tuple(
            _governed(catalog, name, index, conditional=each.when in optional)
            for index, each in enumerate(catalog.activities[name].statements)
            if each.when is None or each.when in governed
        )
        for name in found.activities
    }
    granted = list(_distinct(each for statements in activities.values() for each in statements))
    denied = [
        each
        for name in governed
        for each in control_statements(catalog, name, optional=name in optional)
    ]
    if found.managed_policies and not found.broad:
        denied.append(_pass_guard(catalog, persona, granted))
    statements = (*granted, *denied)
    used = {name for each in statements for name in parameters_of(each)}
    # What a required control names must be given, though an optional one names it too.
    hard = {
        name
        for each in governed
        if each not in optional
        for name in control_parameters(catalog, each)
    }
    softened = {name for each in optional for name in control_parameters(catalog, each)} - hard
    return Entitlements(
        persona=persona,
        title=found.title,
        description=found.description,
        version=found.version,
        catalog=settings.name,
        role_path=settings.role_path if found.serves == "people" else settings.execution_role_path,
        role_name_prefix=settings.role_name_prefix,
        permissions_boundary=settings.permissions_boundary,
        session_duration=settings.session_duration,
        tags=settings.tags,
        storage=found.policies or settings.policies,
        quotas=settings.quotas,
        trust=_trust(catalog, found.trust),
        statements=statements,
        managed_policies=found.managed_policies,
        parameters={
            name: launch_parameter(catalog, name, optional=name in softened)
            for name in catalog.parameters
            if name in used
        },
        switches={name: _switch(catalog, name) for name in governed if name in optional},
        activities=activities,
        execution_roles=next(iter(_passed(granted)), None),
        origin=catalog.place("personas", persona),
        settings_origin=catalog.settings_place(),
    )


def setting_in_pattern(catalog: Catalog, text: str) -> str:
    """Put the settings of the catalog into a parameter's pattern, each as it stands."""

    def put(found: re.Match[str]) -> str:
        return re.escape(str(getattr(catalog.settings, found.group(1))))

    return SETTING.sub(put, text)


@lru_cache(maxsize=4096)
def launch_parameter(catalog: Catalog, name: str, *, optional: bool) -> LaunchParameter:
    """A parameter as a persona asks for it; `optional` where it may be left empty."""
    found = catalog.parameters[name]
    one = setting_in_pattern(catalog, found.pattern)
    node = pattern.parse(one)
    whole = f"({one})" if isinstance(node, pattern.Choice) else one
    if found.max_items is not None and found.max_items > 1:
        whole = f"{whole}(,{whole}){{0,{found.max_items - 1}}}"
    return LaunchParameter(
        name=name,
        label=found.label,
        group=found.group,
        description=found.description,
        node=node,
        allowed_pattern=f"^({whole})?$" if optional else f"^{whole}$",
        max_items=found.max_items,
        optional=optional,
        default="" if optional and found.default is None else found.default,
        origin=catalog.parameter_place(name),
    )


@lru_cache(maxsize=4096)
def control_parameters(catalog: Catalog, control: str) -> tuple[str, ...]:
    """The parameters that a control compares with, in the order that it names them."""
    named: dict[str, None] = {}
    for key in catalog.controls[control].condition_keys.values():
        for value in key.values:
            named |= dict.fromkeys(expression.names(expression.parse(value)))
    return tuple(named)


@lru_cache(maxsize=4096)
def control_statements(
    catalog: Catalog, control: str, *, optional: bool
) -> tuple[Entitlement, ...]:
    """The Deny statements of a control: for each key, one for its absence and one for other values.

    The actions are all those that support the key, by the Service Authorization Reference. Those
    under `when_present` are denied other values only, and under `required_with` the key's absence
    too where the other key is there.
    """
    when = control if optional else None
    statements: list[Entitlement] = []
    for key, controlled in catalog.controls[control].condition_keys.items():
        place = catalog.place("controls", control, "condition_keys", key)
        for suffix, actions, conditions in _denials(key, controlled):
            if actions:
                statements.append(
                    Entitlement(
                        sid=f"{pascal(control)}{_tail(key)}{suffix}",
                        effect="Deny",
                        actions=actions,
                        resources=(EVERYTHING,),
                        conditions=conditions,
                        when=when,
                        origin=place,
                    )
                )
    return tuple(statements)


def _denials(
    key: str, controlled: ControlledKey
) -> Iterator[tuple[str, tuple[str, ...], tuple[Comparison, ...]]]:
    values = tuple(expression.parse(value) for value in controlled.values)
    supporting = tuple(str(each) for each in reference.actions_with_key(key))
    lenient = _canonical(controlled.when_present)
    held = tuple(each for each in supporting if each not in lenient)
    spared = tuple(each for each in supporting if each in lenient)
    kind = reference.key_type(key) or "String"
    differs = operators.differs(kind)
    if differs is None:
        # Bool has no negated operator: what differs is the opposite.
        yield "Absent", held, (_null(key, absent=True),)
        yield "Other", supporting, (("Bool", ((key, _opposite(values)),)),)
    elif operators.is_list(kind):
        # ForAnyValue is false where there is no value: absence needs a statement of its own.
        yield "Absent", held, (_null(key, absent=True),)
        yield "Other", supporting, ((f"ForAnyValue:{differs}", ((key, values),)),)
    else:
        # A negated operator is true where the key is absent: one statement is enough.
        yield "Other", held, ((differs, ((key, values),)),)
        present = _null(key, absent=False)
        yield "OtherIfPresent", spared, ((differs, ((key, values),)), present)
    for other, actions in controlled.required_with.items():
        also = _canonical(actions)
        named = tuple(each for each in supporting if each in also)
        missing = (*_null(key, absent=True)[1], *_null(other, absent=False)[1])
        yield f"AbsentWith{_tail(other)}", named, (("Null", missing),)


def _opposite(values: tuple[expression.Expression, ...]) -> tuple[expression.Expression, ...]:
    both = (expression.parse("true"), expression.parse("false"))
    return tuple(each for each in both if each not in values)


def _null(key: str, *, absent: bool) -> Comparison:
    return ("Null", ((key, (expression.parse(str(absent).lower()),)),))


def spelled(action: str) -> str:
    """An action as AWS spells it; one with wildcards stays as it is."""
    found = reference.expand(action)
    return str(found[0]) if len(found) == 1 and not set(action) & set("*?") else action


def _canonical(actions: Iterable[str]) -> frozenset[str]:
    """Actions as AWS spells them: IAM ignores their case."""
    return frozenset(str(each) for written in actions for each in reference.expand(written))


def _tail(key: str) -> str:
    """A condition key as a part of a Sid."""
    return _NO_SID.sub("", key.partition(":")[2])


def _pass_guard(catalog: Catalog, persona: str, granted: Iterable[Entitlement]) -> Entitlement:
    """An attached managed policy may pass any role; this denies all but those asked for."""
    asked = {each: None for one in granted if _passes(one) for each in one.resources}
    return Entitlement(
        sid=PASS_GUARD,
        effect="Deny",
        actions=(PASS_ROLE,),
        resources=tuple(asked) or (EVERYTHING,),
        except_resources=bool(asked),
        origin=catalog.place("personas", persona, "managed_policies"),
    )


def _distinct(statements: Iterable[Entitlement]) -> Iterator[Entitlement]:
    """Several activities may need the same permission; it is granted once, by the first."""
    seen: set[object] = set()
    for each in statements:
        said = meaning(each)
        if said not in seen:
            seen.add(said)
            yield each


def _passes(entitlement: Entitlement) -> bool:
    return entitlement.effect == "Allow" and any(
        _is_pass_role(each) for each in entitlement.actions
    )


@cache
def _is_pass_role(written: str) -> bool:
    return any(str(each) == PASS_ROLE for each in reference.expand(written))


def _passed(granted: Iterable[Entitlement]) -> Iterator[str]:
    for each in granted:
        if _passes(each):
            for resource in each.resources:
                yield from expression.names(resource)


@lru_cache(maxsize=4096)
def _governed(catalog: Catalog, activity: str, index: int, *, conditional: bool) -> Entitlement:
    statement = catalog.activities[activity].statements[index]
    return Entitlement(
        sid=f"{pascal(activity)}{statement.sid}",
        effect=statement.effect,
        actions=tuple(spelled(each) for each in statement.actions),
        resources=tuple(expression.parse(each) for each in statement.resources),
        conditions=comparisons(statement.conditions),
        when=statement.when if conditional else None,
        origin=catalog.place("activities", activity, "statements", index),
    )


@lru_cache(maxsize=4096)
def _trust(catalog: Catalog, trust: str) -> tuple[Assumption, ...]:
    return tuple(
        Assumption(
            sid=each.sid,
            effect=each.effect,
            principals=tuple(
                (kind, tuple(expression.parse(one) for one in who))
                for kind, who in each.principals.items()
            ),
            actions=each.actions,
            conditions=comparisons(each.conditions),
            origin=catalog.place("trusts", trust, "statements", index),
        )
        for index, each in enumerate(catalog.trusts[trust].statements)
    )


@lru_cache(maxsize=4096)
def _switch(catalog: Catalog, control: str) -> Switch:
    return Switch(
        control=control,
        title=catalog.controls[control].title,
        parameters=control_parameters(catalog, control),
    )


def comparisons(conditions: Conditions) -> tuple[Comparison, ...]:
    """The conditions of a statement, their values read."""
    return tuple(
        (
            operator,
            tuple(
                (key, tuple(expression.parse(value) for value in values))
                for key, values in keys.items()
            ),
        )
        for operator, keys in conditions.items()
    )
