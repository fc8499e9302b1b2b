"""The catalog: what its files say, typed and frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from compiler.iam import quota
from compiler.place import Place


class _Model(BaseModel):
    # Built when first used: a model inside another one is then not built twice.
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", defer_build=True)


def _texts(value: object) -> object:
    """One value or several, as texts: `true` is what IAM spells "true"."""
    several = value if isinstance(value, tuple) else (value,)
    return tuple(
        str(each).lower()
        if isinstance(each, bool)
        else str(each)
        if isinstance(each, int)
        else each
        for each in several
    )


def _own_tag(key: str) -> str:
    """Refuse AWS's own tags. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html."""
    if key.lower().startswith("aws:"):
        message = "tag keys that begin with 'aws:' belong to AWS"
        raise ValueError(message)
    return key


Texts = Annotated[
    tuple[str, ...],
    BeforeValidator(_texts, json_schema_input_type=str | bool | int | tuple[str | bool | int, ...]),
    Field(min_length=1),
]

Title = Annotated[str, StringConstraints(min_length=1, max_length=100)]
# What IAM takes as the description of a role.
# https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
Prose = Annotated[
    str,
    StringConstraints(min_length=1, max_length=1_000, pattern=r"^[\t\n\r\x20-\x7E\u00A1-\u00FF]*$"),
]
Sid = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z0-9]{0,63}$")]
RolePath = Annotated[
    str, StringConstraints(pattern=r"^/([A-Za-z0-9._-]+/)+$", min_length=3, max_length=128)
]
Semver = Annotated[
    str, StringConstraints(pattern=r"^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$")
]
Tags = Mapping[
    Annotated[
        str,
        StringConstraints(min_length=1, max_length=128, pattern=r"^[\w .:/=+@-]+$"),
        AfterValidator(_own_tag),
    ],
    Annotated[str, StringConstraints(max_length=256, pattern=r"^[\w .:/=+@-]*$")],
]
Conditions = Mapping[str, Mapping[str, Texts]]
"""Operator to condition key to the values that it is compared with."""

Storage = Literal["managed", "inline"]


class Quotas(_Model):
    """Quotas of the accounts that launch, where they differ from AWS's defaults."""

    attached_policies: Annotated[int, Field(ge=1, le=25)] = quota.ATTACHED_POLICIES
    """Managed policies attached to a role; AWS raises it to 25 on request."""

    trust_policy_characters: Annotated[int, Field(ge=1, le=4_096)] = quota.TRUST_POLICY
    """Characters of a role's trust policy; AWS raises it to 4,096 on request."""


class Settings(_Model):
    """What holds for every persona: catalog.yaml."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,62}$")]
    title: Title
    provider: Title
    role_path: RolePath
    """Where the roles of people stand."""

    execution_role_path: RolePath
    """Where the roles of jobs stand: those that people may pass."""

    role_name_prefix: Annotated[
        str | None, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,30}$")
    ] = None
    """How role names begin; CloudFormation names roles where it is not given."""

    permissions_boundary: Annotated[
        str | None, StringConstraints(pattern=r"^([A-Za-z0-9._-]+/)*[A-Za-z0-9+=.@_-]{1,128}$")
    ] = None
    """Path and name of a managed policy of the launching account that bounds every role."""

    policies: Storage = "managed"
    session_duration: Annotated[int, Field(ge=3_600, le=43_200)] = 3_600
    """Seconds that a session of a role lasts at most."""

    regions: Annotated[
        tuple[Annotated[str, StringConstraints(pattern=r"^[a-z]{2,5}(-[a-z]+)+-[0-9]$")], ...],
        Field(min_length=1),
    ]
    quotas: Quotas = Quotas()
    tags: Annotated[Tags, Field(max_length=quota.TAGS)] = {}


class Parameter(_Model):
    """What a launch asks for."""

    label: Title
    group: Title
    description: Annotated[str, StringConstraints(min_length=1, max_length=4_000)]
    pattern: Annotated[str, StringConstraints(min_length=1, max_length=1_000)]
    """What one value looks like, whole."""

    max_items: Annotated[int | None, Field(ge=1, le=100)] = None
    """How many values, separated by commas; a single value where it is not given."""

    default: str | None = None


class Statement(_Model):
    """A statement of a permissions policy."""

    sid: Sid
    effect: Literal["Allow", "Deny"] = "Allow"
    actions: Annotated[tuple[str, ...], Field(min_length=1)]
    resources: Annotated[tuple[str, ...], Field(min_length=1)]
    conditions: Conditions = {}
    when: str | None = None
    """A control; the statement exists only while it is on."""


class TrustStatement(_Model):
    """A statement of a trust policy."""

    sid: Sid
    effect: Literal["Allow", "Deny"] = "Allow"
    principals: Annotated[
        Mapping[Literal["Service", "AWS", "Federated"], Texts], Field(min_length=1)
    ]
    actions: Annotated[tuple[str, ...], Field(min_length=1)]
    conditions: Conditions = {}


class Trust(_Model):
    """Who may assume a role."""

    title: Title
    description: Prose
    statements: Annotated[tuple[TrustStatement, ...], Field(min_length=1)]


class ControlledKey(_Model):
    """One condition key that a control holds to given values."""

    values: Annotated[tuple[str, ...], Field(min_length=1)]
    when_present: tuple[str, ...] = ()
    """Actions of which a lawful request may lack the key."""

    required_with: Mapping[str, tuple[str, ...]] = {}
    """Of those, the actions that must carry the key after all when they carry another one."""


class Control(_Model):
    """Deny statements on every action that supports the keys."""

    title: Title
    description: Prose
    costs: Annotated[str, StringConstraints(min_length=1, max_length=4_000)]
    condition_keys: Annotated[Mapping[str, ControlledKey], Field(min_length=1)]


class Activity(_Model):
    """A set of permissions."""

    title: Title
    description: Prose
    role_manager: str | None = None
    """The name that SageMaker Role Manager had for it."""

    sources: tuple[Annotated[str, StringConstraints(pattern=r"^https://\S+$")], ...] = ()
    statements: Annotated[tuple[Statement, ...], Field(min_length=1)]


Governance = Literal["required", "optional", "off"]


class Persona(_Model):
    """A composition of activities: one product, one role."""

    title: Title
    description: Prose
    version: Semver
    serves: Literal["people", "jobs"] = "people"
    """Whom the role serves: it decides the path that the role stands on."""

    trust: str
    controls: Mapping[str, Governance] = {}
    activities: Annotated[tuple[str, ...], Field(min_length=1)]
    managed_policies: tuple[
        Annotated[str, StringConstraints(pattern=r"^([a-z-]+/)?[A-Za-z0-9_-]{1,128}$")], ...
    ] = ()
    """AWS managed policies, by path and name."""

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
