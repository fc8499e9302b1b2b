"""The catalog: what its files say, typed and frozen."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - decode reads the annotations
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

from compiler.decode import Many, Text, Whole
from compiler.iam import quota
from compiler.place import Place
from compiler.portfolio import Portfolio  # noqa: TC001 - decode reads the annotations
from compiler.vocabulary import (  # noqa: TC001 - as above
    Conditions,
    Day,
    Governance,
    Kind,
    Lifecycle,
    ManagedPolicies,
    Names,
    Prose,
    RolePath,
    Semver,
    Sid,
    Sources,
    Storage,
    Tags,
    Texts,
    Title,
)


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

    launch_role: Annotated[str, Text(pattern=r"^[A-Za-z][A-Za-z0-9+=.@_-]{0,63}$")] = (
        "personac-launch"
    )
    """Name of the role in every launching account that Service Catalog launches with; it stands at
    the path `/`, as a launch constraint's LocalRoleName is a bare name."""

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
    """Its name; in the policy the activity's name goes before it."""

    effect: Literal["Allow", "Deny"] = "Allow"
    """Whether it allows the requests or refuses them."""

    actions: Names
    """Actions, each in full."""

    resources: Names
    """ARNs, as narrow as the actions take them; `*` where an action takes no resource."""

    conditions: Conditions = field(default_factory=dict)
    """What has to be true of a request: operator, condition key, values."""

    when: str | None = None
    """A control; the statement exists only while it is on."""

    broad: Annotated[Prose, Text(hint="say why AWS needs it, in a sentence")] | None = None
    """Why AWS needs its resources to be broader than its actions are."""


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
    """What people call it, on the form of a launch too."""

    description: Prose
    """What it is for, in a sentence or two."""

    role_manager: str | None = None
    """The name that SageMaker Role Manager had for it."""

    sources: Sources = ()
    """Where its permissions come from, by address."""

    statements: tuple[Statement, ...] = ()
    """What it allows."""

    managed_policies: ManagedPolicies = ()
    """AWS managed policies that a role with the activity has attached, by path and name."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """A composition of activities: one product."""

    title: Title
    """What people call it."""

    description: Prose
    """Whom it is for and what they may do; the role's description too."""

    version: Semver
    """Semantic version: lost permissions are a major one, gained ones a minor one."""

    kind: Kind = "role"
    """What the product makes: a role, a Studio domain, or a policy for people themselves."""

    serves: Literal["people", "jobs"] = "people"
    """Whom the role serves: it decides the path that the role stands on."""

    trust: str | None = None
    """Who may assume the role."""

    controls: Mapping[str, Governance] = field(default_factory=dict)
    """Controls: a launch has to fill in their parameters, may do so, or is not asked."""

    activities: tuple[str, ...] = ()
    """What the persona may do, always."""

    optional: Mapping[str, Literal["off", "on"]] = field(default_factory=dict)
    """Activities that a launch switches on or off, and what they are unless it says so."""

    managed_policies: ManagedPolicies = ()
    """AWS managed policies, by path and name."""

    max_items: Mapping[str, Annotated[int, Whole(least=1, most=100)]] = field(default_factory=dict)
    """How many values a list parameter takes here, where that is fewer than elsewhere."""

    onboarding: Literal["user-profile"] | None = None
    """What a launch can make for the person beside the role: a Studio user profile."""

    tags: Annotated[Tags, Many(most=quota.TAGS)] = field(default_factory=dict)
    """Tags of the role, beside those of catalog.yaml."""

    exceptions: tuple[GuardrailException, ...] = ()
    """Guardrails that the persona may break."""

    broad: bool = False
    """Whether the persona is broad on purpose: what is an error of breadth is then a warning."""

    policies: Storage | None = None
    """Where the policies of the role stand, where that is not as catalog.yaml says."""

    lifecycle: Mapping[Semver, Lifecycle] = field(default_factory=dict)
    """What became of its versions; one that is not named is active."""

    @property
    def governed(self) -> Mapping[str, Governance]:
        """Its controls, but for those that are off."""
        return {name: state for name, state in self.controls.items() if state != "off"}

    def may_have(self, control: str | None) -> bool:
        """Whether some launch has statements that exist with a control, or always."""
        return control is None or control in self.governed

    @property
    def composed(self) -> tuple[str, ...]:
        """Its activities, those that a launch may switch on last."""
        return (*self.activities, *self.optional)


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
    portfolios: Mapping[str, Portfolio]

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
