"""The roles of the hub suffice for what the publisher does, and hold nothing that it never does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from compiler.artifact import canonical
from compiler.emit.publishing import observing, publishing
from compiler.iam import document, reference
from compiler.iam.evaluate import Evaluator
from compiler.iam.request import Access, Request
from compiler.release.aws import Aws, AwsError
from compiler.release.observe import Looking
from compiler.release.regions import plan_regions
from compiler.release.saved_plan import plan_view, read_plan
from tests.emit.hub import GIVEN, hub, resolved, small
from tests.release.conftest import ACCOUNT, REGION
from tests.release.offers import LAUNCH, portfolio, product, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from compiler.emit.permissions import Permission
    from tests.release.conftest import Site

LAUNCH_ROLE = f"arn:aws:iam::{ACCOUNT}:role/personac-launch"
BUCKET = f"personac-small-{ACCOUNT}"
FREE = {"sts:GetCallerIdentity"}
"""What takes no permission.
https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html"""

S3 = {"HeadObject": "GetObject", "ListObjectsV2": "ListBucket"}
"""Operations that go by another action.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html"""

KEYS = {"kms:Decrypt", "kms:GenerateDataKey"}
"""What S3 needs where the bucket has a key: here it has none."""


@dataclass
class Role:
    """A role of the hub, and what it was asked for."""

    name: str
    tags: dict[str, dict[str, str]]
    """Tags by the id of a product or a portfolio."""

    used: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        policies = resolved(hub(small())["bootstrap"], GIVEN, ACCOUNT)[self.name]["Properties"]
        self.evaluator = Evaluator(
            Access(
                policies=tuple(
                    document.parse(each["PolicyDocument"], name=each["PolicyName"])
                    for each in policies["Policies"]
                )
            )
        )

    def require(self, service: str, operation: str, members: dict[str, Any], region: str) -> None:
        for request in asked(service, operation, members, self.tags):
            if request.action in FREE:
                continue
            context = {**request.context, "aws:RequestedRegion": region}
            whole = Request(action=request.action, resource=request.resource, context=context)
            if self.evaluator.decide(whole).decision != "allowed":
                message = f"{self.name}: {request.action} on {request.resource} with {context}"
                raise AwsError(message, code="AccessDenied")
            self.used.add(request.action)


def asked(
    service: str, operation: str, members: dict[str, Any], tags: dict[str, dict[str, str]]
) -> Iterator[Request]:
    """What IAM is asked for a call, by AWS's reference of which resources an action takes."""
    if service == "s3":
        bucket = members["Bucket"]
        resource = f"arn:aws:s3:::{bucket}{'/' + members['Key'] if 'Key' in members else ''}"
        own = {"aws:ResourceAccount": ACCOUNT}
        held = {"s3:ExistingObjectTag/servicecatalog:provisioning": "true"}
        context = own if bucket == BUCKET else held
        yield Request(
            action=f"s3:{S3.get(operation, operation)}", resource=resource, context=context
        )
        return
    (action,) = reference.expand(f"{service}:{operation}")
    context = {f"aws:RequestTag/{each['Key']}": each["Value"] for each in members.get("Tags", ())}
    resource = "*"
    if action.resource_types and service == "servicecatalog":
        kind, identifier = _named(action.resource_types, members)
        resource = f"arn:aws:catalog:{REGION}:{ACCOUNT}:{kind}/{identifier}"
        context |= {
            f"aws:ResourceTag/{key}": value for key, value in tags.get(identifier, {}).items()
        }
    yield Request(action=str(action), resource=resource, context=context)
    if operation in {"CreateProduct", "CreateProvisioningArtifact"}:
        # What Service Catalog does in the caller's name.
        yield Request(action="cloudformation:GetTemplateSummary")
        yield Request(action="cloudformation:ValidateTemplate")
    if operation == "CreateConstraint" and members["Type"] == "LAUNCH":
        yield Request(action="iam:GetRole", resource=LAUNCH_ROLE)
        to = {"iam:PassedToService": "servicecatalog.amazonaws.com"}
        yield Request(action="iam:PassRole", resource=LAUNCH_ROLE, context=to)


def _named(types: tuple[str, ...], members: dict[str, Any]) -> tuple[str, str]:
    if "ResourceId" in members:
        identifier = members["ResourceId"]
        return ("product" if identifier.startswith("prod-") else "portfolio"), identifier
    (kind,) = (each.lower() for each in types)
    # One that is being made has no id yet.
    return kind, members.get(f"{kind.title()}Id", members.get("Id", "new"))


class Held(Aws):
    """The door to AWS of somebody who holds a role of the hub."""

    role: Role

    def call(self, service: str, operation: str, **members: Any) -> dict[str, Any]:
        given = {name: each for name, each in members.items() if each is not None}
        self.role.require(service, operation, given, self.region)
        answer = super().call(service, operation, **members)
        made = {each["Key"]: each["Value"] for each in members.get("Tags", ())}
        if operation == "CreateProduct":
            seen = answer["ProductViewDetail"]["ProductViewSummary"]
            self.role.tags[seen["ProductId"]] = made
        if operation == "CreatePortfolio":
            self.role.tags[answer["PortfolioDetail"]["Id"]] = made
        return answer


def holding(site: Site, role: Role) -> Callable[[str], Aws]:
    def connect(region: str) -> Aws:
        made = Held(region)
        made.role = role
        made._clients = site.connect(region)._clients  # noqa: SLF001 - they take long to make
        return made

    return connect


OTHER = {"type": "IAM_PATTERN", "arn": "arn:aws:iam:::role/teams/others-*"}
SHARE = {"type": "ACCOUNT", "target": "222222222222", "principals": False, "tag_options": False}
FORBIDDEN = {
    "RESOURCE_UPDATE": {
        "Version": "2.0",
        "Properties": {"TagUpdateOnProvisionedProduct": "NOT_ALLOWED"},
    }
}


def organization(site: Site) -> dict[str, Any]:
    """A share to the organization that the hub manages."""
    made = site.aws().call("organizations", "CreateOrganization", FeatureSet="ALL")
    site.aws().call("servicecatalog", "EnableAWSOrganizationsAccess")
    target = made["Organization"]["Id"]
    return {**SHARE, "type": "ORGANIZATION", "target": target, "principals": True}


def first(folder: Path, *shares: dict[str, Any]) -> Path:
    shared = portfolio(
        "science",
        {
            "data-scientist": product("Data Scientist", {"1.0.0": "active", "1.1.0": "active"}),
            "read-only": product("Read Only", {"1.0.0": "active"}),
        },
        tag_options={"cost-center": ["a", "b"]},
        shares=[SHARE, *shares],
    )
    own = portfolio("own", {"ml-ops": product("MLOps", {"1.0.0": "active", "1.1.0": "active"})})
    return write(folder, shared, own)


def second(folder: Path) -> Path:
    """All is changed that can be."""
    versions = {"1.0.0": "retired", "1.1.0": "deprecated", "1.2.0": "active"}
    scientist = product("Scientist", versions, constraints={**LAUNCH, **FORBIDDEN})
    shared = portfolio(
        "science",
        {"data-scientist": scientist},
        description="Another.",
        tag_options={"cost-center": ["b", "c"]},
        principals=[OTHER],
        shares=[{**SHARE, "tag_options": True}],
    )
    ml_ops = product("MLOps", {"1.0.0": "removed", "1.1.0": "active"}, constraints=LAUNCH)
    return write(folder, shared, portfolio("own", {"ml-ops": ml_ops}))


def third(folder: Path) -> Path:
    scientist = product("Scientist", {"1.2.0": "active"}, constraints={**LAUNCH, **FORBIDDEN})
    options = {"cost-center": ["c"]}
    return write(folder, portfolio("science", {"data-scientist": scientist}, tag_options=options))


def granted(*permissions: Permission) -> set[str]:
    return {action for each in permissions for action in each.actions}


OBSERVING = granted(*observing(small()))
PUBLISHING = granted(*publishing(small()))


def test_the_roles_suffice_for_all_that_the_publisher_does(site: Site, tmp_path: Path) -> None:
    """A first publish, one that changes all that can be changed, one that takes away."""
    site.one_at_a_time()
    tags: dict[str, dict[str, str]] = {}
    plan, publish = Role("PlanRole", tags), Role("PublishRole", tags)
    shared = organization(site)
    for write_output in (lambda folder: first(folder, shared), second, third):
        folder = write_output(tmp_path)
        hub = site.hub(folder, connect=holding(site, plan))
        planned = plan_regions(hub, [REGION], Looking(verify=True))
        assert planned[0][0].changes
        saved = read_plan(canonical(plan_view(hub.desired, planned)))
        outcome = site.publish(folder, saved, connect=holding(site, publish))
        assert outcome.published
        assert outcome.published.is_whole, outcome.published.failed

    assert plan.used == OBSERVING - KEYS
    assert plan.used | publish.used == (OBSERVING | PUBLISHING) - KEYS


def test_a_product_of_others_cannot_be_taken_over(site: Site) -> None:
    """The mark that would make it ours is refused."""
    ours = [{"Key": "personac:product", "Value": "small/theirs"}]
    aws = holding(site, Role("PublishRole", {}))(REGION)

    with pytest.raises(AwsError, match="servicecatalog:UpdateProduct"):
        aws.call("servicecatalog", "UpdateProduct", Id="prod-theirs", AddTags=ours)
