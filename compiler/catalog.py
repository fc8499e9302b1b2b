"""The catalog: what its files say, typed and frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, ClassVar, Literal

from compiler.decode import Many, OneOrMany, Text, Whole
from compiler.iam import quota
from compiler.place import Place


def _reserved(key: str) -> str | None:
    """Say of a tag that it is AWS's: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html."""
    for prefix, owner in (("aws:", "to AWS"), ("personac:", "to the compiler")):
        if key.lower().startswith(prefix):
            return f"tag keys that begin with '{prefix}' belong {owner}"
    return None


def _no_day(text: str) -> str | None:
    """Say of what looks like a date that no calendar has it."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return f"there is no day {text}"
    return None


Texts = Annotated[tuple[str, ...], OneOrMany(), Many(least=1)]
Names = Annotated[tuple[str, ...], Many(least=1)]
Title = Annotated[str, Text(least=1, most=100)]
# What IAM takes as the description of a role.
# https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
Prose = Annotated[str, Text(least=1, most=1_000, pattern=r"^[\t\n\r\x20-\x7E\u00A1-\u00FF]*$")]
Sid = Annotated[str, Text(pattern=r"^[A-Z][A-Za-z0-9]{0,63}$")]
RolePath = Annotated[str, Text(pattern=r"^/([A-Za-z0-9._-]+/)+$", least=3, most=128)]
Semver = Annotated[
    str, Text(most=32, pattern=r"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$")
]
Tags = Mapping[
    Annotated[str, Text(least=1, most=128, pattern=r"^[\w .:/=+@-]+$", refuse=_reserved)],
    Annotated[str, Text(most=256, pattern=r"^[\w .:/=+@-]*$")],
]
Day = Annotated[
    str, Text(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$", refuse=_no_day)
]
"""A date as `2027-03-31`; a text, as every date in a catalog is."""

Sources = tuple[Annotated[str, Text(pattern=r"^https://\S+$")], ...]
Conditions = Mapping[str, Annotated[Mapping[str, Texts], Many(least=1)]]
"""Operator to condition key to the values that it is compared with."""

Storage = Literal["managed", "inline"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas:
    """Quotas of the accounts that launch, where they differ from AWS's defaults."""

    attached_policies: Annotated[int, Whole(least=1, most=25)] = quota.ATTACHED_POLICIES
    """Managed policies attached to a role; AWS raises it to 25 on request."""

    trust_policy_characters: Annotated[int, Whole(least=1, most=4_096)] = quota.TRUST_POLICY
    """Characters of a role's trust policy; AWS raises it to 4,096 on request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What holds for every persona: catalog.yaml."""

    name: Annotated[str, Text(pattern=r"^[a-z][a-z0-9-]{0,62}$")]
    title: Title
    provider: Title
    role_path: RolePath
    """Where the roles of people stand."""

    execution_role_path: RolePath
    """Where the roles of jobs stand: those that people may pass."""

    role_name_prefix: Annotated[str | None, Text(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,30}$")] = None
    """How role names begin; CloudFormation names roles where it is not given."""

    permissions_boundary: Annotated[
        str | None, Text(pattern=r"^([A-Za-z0-9._-]+/)*[A-Za-z0-9+=.@_-]{1,128}$")
    ] = None
    """Path and name of a managed policy of the launching account that bounds every role."""

    policies: Storage = "managed"
    session_duration: Annotated[int, Whole(least=3_600, most=43_200)] = 3_600
    """Seconds that a session of a role lasts at most."""

    regions: Annotated[
        tuple[Annotated[str, Text(pattern=r"^[a-z]{2,5}(-[a-z]+)+-[0-9]$")], ...],
        Many(least=1),
    ]
    quotas: Quotas = Quotas()
    tags: Annotated[Tags, Many(most=quota.TAGS)] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """What a launch asks for."""

    label: Title
    group: Title
    description: Annotated[str, Text(least=1, most=4_000)]
    pattern: Annotated[str, Text(least=1, most=1_000)]
    """What one value looks like, whole."""

    max_items: Annotated[int | None, Whole(least=1, most=100)] = None
    """How many values, separated by commas; a single value where it is not given."""

    default: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement of a permissions policy."""

    sid: Sid
    effect: Literal["Allow", "Deny"] = "Allow"
    actions: Names
    resources: Names
    conditions: Conditions = field(default_factory=dict)
    when: str | None = None
    """A control; the statement exists only while it is on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustStatement:
    """A statement of a trust policy."""

    sid: Sid
    effect: Literal["Allow", "Deny"] = "Allow"
    principals: Annotated[Mapping[Literal["Service", "AWS", "Federated"], Texts], Many(least=1)]
    actions: Names
    conditions: Conditions = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """Who may assume a role."""

    title: Title
    description: Prose
    statements: Annotated[tuple[TrustStatement, ...], Many(least=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlledKey:
    """One condition key that a control holds to given values."""

    values: Names
    when_present: tuple[str, ...] = ()
    """Actions of which a lawful request may lack the key."""

    required_with: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of those, the actions that must carry the key after all when they carry another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """Deny statements on every action that supports the keys."""

    title: Title
    description: Prose
    costs: Annotated[str, Text(least=1, most=4_000)]
    condition_keys: Annotated[Mapping[str, ControlledKey], Many(least=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """A set of permissions."""

    title: Title
    description: Prose
    role_manager: str | None = None
    """The name that SageMaker Role Manager had for it."""

    sources: Sources = ()
    statements: Annotated[tuple[Statement, ...], Many(least=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prohibition:
    """Requests that no persona may be able to make: a Deny statement."""

    effect: ClassVar[Literal["Deny"]] = "Deny"

    actions: Names
    resources: Names = ("*",)
    except_resources: tuple[str, ...] = ()
    """What the actions may be done to after all; it takes the place of `resources`."""

    conditions: Conditions = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Prohibition):
    """One of the steps that together escalate; one of its actions is enough for it."""

    bounded: bool = False
    """Whether the permissions boundary denies this step; it is one of each escalation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guardrail:
    """What no persona may ever be able to do."""

    title: Title
    description: Prose
    sources: Sources = ()
    deny: tuple[Prohibition, ...] = ()
    """Requests, each of which breaks the guardrail."""

    escalation: tuple[Step, ...] = ()
    """Steps that break the guardrail where a persona may take all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardrailException:
    """A guardrail that a persona may break, for a reason and for a time."""

    guardrail: str
    reason: Prose
    expires: Day
    """The last day that the exception holds."""


Governance = Literal["required", "optional", "off"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """A composition of activities: one product, one role."""

    title: Title
    description: Prose
    version: Semver
    serves: Literal["people", "jobs"] = "people"
    """Whom the role serves: it decides the path that the role stands on."""

    trust: str
    controls: Mapping[str, Governance] = field(default_factory=dict)
    activities: Names
    managed_policies: tuple[
        Annotated[str, Text(pattern=r"^([a-z-]+/)?[A-Za-z0-9_-]{1,128}$")], ...
    ] = ()
    """AWS managed policies, by path and name."""

    exceptions: tuple[GuardrailException, ...] = ()
    """Guardrails that the persona may break."""

    broad: bool = False
    """Whether the persona is broad on purpose: what is an error of breadth is then a warning."""

    policies: Storage | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Catalog:
    """Everything that a catalog says, by id. Compared by identity: stages remember by it."""

    root: str
    """The folder, as the user named it."""

    settings: Settings
    parameters: Mapping[str, Parameter]
    controls: Mapping[str, Control]
    trusts: Mapping[str, Trust]
    activities: Mapping[str, Activity]
    personas: Mapping[str, Persona]
    guardrails: Mapping[str, Guardrail]

    @property
    def boundary(self) -> str:
        """Path and name of the permissions boundary that the guardrails make."""
        return self.settings.permissions_boundary or f"personac/boundary/{self.settings.name}"

    def place(
        self, folder: str, name: str, *route: str | int, on: Literal["value", "key"] = "value"
    ) -> Place:
        """The place of a value in the file of a thing."""
        return Place(path=f"{self.root}/{folder}/{name}.yaml", route=tuple(route), on=on)

    def parameter_place(self, *route: str | int) -> Place:
        """The place of a value in parameters.yaml."""
        return Place(path=f"{self.root}/parameters.yaml", route=tuple(route))

    def settings_place(self, *route: str | int) -> Place:
        """The place of a value in catalog.yaml."""
        return Place(path=f"{self.root}/catalog.yaml", route=tuple(route))
