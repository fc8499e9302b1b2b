"""The Studio user profile that a launch makes beside the role, where it names a domain.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sagemaker-userprofile.html
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from troposphere import (
    And,
    AWSHelperFn,
    Condition,
    Equals,
    GetAtt,
    If,
    Not,
    NoValue,
    Or,
    Output,
    Ref,
    Sub,
    encode_to_dict,
)
from troposphere.sagemaker import (
    DefaultEbsStorageSettings,
    DefaultSpaceStorageSettings,
    JupyterLabAppSettings,
    ResourceSpec,
    UserProfile,
    UserSettings,
)

from compiler.emit.conditions import condition_of
from compiler.emit.names import ROLE, USER_PROFILE
from compiler.emit.sdk_defaults import sdk_defaults
from compiler.emit.sections import Sections, tags_of
from compiler.emit.values import emit_values
from compiler.entitlement import given_condition
from compiler.gate import OPEN
from compiler.onboarding import (
    CLASSIC,
    LEAST_GIGABYTES,
    SECURITY_GROUPS,
    SSO,
    held,
)

if TYPE_CHECKING:
    from compiler.pack import Packing
    from compiler.template import Body

_USER, _TYPE, _STORAGE = "SingleSignOnUser", "JupyterLabInstanceType", "SpaceGigabytes"

DOMAIN_GIVEN, NAME_GIVEN = given_condition("DomainId"), given_condition("UserProfileName")
USER_GIVEN = given_condition(_USER)
TYPE_GIVEN = given_condition(_TYPE)
STORAGE_GIVEN = given_condition(_STORAGE)
SSO_CHOSEN, CLASSIC_CHOSEN = "SsoChosen", "ClassicChosen"
PROFILE_CHOSEN, NAMED_CHOSEN = "UserProfileChosen", "SingleSignOnChosen"
"""Made of those above: what a Rule would refuse is not made."""

STUDIO_URI, CLASSIC_URI = "studio::", "app:JupyterServer:"
"""https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UserSettings.html"""


def profile_sections(packing: Packing) -> Sections:
    """What a template has for the user profile."""
    return Sections(
        conditions=_conditions(),
        rules=_rules(),
        resources={USER_PROFILE: _profile(packing).to_dict()},
        outputs=_outputs(packing),
    )


@cache
def _conditions() -> Body:
    conditions = {
        DOMAIN_GIVEN: _given("DomainId"),
        NAME_GIVEN: _given("UserProfileName"),
        PROFILE_CHOSEN: And(Condition(DOMAIN_GIVEN), Condition(NAME_GIVEN)),
        SSO_CHOSEN: Equals(Ref("DomainMode"), SSO),
        USER_GIVEN: _given(_USER),
        NAMED_CHOSEN: And(Condition(SSO_CHOSEN), Condition(USER_GIVEN)),
        CLASSIC_CHOSEN: Equals(Ref("DefaultLanding"), CLASSIC),
        TYPE_GIVEN: _given(_TYPE),
        STORAGE_GIVEN: _given(_STORAGE),
    }
    return dict(encode_to_dict(conditions))


@cache
def _rules() -> Body:
    """Rules know Ref and the rule functions only: no conditions."""
    domain, name, user = (_given(each) for each in ("DomainId", "UserProfileName", _USER))
    has_sso = And(_given("DomainId"), Equals(Ref("DomainMode"), SSO))
    rules = {
        "UserProfileTogether": [
            (
                Or(And(domain, name), Not(Or(domain, name))),
                "User profile: give both of DomainId, UserProfileName, or none of them",
            )
        ],
        "SingleSignOnUserTogether": [
            (
                Or(Not(has_sso), user),
                f"{_USER} is needed with a domain whose DomainMode is {SSO}",
            ),
            (
                Or(Not(user), has_sso),
                f"{_USER} goes with DomainId and DomainMode {SSO}: leave it empty without them",
            ),
        ],
        "ProfileSettingsTogether": [
            (
                Or(Equals(Ref(each), ""), domain),
                f"{each} goes with DomainId: leave it empty without one",
            )
            for each in (_TYPE, _STORAGE)
        ],
    }
    return {
        name: {
            "Assertions": [
                {"Assert": encode_to_dict(holds), "AssertDescription": description}
                for holds, description in assertions
            ]
        }
        for name, assertions in rules.items()
    }


def _profile(packing: Packing) -> UserProfile:
    return UserProfile(
        USER_PROFILE,
        Condition=PROFILE_CHOSEN,
        DomainId=Ref("DomainId"),
        UserProfileName=Ref("UserProfileName"),
        SingleSignOnUserIdentifier=If(NAMED_CHOSEN, "UserName", NoValue),
        SingleSignOnUserValue=If(NAMED_CHOSEN, Ref(_USER), NoValue),
        Tags=tags_of(packing.entitlements),
        UserSettings=_settings(packing),
    )


def _settings(packing: Packing) -> UserSettings:
    optional: dict[str, Any] = {}
    # They are added to those of the domain: what the control holds the role to stays possible.
    if groups := _held_list(packing, SECURITY_GROUPS):
        optional["SecurityGroups"] = groups
    return UserSettings(
        ExecutionRole=GetAtt(ROLE, "Arn"),
        DefaultLandingUri=If(CLASSIC_CHOSEN, CLASSIC_URI, STUDIO_URI),
        StudioWebPortal="ENABLED",
        JupyterLabAppSettings=If(TYPE_GIVEN, _jupyter_lab(Ref(_TYPE)), NoValue),
        SpaceStorageSettings=If(STORAGE_GIVEN, storage(Ref(_STORAGE)), NoValue),
        **optional,
    )


def storage(most: AWSHelperFn) -> DefaultSpaceStorageSettings:
    """How large spaces may be."""
    return DefaultSpaceStorageSettings(
        DefaultEbsStorageSettings=DefaultEbsStorageSettings(
            DefaultEbsVolumeSizeInGb=LEAST_GIGABYTES, MaximumEbsVolumeSizeInGb=most
        )
    )


def _jupyter_lab(instance_type: AWSHelperFn) -> JupyterLabAppSettings:
    return JupyterLabAppSettings(DefaultResourceSpec=ResourceSpec(InstanceType=instance_type))


def _held_list(packing: Packing, key: str) -> Any:
    """All values that a control holds a key to, while it does."""
    entitlements = packing.entitlements
    found = held(entitlements.statements, key)
    if found is None:
        return None
    values = emit_values(found.values, entitlements.parameters)
    condition = condition_of(packing, found.when)
    return If(condition, values, NoValue) if condition else values


def _outputs(packing: Packing) -> Body:
    outputs: Body = {}

    def add(name: str, description: str, value: Any, condition: str | None) -> None:
        held = {"Condition": condition} if condition else {}
        outputs[name] = Output(name, Description=description, Value=value, **held).to_dict()

    where = "--region ${AWS::Region} --domain-id ${DomainId} --user-profile-name ${UserProfileName}"
    add("UserProfileName", "The Studio user profile.", Ref("UserProfileName"), PROFILE_CHOSEN)
    add(
        "UserProfileArn",
        "The ARN of the Studio user profile.",
        GetAtt(USER_PROFILE, "UserProfileArn"),
        PROFILE_CHOSEN,
    )
    add(
        "OpenStudio",
        "How to open Studio. The command prints an address that can be used for five minutes; the"
        " SageMaker console opens the same, on the page of the domain.",
        If(
            SSO_CHOSEN,
            Sub("The AWS access portal, application Amazon SageMaker Studio, domain ${DomainId}"),
            Sub(f"aws sagemaker create-presigned-domain-url {where}"),
        ),
        PROFILE_CHOSEN,
    )
    entitlements = packing.entitlements
    if roles := entitlements.execution_roles:
        needed = entitlements.needed.get(roles, OPEN)
        add(
            "SdkDefaults",
            "Defaults of the SageMaker Python SDK: put this text into"
            " ~/.config/sagemaker/config.yaml, in Studio too. Jobs then run with the first of"
            " ExecutionRoles; get_execution_role() returns the role of this product, which is none"
            " of them.",
            sdk_defaults(packing),
            given_condition(roles) if needed != OPEN else None,
        )
    return outputs


def _given(parameter: str) -> AWSHelperFn:
    return Not(Equals(Ref(parameter), ""))
