"""Compose a persona: activities, controls, trust and parameters become entitlements."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from compiler import expression
from compiler.control import control_parameters, control_statements, control_switch
from compiler.entitlement import (
    EVERYTHING,
    Assumption,
    Attachment,
    Comparison,
    Entitlement,
    Entitlements,
    Option,
    meaning,
    option_condition,
    parameters_of,
    pascal,
)
from compiler.gate import OPEN, Gate, any_of, both, either, gate
from compiler.iam import reference
from compiler.launch_parameter import launch_parameter, option_parameter
from compiler.onboarding import access_parameters, domain_parameters, profile_parameters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from compiler.catalog import Catalog, Persona, Settings
    from compiler.entitlement import LaunchParameter
    from compiler.vocabulary import Conditions

PASS_ROLE = "iam:PassRole"  # noqa: S105 - the name of an action
SAGEMAKER = expression.parse("sagemaker.amazonaws.com")
ROLES = "arn:${AWS::Partition}:iam::${AWS::AccountId}:role"
BROAD = "broad/"
"""The folder of the execution path that broad roles of jobs stand in."""

PASS_GUARD = "PassNoOtherRole"  # noqa: S105 - the name of a statement
"""The Sid of the statement that denies passing any role but those asked for."""


def resolve(catalog: Catalog, persona: str) -> Entitlements:
    """Compose one persona of a catalog that `check` found no error in.

    Args:
        catalog: the whole catalog.
        persona: its id.

    Raises:
        KeyError: for a persona, or anything that it names, that is not there.
    """
    settings, found = catalog.settings, catalog.personas[persona]
    governed = found.governed
    soft = frozenset(name for name, state in governed.items() if state == "optional")
    activities = {
        name: tuple(
            _governed(catalog, name, index, _gate(found, name, each.when, soft))
            for index, each in enumerate(catalog.activities[name].statements)
            if found.may_have(each.when)
        )
        for name in found.composed
    }
    granted = list(_distinct(each for statements in activities.values() for each in statements))
    denied = [
        each
        for name in governed
        for each in control_statements(catalog, name, optional=name in soft)
    ]
    # What a required control names must be given, though an optional one names it too.
    hard = {
        name for each in governed if each not in soft for name in control_parameters(catalog, each)
    }
    softened = {name for each in soft for name in control_parameters(catalog, each)} - hard
    needed = _needed((*granted, *denied))
    open_to_choice = {
        name: when for name, when in needed.items() if when != OPEN and name not in softened
    }
    statements = tuple(_given(each, open_to_choice) for each in (*granted, *denied))
    attachments = tuple(_attachments(catalog, persona))
    if attachments and not found.broad:
        guard = _pass_guard(catalog, persona, granted, attachments, open_to_choice)
        statements = (*statements, guard)
    options = {name: Option(activity=name, parameter=pascal(name)) for name in found.optional}
    parameters = {
        name: launch_parameter(
            catalog,
            name,
            optional=name in softened or name in open_to_choice,
            # An optional control is off unless a launch says otherwise.
            is_off=name in softened,
            most=found.max_items.get(name),
        )
        for name in catalog.parameters
        if name in needed
    }
    return Entitlements(
        persona=persona,
        title=found.title,
        description=found.description,
        version=found.version,
        kind=found.kind,
        catalog=settings.name,
        role_path=_path(settings, found),
        role_name_prefix=settings.role_name_prefix,
        permissions_boundary=settings.permissions_boundary,
        session_duration=settings.session_duration,
        tags={**settings.tags, **found.tags},
        # A permission set has one inline policy, and an IAM policy of its own is a managed one.
        storage="managed" if found.kind == "access" else found.policies or settings.policies,
        quotas=settings.quotas,
        trust=_trust(catalog, found.trust) if found.trust else (),
        statements=statements,
        attachments=attachments,
        parameters={
            **{
                each.parameter: option_parameter(catalog, name, found.optional[name])
                for name, each in options.items()
            },
            **parameters,
            **_beside(catalog, persona),
        },
        needed={name: open_to_choice[name] for name in parameters if name in open_to_choice},
        switches={name: control_switch(catalog, name) for name in governed if name in soft},
        options=options,
        onboards=found.onboarding is not None,
        activities=activities,
        execution_roles=next(iter(_passed(granted)), None),
        origin=catalog.place("personas", persona),
        settings_origin=catalog.settings_place(),
    )


def _beside(catalog: Catalog, persona: str) -> Mapping[str, LaunchParameter]:
    """What a launch is asked for beside what statements name."""
    found = catalog.personas[persona]
    kind = catalog.place("personas", persona, "kind")
    match found.kind:
        case "domain":
            return domain_parameters(catalog, kind)
        case "access":
            return access_parameters(catalog, persona, kind)
        case "role":
            origin = catalog.place("personas", persona, "onboarding")
            return profile_parameters(catalog, origin) if found.onboarding else {}


def _gate(found: Persona, activity: str, when: str | None, soft: frozenset[str]) -> Gate:
    """The switches that a statement of an activity exists with."""
    option = gate(option_condition(activity)) if activity in found.optional else OPEN
    return both(option, gate(pascal(when))) if when in soft and when else option


def _attachments(catalog: Catalog, persona: str) -> Iterator[Attachment]:
    """What the persona attaches itself, and with its activities; each policy once."""
    found = catalog.personas[persona]
    made: dict[str, Attachment] = {}
    for index, name in enumerate(found.managed_policies):
        place = catalog.place("personas", persona, "managed_policies", index)
        made.setdefault(name, Attachment(name=name, origin=place))
    for activity in found.composed:
        when = _gate(found, activity, None, frozenset())
        for index, name in enumerate(catalog.activities[activity].managed_policies):
            place = catalog.place("activities", activity, "managed_policies", index)
            one = made.setdefault(name, Attachment(name=name, when=when, origin=place))
            made[name] = replace(one, when=either(one.when, when))
    yield from made.values()


def _needed(statements: Iterable[Entitlement]) -> dict[str, Gate]:
    """The launch parameters that statements name, each with the switches that it is needed with."""
    needed: dict[str, Gate] = {}
    for each in statements:
        for name in parameters_of(each):
            needed[name] = either(needed[name], each.when) if name in needed else each.when
    return needed


def _given(entitlement: Entitlement, needed: Mapping[str, Gate]) -> Entitlement:
    """A statement says nothing of parameters that a launch leaves empty."""
    given = tuple(each for each in parameters_of(entitlement) if each in needed)
    return replace(entitlement, given=given) if given else entitlement


def _pass_guard(
    catalog: Catalog,
    persona: str,
    granted: Iterable[Entitlement],
    attachments: tuple[Attachment, ...],
    needed: Mapping[str, Gate],
) -> Entitlement:
    """An attached managed policy may pass any role; this denies all but those asked for.

    Where a launch may ask for none, it still denies all: one resource is always there.
    """
    asked = dict.fromkeys(each for one in granted if _passes(one) for each in one.resources)
    left_out = tuple(
        dict.fromkeys(name for each in asked for name in expression.names(each) if name in needed)
    )
    if left_out:
        nobody = f"{ROLES}{catalog.settings.execution_role_path}"
        asked = {expression.parse(nobody): None, **asked}
    return Entitlement(
        sid=PASS_GUARD,
        effect="Deny",
        actions=(PASS_ROLE,),
        resources=tuple(asked) or (EVERYTHING,),
        except_resources=bool(asked),
        when=any_of(each.when for each in attachments),
        left_out=left_out,
        origin=catalog.place("personas", persona, "managed_policies")
        if catalog.personas[persona].managed_policies
        else attachments[0].origin,
    )


def spelled(action: str) -> str:
    """An action as AWS spells it; one with wildcards stays as it is."""
    found = reference.expand(action)
    return str(found[0]) if len(found) == 1 and not set(action) & set("*?") else action


def _distinct(statements: Iterable[Entitlement]) -> Iterator[Entitlement]:
    """Several activities may need the same permission; it is granted once, by the first."""
    first: dict[str, Entitlement] = {}
    for each in statements:
        said = meaning(each)
        one = first.setdefault(said, each)
        if one.when != each.when:
            first[said] = replace(one, when=either(one.when, each.when))
    yield from first.values()


def _passes(entitlement: Entitlement) -> bool:
    return entitlement.effect == "Allow" and any(
        _is_pass_role(each) for each in entitlement.actions
    )


@cache
def _is_pass_role(written: str) -> bool:
    return any(str(each) == PASS_ROLE for each in reference.expand(written))


def _passed(granted: Iterable[Entitlement]) -> Iterator[str]:
    """The parameters that name the roles of SageMaker's jobs, and not those of other services."""
    for each in granted:
        services = (values for _, keys in each.conditions for _, values in keys)
        if _passes(each) and any(SAGEMAKER in values for values in services):
            for resource in each.resources:
                yield from expression.names(resource)


@lru_cache(maxsize=4096)
def _governed(catalog: Catalog, activity: str, index: int, when: Gate) -> Entitlement:
    statement = catalog.activities[activity].statements[index]
    return Entitlement(
        sid=f"{pascal(activity)}{statement.sid}",
        effect=statement.effect,
        actions=tuple(spelled(each) for each in statement.actions),
        resources=tuple(expression.parse(each) for each in statement.resources),
        conditions=comparisons(statement.conditions),
        when=when,
        origin=catalog.place("activities", activity, "statements", index),
    )


def _path(settings: Settings, persona: Persona) -> str:
    """Where a role stands. A broad one of jobs stands deeper, where no launch parameter reaches.

    ExecutionRoles admits names right on the path alone: whoever names the roles of a launch could
    pass more to a job, by a broad one, than they may do themselves.
    """
    if persona.serves == "people":
        return settings.role_path
    return f"{settings.execution_role_path}{BROAD if persona.broad else ''}"


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
