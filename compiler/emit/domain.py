"""A Studio domain whose traffic stays in a VPC, and whose storage is encrypted by the given key.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sagemaker-domain.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import AWSHelperFn, GetAtt, Output, Ref, Split
from troposphere.sagemaker import (
    AppLifecycleManagement,
    DefaultSpaceSettings,
    Domain,
    IdleSettings,
    JupyterLabAppSettings,
    UserSettings,
)

from compiler.emit.names import DOMAIN
from compiler.emit.profile import STUDIO_URI, storage
from compiler.emit.sections import Sections, tags_of

if TYPE_CHECKING:
    from compiler.entitlement import Entitlements
    from compiler.template import Body


def domain_sections(entitlements: Entitlements) -> Sections:
    """What the template of a domain has; it makes no role and no policy."""
    return Sections(resources={DOMAIN: _domain(entitlements).to_dict()}, outputs=_outputs())


def _domain(entitlements: Entitlements) -> Domain:
    # Left out on purpose: ExecutionRoleIdentityConfig, with which SageMaker names the user in the
    # session of a role, needs sts:SetSourceIdentity in the trust of every role; and DockerSettings,
    # for Docker is off unless it is asked for.
    apps = {
        "ExecutionRole": Ref("DefaultRole"),
        "SecurityGroups": Split(",", Ref("SecurityGroups")),
        "JupyterLabAppSettings": _idle(),
        "SpaceStorageSettings": storage(Ref("SpaceGigabytes")),
    }
    return Domain(
        DOMAIN,
        DomainName=Ref("DomainName"),
        AuthMode=Ref("DomainMode"),
        AppNetworkAccessType="VpcOnly",
        VpcId=Ref("VpcId"),
        SubnetIds=Split(",", Ref("Subnets")),
        KmsKeyId=Ref("EncryptionKey"),
        DefaultUserSettings=UserSettings(
            StudioWebPortal="ENABLED", DefaultLandingUri=STUDIO_URI, **apps
        ),
        # Shared spaces have no profile: without settings of their own there are none.
        DefaultSpaceSettings=DefaultSpaceSettings(**apps),
        TagPropagation="ENABLED",
        Tags=tags_of(entitlements),
    )


def _idle() -> JupyterLabAppSettings:
    """An app that nobody uses costs as one in use does."""
    settings = IdleSettings(LifecycleManagement="ENABLED", IdleTimeoutInMinutes=Ref("IdleMinutes"))
    management = AppLifecycleManagement(IdleSettings=settings)
    return JupyterLabAppSettings(AppLifecycleManagement=management)


def _outputs() -> Body:
    outputs: Body = {}

    def add(name: str, description: str, value: AWSHelperFn) -> None:
        outputs[name] = Output(name, Description=description, Value=value).to_dict()

    add("DomainId", "What the products for people ask for as Studio domain.", Ref(DOMAIN))
    add("DomainArn", "The ARN of the domain.", GetAtt(DOMAIN, "DomainArn"))
    add("DomainUrl", "Where people open Studio.", GetAtt(DOMAIN, "Url"))
    add("DefaultRole", "The role of profiles and spaces that name none.", Ref("DefaultRole"))
    return outputs
