"""The template of the hub, once in the account that publishes: bucket, provider and roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import Equals, GetAtt, Not, Output, Parameter, Ref, Tags, encode_to_dict
from troposphere.iam import Policy, Role

from compiler.emit import github
from compiler.emit.artifact_bucket import BUCKET, HAS_KEY, KEY, bucket_resources
from compiler.emit.names import TAG_PREFIX
from compiler.emit.permissions import document
from compiler.emit.publishing import observing, publishing
from compiler.template import AccountTemplate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troposphere import AWSHelperFn

    from compiler.catalog import Catalog
    from compiler.template import Body

NAME = "bootstrap"
"""What the template is called among those of the hub."""

PATH = "/personac/hub/"
"""Where the roles stand: on no path that a launch can write."""

PLAN_ROLE = "PlanRole"
PUBLISH_ROLE = "PublishRole"

SESSION = 3_600
"""Seconds that a session lasts at most: no publish takes longer."""

_GROUPS = {
    "Repository": {
        github.OWNER: "Owner",
        github.REPOSITORY: "Repository",
        github.OWNER_ID: "Id of the owner",
        github.REPOSITORY_ID: "Id of the repository",
        github.BRANCH: "Branch",
        github.ENVIRONMENT: "Environment",
    },
    "Account": {github.MAKE_PROVIDER: "Make the identity provider", KEY: "Key of the bucket"},
}
"""The form: groups, and what their parameters are called."""


def emit_bootstrap(catalog: Catalog) -> AccountTemplate:
    """Emit the template of the hub."""
    settings = catalog.settings
    tags = tags_of(catalog)
    observe = Policy(PolicyName="Observe", PolicyDocument=document(observing(catalog)))
    publish = Policy(PolicyName="Publish", PolicyDocument=document(publishing(catalog)))
    plan = f"Plans what publishing {settings.title} would change, and reads alone."
    plan_role = _role(PLAN_ROLE, plan, github.trust_to_plan(), [observe], tags)
    publishes = f"Publishes {settings.title}."
    publish_role = _role(
        PUBLISH_ROLE, publishes, github.trust_to_publish(), [observe, publish], tags
    )
    body: Body = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": (
            f"{settings.title}: what publishing needs, once in the account that publishes,"
            f" in {settings.regions[0]}."
        ),
        "Metadata": {
            "personac": {"catalog": settings.name},
            "AWS::CloudFormation::Interface": interface(_GROUPS),
        },
        "Parameters": {each.title: each.to_dict() for each in _parameters()},
        "Conditions": {
            **github.provider_conditions(),
            HAS_KEY: encode_to_dict(Not(Equals(Ref(KEY), ""))),
        },
        "Resources": {
            **bucket_resources(settings.name, tags),
            **github.provider_resources(tags),
            PLAN_ROLE: plan_role.to_dict(),
            PUBLISH_ROLE: publish_role.to_dict(),
        },
        "Outputs": _outputs(),
    }
    place = catalog.settings_place("name")
    return AccountTemplate(name=NAME, folder="hub", body=body, origins={(): place})


def tags_of(catalog: Catalog) -> Mapping[str, str]:
    """The tags of what stands in the hub: the catalog's, and which catalog it is."""
    return {**catalog.settings.tags, f"{TAG_PREFIX}catalog": catalog.settings.name}


def interface(groups: Mapping[str, Mapping[str, str]]) -> Body:
    """How the form of a stack is grouped and labelled."""
    return {
        "ParameterGroups": [
            {"Label": {"default": group}, "Parameters": list(labels)}
            for group, labels in groups.items()
        ],
        "ParameterLabels": {
            name: {"default": label} for labels in groups.values() for name, label in labels.items()
        },
    }


def parameter(name: str, description: str, pattern: str, default: str | None = None) -> Parameter:
    """A parameter that its pattern bounds; one with a default need not be given."""
    return Parameter(
        name,
        Type="String",
        Description=description,
        AllowedPattern=f"^{pattern}$",
        **({} if default is None else {"Default": default}),
    )


def _role(
    name: str, description: str, trust: Body, policies: list[Policy], tags: Mapping[str, str]
) -> Role:
    return Role(
        name,
        Path=PATH,
        Description=description,
        AssumeRolePolicyDocument=trust,
        Policies=policies,
        MaxSessionDuration=SESSION,
        Tags=Tags(dict(tags)),
    )


def _parameters() -> list[Parameter]:
    number = "[1-9][0-9]{0,19}"
    return [
        parameter(
            github.OWNER,
            "The organization or user whose the catalog's repository is, in GitHub's capitals.",
            "[A-Za-z0-9_-]{1,64}",
        ),
        parameter(
            github.REPOSITORY,
            "The name of the repository, without its owner, in GitHub's capitals.",
            "[A-Za-z0-9._-]{1,100}",
        ),
        parameter(
            github.OWNER_ID,
            "The number of the owner: 'gh api repos/OWNER/NAME --jq .owner.id' tells it.",
            number,
        ),
        parameter(
            github.REPOSITORY_ID,
            "The number of the repository: 'gh api repos/OWNER/NAME --jq .id' tells it.",
            number,
        ),
        parameter(
            github.BRANCH,
            "The branch whose merges publish.",
            "[A-Za-z0-9][A-Za-z0-9._/-]{0,199}",
            "main",
        ),
        parameter(
            github.ENVIRONMENT,
            "The environment of the job that publishes; its rules in GitHub say who approves it.",
            "[A-Za-z0-9][A-Za-z0-9._-]{0,254}",
            "publish",
        ),
        Parameter(
            github.MAKE_PROVIDER,
            Type="String",
            Description="no, where the account has GitHub's identity provider already.",
            AllowedValues=["yes", "no"],
            Default="yes",
        ),
        parameter(
            KEY,
            "The ARN of the KMS key that encrypts the bucket, in this Region and account, with a"
            " policy that leaves its use to IAM; else S3's own keys do.",
            "(arn:aws[a-z-]{0,10}:kms:[a-z0-9-]{1,25}:[0-9]{12}:key/[A-Za-z0-9-]{1,64})?",
            "",
        ),
    ]


def _outputs() -> Body:
    outputs: Body = {}

    def add(name: str, description: str, value: AWSHelperFn) -> None:
        outputs[name] = Output(name, Description=description, Value=value).to_dict()

    add("ArtifactBucket", "The bucket that templates are published from.", Ref(BUCKET))
    add(
        "GitHubProviderArn",
        "GitHub's identity provider; another stack of this kind here must not make it again.",
        github.provider_arn(),
    )
    add(
        "PlanRoleArn",
        "Next: make it the repository's variable PERSONAC_PLAN_ROLE in GitHub.",
        GetAtt(PLAN_ROLE, "Arn"),
    )
    add(
        "PublishRoleArn",
        "Next: make it the repository's variable PERSONAC_PUBLISH_ROLE, and protect the"
        " environment and the branch.",
        GetAtt(PUBLISH_ROLE, "Arn"),
    )
    return outputs
