"""What was launched: provisioned products, and the stacks behind them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from compiler.release.aws import DENIED, AwsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from compiler.release.aws import Aws

NO_STACK = "ValidationError"
"""What CloudFormation answers where a stack does not exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provisioned:
    """A provisioned product."""

    id: str
    name: str
    status: str
    """AVAILABLE, UNDER_CHANGE, TAINTED, ERROR or PLAN_IN_PROGRESS."""

    message: str = ""
    product: str
    """The product's id."""

    title: str = ""
    version: str
    """The version's id."""

    version_name: str = ""
    token: str = ""
    """The idempotency token of the request that made it."""

    last_record: str = ""
    succeeded_record: str = ""
    """The last record by which it was made or updated."""

    stack_id: str = ""
    """The ARN of its stack, where it is told."""

    created: datetime | None = None
    launched_by: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)

    def stack(self, account: str) -> str:
        """The ARN of its stack, or the name that Service Catalog gives it."""
        return self.stack_id or f"SC-{account}-{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The provisioned products that could be seen, and how far the look reached."""

    products: tuple[Provisioned, ...]
    level: str
    """Account, Role or User."""


def search(aws: Aws, query: str | None = None) -> Seen:
    """The provisioned products of the account, or as many of them as may be seen.

    https://docs.aws.amazon.com/servicecatalog/latest/dg/API_SearchProvisionedProducts.html

    Args:
        aws: the account.
        query: such as `productId:prod-abcdefghijklm`.

    Raises:
        AwsError: where AWS refuses even what the caller has launched.
    """
    filters = {"SearchQuery": [query]} if query else None
    for level in ("Account", "Role"):
        try:
            return _search(aws, level, filters)
        except AwsError as error:
            if error.code not in DENIED:
                raise
    return _search(aws, "User", filters)


def named(aws: Aws, name: str) -> Provisioned | None:
    """The provisioned product of a name; None where there is none, or it may not be seen.

    Raises:
        AwsError: where AWS refuses for another reason.
    """
    try:
        answer = aws.call("servicecatalog", "DescribeProvisionedProduct", Name=name)
    except AwsError as error:
        if error.is_missing or error.code in DENIED:
            return None
        raise
    return _provisioned(answer["ProvisionedProductDetail"])


def exists(aws: Aws, id_: str) -> bool:
    """Whether a provisioned product still stands.

    Raises:
        AwsError: where AWS does not say.
    """
    try:
        aws.call("servicecatalog", "DescribeProvisionedProduct", Id=id_)
    except AwsError as error:
        if error.is_missing:
            return False
        raise
    return True


def launched_by_another(aws: Aws, standing: Provisioned) -> str:
    """The name of who launched it, where that is not who asks; empty where it is, or is not told.

    https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ProvisionedProductAttribute.html

    Raises:
        AwsError: where AWS cannot be reached, or does not take the credentials.
    """
    caller: str = aws.call("sts", "GetCallerIdentity")["Arn"]
    if standing.launched_by in ("", caller):
        return ""
    kind, _, role = standing.launched_by.rpartition("/")
    if ":role" in kind and f":assumed-role/{role}/" in caller:
        # Of the role alone it cannot be told who had it.
        return ""
    return role


def stack_parameters(aws: Aws, stack: str) -> dict[str, str] | None:
    """The values that a stack was last made with; None where they may not be read.

    A parameter that the template hides has none that is known.

    Raises:
        AwsError: where AWS cannot be reached.
    """
    try:
        answer = aws.call("cloudformation", "DescribeStacks", StackName=stack)
    except AwsError as error:
        if error.code in DENIED or error.code == NO_STACK:
            return None
        raise
    listed = answer["Stacks"][0].get("Parameters", ())
    return {each["ParameterKey"]: each.get("ParameterValue", "") for each in listed}


def stack_resources(aws: Aws, stack: str) -> Iterator[Mapping[str, Any]]:
    """The resources of a stack, as CloudFormation lists them.

    Raises:
        AwsError: where AWS refuses.
    """
    token: str | None = None
    while True:
        answer = aws.call("cloudformation", "ListStackResources", StackName=stack, NextToken=token)
        yield from answer.get("StackResourceSummaries", ())
        token = answer.get("NextToken")
        if not token:
            return


def _search(aws: Aws, level: str, filters: Mapping[str, list[str]] | None) -> Seen:
    members: dict[str, Any] = {"AccessLevelFilter": {"Key": level, "Value": "self"}}
    if filters:
        members["Filters"] = filters
    listed = aws.pages("SearchProvisionedProducts", "ProvisionedProducts", PageSize=100, **members)
    return Seen(products=tuple(_provisioned(each) for each in listed), level=level)


def _provisioned(detail: Mapping[str, Any]) -> Provisioned:
    return Provisioned(
        id=detail["Id"],
        name=detail["Name"],
        status=detail["Status"],
        message=detail.get("StatusMessage", ""),
        product=detail.get("ProductId", ""),
        title=detail.get("ProductName", ""),
        version=detail.get("ProvisioningArtifactId", ""),
        version_name=detail.get("ProvisioningArtifactName", ""),
        token=detail.get("IdempotencyToken", ""),
        last_record=detail.get("LastRecordId", ""),
        succeeded_record=detail.get("LastSuccessfulProvisioningRecordId", ""),
        stack_id=detail.get("PhysicalId", ""),
        created=detail.get("CreatedTime"),
        launched_by=detail.get("UserArnSession") or detail.get("UserArn", ""),
        tags={each["Key"]: each["Value"] for each in detail.get("Tags", ())},
    )
