"""The end of a launch, made ready: what would be lost, and what stands in its way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compiler.release.aws import EXPIRED, UNKNOWN, AwsError
from compiler.release.launching.choice import ChoiceError
from compiler.release.launching.finding import error, note, warning
from compiler.release.launching.launch import default_name
from compiler.release.launching.offer import offered
from compiler.release.launching.provisioned import (
    launched_by_another,
    stack_parameters,
    stack_resources,
)
from compiler.release.launching.update import held
from compiler.release.token import token

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.release.aws import Aws
    from compiler.release.launching.clone import Clone
    from compiler.release.launching.finding import Finding
    from compiler.release.launching.launch import Wish
    from compiler.release.launching.offer import Offer
    from compiler.release.launching.provisioned import Provisioned

TERMINATE = "TERMINATE_PROVISIONED_PRODUCT"
"""The type of the record of a termination."""

_LOSSES = {
    "AWS::IAM::Role": "whatever runs with it stops working",
    "AWS::SageMaker::Domain": "its users can open Studio no more; the file system stays",
    "AWS::SageMaker::UserProfile": "the user's home directory is lost with it",
    "AWS::SSO::PermissionSet": "the people who are assigned to it lose this access",
}
"""What the end of a resource means to people.
https://docs.aws.amazon.com/sagemaker/latest/dg/domain-user-profile-remove.html"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A resource that ends with a launch."""

    resource: str
    """Its logical id."""

    type: str
    id: str
    """Its physical id; empty where it is not known."""

    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A termination that can begin, unless there are errors among its findings."""

    region: str
    account: str
    offer: Offer
    name: str
    standing: Provisioned | None
    """None where it has been terminated already."""

    losses: tuple[Loss, ...]
    findings: tuple[Finding, ...]
    token: str
    record: str = ""
    """The record of a termination that runs, or has ended."""


def ready_to_terminate(aws: Aws, wish: Wish, clone: Clone) -> Ending:
    """Find what is launched, and tell what is lost with it.

    Raises:
        ChoiceError: where it cannot be told what is asked for.
        AwsError: where AWS refuses, or cannot be reached.
    """
    offer = offered(aws, wish.product, clone)
    name = wish.name or default_name(offer)
    try:
        # Never the only one there is: a command that is run again must not end another launch.
        standing = held(aws, offer, name)
    except ChoiceError:
        ended = _ended(aws, offer, name)
        if not ended:
            raise
        return Ending(
            region=aws.region,
            account=aws.account,
            offer=offer,
            name=name,
            standing=None,
            losses=(),
            findings=(),
            token="",
            record=ended,
        )
    running = _running(aws, standing)
    found: list[Finding] = []
    losses: tuple[Loss, ...] = ()
    if standing.status == "UNDER_CHANGE" and not running:
        message = f"'{standing.name}' is being changed by somebody"
        found.append(error("stack", message, "try again once that has ended"))
    elif not running:
        losses, unseen = _losses(aws, standing)
        found += [*unseen, *_in_the_way(aws, standing)]
        found += _of_another(aws, standing, is_named=wish.name is not None)
    return Ending(
        region=aws.region,
        account=aws.account,
        offer=offer,
        name=standing.name,
        standing=standing,
        losses=losses,
        findings=tuple(found),
        token=token("TerminateProvisionedProduct", id=standing.id, after=standing.last_record),
        record=running,
    )


def _of_another(aws: Aws, standing: Provisioned, *, is_named: bool) -> Iterator[Finding]:
    """Whose it is: the default name is the persona's, and several people may have taken it."""
    another = launched_by_another(aws, standing)
    if not another:
        return
    message = f"'{standing.name}' was launched by {another}"
    if is_named:
        yield warning("stack", message)
    else:
        yield error("name", message, f"to terminate it all the same, give --name {standing.name}")


def _ended(aws: Aws, offer: Offer, name: str) -> str:
    """The record of the last termination of a launch of that name, which runs or has succeeded.

    Empty where none is known.
    """
    own = {"Key": "User", "Value": "self"}
    by_product = {"Key": "product", "Value": offer.id}
    found = [
        each
        for each in aws.pages(
            "ListRecordHistory", "RecordDetails", AccessLevelFilter=own, SearchFilter=by_product
        )
        if each.get("ProvisionedProductName") == name
        and each.get("RecordType") == TERMINATE
        and each.get("Status") != "FAILED"
    ]
    return str(max(found, key=lambda each: each["CreatedTime"])["RecordId"]) if found else ""


def _running(aws: Aws, standing: Provisioned) -> str:
    """The record of a termination that runs; empty where none does."""
    if standing.status != "UNDER_CHANGE" or not standing.last_record:
        return ""
    record = aws.call("servicecatalog", "DescribeRecord", Id=standing.last_record)["RecordDetail"]
    return standing.last_record if record.get("RecordType") == TERMINATE else ""


def _losses(aws: Aws, standing: Provisioned) -> tuple[tuple[Loss, ...], list[Finding]]:
    try:
        listed = list(stack_resources(aws, standing.stack(aws.account)))
    except AwsError as problem:
        _raise_again(problem)
        hint = "a user profile's home directory is lost with it; roles that it made are deleted"
        return (), [note("stack", f"what is lost may not be read: {problem}", hint)]
    return tuple(_loss(each) for each in listed if each["ResourceStatus"] != "DELETE_COMPLETE"), []


def _loss(resource: Mapping[str, Any]) -> Loss:
    kind = resource["ResourceType"]
    return Loss(
        resource=resource["LogicalResourceId"],
        type=kind,
        id=resource.get("PhysicalResourceId", ""),
        meaning=_LOSSES.get(kind, ""),
    )


def _in_the_way(aws: Aws, standing: Provisioned) -> Iterator[Finding]:
    """Apps and spaces, which keep a user profile from being deleted."""
    try:
        values = stack_parameters(aws, standing.stack(aws.account)) or {}
        domain, profile = values.get("DomainId"), values.get("UserProfileName")
        if not (domain and profile):
            return
        apps = aws.call(
            "sagemaker", "ListApps", DomainIdEquals=domain, UserProfileNameEquals=profile
        )["Apps"]
        spaces = aws.call("sagemaker", "ListSpaces", DomainIdEquals=domain)["Spaces"]
    except AwsError as problem:
        _raise_again(problem)
        yield note("stack", f"no look at apps and spaces of the user: {problem}")
        return
    running = [each.get("AppName", "") for each in apps if each.get("Status") not in _GONE]
    own = [
        each["SpaceName"]
        for each in spaces
        if each.get("OwnershipSettingsSummary", {}).get("OwnerUserProfileName") == profile
    ]
    for noun, several in (("apps", running), ("spaces", own)):
        if several:
            message = f"the user profile {profile} has {noun}: {', '.join(sorted(several))}"
            hint = "the profile cannot be deleted before them: delete them in Studio"
            yield error("stack", message, hint)


_GONE = ("Deleted", "Deleting", "Failed")


def _raise_again(problem: AwsError) -> None:
    """Raise what is no refusal, but says that AWS cannot be asked at all."""
    if not problem.code or problem.code in (*EXPIRED, *UNKNOWN):
        raise problem
