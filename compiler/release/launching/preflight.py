"""What a launch needs of its account, looked at before anything is created.

Whoever launches may not be allowed to see all of it: what could not be seen is a note.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from compiler.intrinsics import RenderError, Resolver
from compiler.release.aws import EXPIRED, UNKNOWN, AwsError
from compiler.release.launching.finding import error, note, warning
from compiler.render import Launch, partition_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from compiler.release.aws import Aws
    from compiler.release.launching.finding import About, Finding

Body = dict[str, Any]

_LAUNCH_ROLE = "output/account/launch-role.template.json"
_BOUNDARY = "output/account/boundary.template.json"
_SERVICE = "servicecatalog.amazonaws.com"


def account_findings(  # noqa: PLR0913 - all that it depends on
    aws: Aws,
    role: str | None,
    template: Body | None,
    values: Mapping[str, str],
    *,
    complete: bool,
    new: bool,
) -> Iterator[Finding]:
    """Look at what a launch needs of the account.

    Args:
        aws: the account.
        role: the name or the ARN of the launch role, where it is known.
        template: what is launched, where a clone has it.
        values: all parameters that are known, defaults among them.
        complete: whether these are all, and right.
        new: whether something is launched, and not updated.

    Raises:
        AwsError: where AWS cannot be reached, or does not take the credentials.
    """
    if role is None:
        hint = "no launch constraint is told: launches then need permissions of the caller's own"
        yield note("launch-role", "the launch role is not known", hint)
    else:
        yield from _launch_role(aws, role)
    if domain := values.get("DomainId"):
        yield from _domain(aws, domain, values, new=new)
    if template is None:
        what = "no look at the boundary, nor at how much the launch makes"
        hint = "a clone that holds this version's template tells more: run it there, or by --output"
        yield note("clone", f"the template is not at hand: {what}", hint)
        yield from _quotas(aws, roles=1, policies=0, attached=0, new=new)
        return
    if not complete:
        yield note("clone", "boundary and quotas are looked at once all values are right")
        return
    try:
        made = _made(template, values, aws)
    except (RenderError, LookupError, TypeError, AttributeError) as problem:
        yield note("clone", f"what the template makes cannot be told: {problem}")
        return
    for boundary in sorted(made.boundaries):
        yield from _boundary(aws, boundary)
    yield from _quotas(
        aws, roles=made.roles, policies=made.policies, attached=made.attached, new=new
    )


class _Made:
    """What a launch makes in IAM."""

    def __init__(self) -> None:
        self.roles = self.policies = self.attached = 0
        self.boundaries: set[str] = set()


def _made(template: Body, values: Mapping[str, str], aws: Aws) -> _Made:
    where = Launch(partition=partition_of(aws.region), region=aws.region, account=aws.account)
    resolver = Resolver(template, values, where.pseudo())
    made = _Made()
    for name, each in template["Resources"].items():
        if "Condition" in each and not resolver.condition(each["Condition"]):
            continue
        place, properties = ("Resources", name, "Properties"), each.get("Properties", {})
        if each["Type"] == "AWS::IAM::ManagedPolicy":
            made.policies += 1
        if each["Type"] != "AWS::IAM::Role":
            continue
        made.roles += 1
        attached = resolver.value(properties.get("ManagedPolicyArns", []), place)
        made.attached = max(made.attached, len(attached))
        if "PermissionsBoundary" in properties:
            made.boundaries.add(str(resolver.value(properties["PermissionsBoundary"], place)))
    return made


def _seen(
    about: About, subject: str, ask: Callable[[], Body], missing: Callable[[], Finding]
) -> tuple[Body | None, Finding | None]:
    """An answer of AWS's, or what to say where there is none."""
    try:
        return ask(), None
    except AwsError as problem:
        if not problem.code or problem.code in (*EXPIRED, *UNKNOWN):
            raise
        if problem.is_missing:
            return None, missing()
        return None, note(about, f"no look at {subject}: {problem}")


def _launch_role(aws: Aws, role: str) -> Iterator[Finding]:
    account = role.split(":")[4] if role.startswith("arn:") else aws.account
    name = role.rpartition("/")[2]
    if account != aws.account:
        yield note("launch-role", f"no look at the launch role {role}: it is another account's")
        return
    answer, found = _seen(
        "launch-role",
        f"the launch role {name}",
        lambda: aws.call("iam", "GetRole", RoleName=name),
        lambda: error(
            "launch-role",
            f"the launch role {name} does not exist in account {account}",
            f"the platform team deploys {_LAUNCH_ROLE} there",
            subject=name,
        ),
    )
    if found:
        yield found
    if answer and _SERVICE not in json.dumps(answer["Role"].get("AssumeRolePolicyDocument", "")):
        hint = f"the platform team deploys {_LAUNCH_ROLE} anew"
        yield error("launch-role", f"the launch role {name} does not trust {_SERVICE}", hint)


def _boundary(aws: Aws, arn: str) -> Iterator[Finding]:
    _, found = _seen(
        "boundary",
        f"the permissions boundary {arn}",
        lambda: aws.call("iam", "GetPolicy", PolicyArn=arn),
        lambda: error(
            "boundary",
            f"the permissions boundary {arn} does not exist",
            f"the platform team deploys {_BOUNDARY} there",
            subject=arn,
        ),
    )
    if found:
        yield found


def _domain(aws: Aws, domain: str, values: Mapping[str, str], *, new: bool) -> Iterator[Finding]:
    answer, found = _seen(
        "domain",
        f"the domain {domain}",
        lambda: _described(aws, "DescribeDomain", DomainId=domain),
        lambda: error(
            "domain",
            f"there is no Studio domain {domain} in {aws.region}",
            "the SageMaker console lists the domains of the account and Region",
            subject="DomainId",
        ),
    )
    if found:
        yield found
    if answer is None:
        return
    mode, said = answer.get("AuthMode"), values.get("DomainMode")
    if said and mode != said:
        message = f"the domain {domain} is in {mode} mode, and DomainMode says {said}"
        yield error("domain", message, f"give --set DomainMode={mode}", subject="DomainMode")
    if (status := answer.get("Status")) != "InService":
        yield error("domain", f"the domain {domain} is {status}", subject="DomainId")
    profile = values.get("UserProfileName")
    if new and profile and _has_profile(aws, domain, profile):
        message = f"the domain {domain} has a user profile {profile} already"
        yield error("domain", message, "choose another name", subject="UserProfileName")


def _described(aws: Aws, operation: str, **members: str) -> Body:
    """What SageMaker tells of something that exists."""
    try:
        return aws.call("sagemaker", operation, **members)
    except AwsError as problem:
        # Other operations of SageMaker's answer ValidationException where nothing is found.
        if problem.code in ("ResourceNotFound", "ValidationException"):
            raise AwsError(str(problem), code="ResourceNotFoundException") from problem
        raise


def _has_profile(aws: Aws, domain: str, profile: str) -> bool:
    try:
        _described(aws, "DescribeUserProfile", DomainId=domain, UserProfileName=profile)
    except AwsError:
        # Missing, as it should be, or not to be seen: then its creation tells.
        return False
    return True


def _quotas(aws: Aws, *, roles: int, policies: int, attached: int, new: bool) -> Iterator[Finding]:
    answer, found = _seen(
        "quota",
        "IAM's quotas",
        lambda: aws.call("iam", "GetAccountSummary"),
        lambda: note("quota", "no look at IAM's quotas"),
    )
    if found:
        yield found
    if answer is not None:
        yield from room(
            answer["SummaryMap"], roles=roles, policies=policies, attached=attached, new=new
        )


def room(
    held: Mapping[str, int], *, roles: int, policies: int, attached: int, new: bool
) -> Iterator[Finding]:
    """Whether an account has room for what a launch makes.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html

    Args:
        held: the account's summary.
        roles: how many are made.
        policies: how many managed policies are made.
        attached: how many policies are attached to one role, at most.
        new: whether these come beside what stands, or instead of it.
    """
    hint = "the platform team removes what nobody uses, or asks AWS to raise the quota"
    for needed, name, noun in ((roles, "Roles", "roles"), (policies, "Policies", "policies")):
        quota, standing = held.get(f"{name}Quota"), held.get(name)
        if quota is None or standing is None or not new:
            continue
        left = quota - standing
        if needed > left:
            message = f"the launch makes {needed} {noun}, and the account has room for {left}"
            yield error("quota", f"{message} of {quota:,}", hint, subject=name)
        elif left - needed < quota // 100:
            message = f"{standing:,} of {quota:,} {noun} of the account are taken"
            yield warning("quota", message, hint, subject=name)
    most = held.get("AttachedPoliciesPerRoleQuota")
    if most is not None and attached > most:
        message = (
            f"the launch attaches {attached} policies to a role, and the account allows {most}"
        )
        yield error("quota", message, hint, subject="AttachedPoliciesPerRole")
