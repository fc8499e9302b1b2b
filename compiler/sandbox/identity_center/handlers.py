"""The calls of AWS's handlers of AWS::SSO::PermissionSet.

Most are about an instance and a permission set of it: both have to be allowed.
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsiamidentitycenter.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.sandbox.authorisation import Call, request_tags, resource_tags
from compiler.sandbox.cloudformation.tags import gone_tags

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.iam.request import Context
    from compiler.sandbox.cloudformation.handled import Handled, Handler

_READ = (
    "DescribePermissionSet",
    "GetInlinePolicyForPermissionSet",
    "GetPermissionsBoundaryForPermissionSet",
    "ListCustomerManagedPolicyReferencesInPermissionSet",
    "ListManagedPoliciesInPermissionSet",
)
_LISTS = {
    "CustomerManagedPolicyReferences": "CustomerManagedPolicyReference",
    "ManagedPolicies": "ManagedPolicy",
}
"""For each list of the type, what the names of actions call an item."""


def permission_set_calls(handler: Handler, handled: Handled) -> Iterator[Call]:
    """The calls of a handler of AWS::SSO::PermissionSet."""
    tags = resource_tags(handled.tags)
    if handler == "create":
        yield from _about(handled, "CreatePermissionSet", request_tags(handled.tags))
        if handled.tags:
            yield Call("sso:TagResource", _arn(handled), request_tags(handled.tags))
        yield from _policies(handled, tags)
    elif handler == "read":
        for action in _READ:
            yield from _about(handled, action, tags)
        yield Call("sso:ListTagsForResource", _arn(handled), tags)
    elif handler == "update":
        yield from _about(handled, "UpdatePermissionSet", tags)
        yield from _policies(handled, tags)
        if gone := gone_tags(handled.previous, handled.properties):
            yield Call("sso:UntagResource", _arn(handled), {**tags, "aws:TagKeys": gone})
        if added := handled.added_tags():
            yield Call("sso:TagResource", _arn(handled), {**tags, **request_tags(added)})
        yield from _about(handled, "ProvisionPermissionSet", tags)
        account = f"arn:{handled.partition}:sso:::account/{handled.account_id}"
        yield Call("sso:ProvisionPermissionSet", account)
        yield Call("sso:DescribePermissionSetProvisioningStatus", _instance(handled))
    else:
        yield from _about(handled, "DeletePermissionSet", tags)


def _policies(handled: Handled, tags: Context) -> Iterator[Call]:
    """What is put into a permission set, and taken out of it."""
    properties, previous = handled.properties, handled.previous
    for name, kind in _LISTS.items():
        before, after = previous.get(name, []), properties.get(name, [])
        if any(each not in after for each in before):
            yield from _about(handled, f"Detach{kind}FromPermissionSet", tags)
        if any(each not in before for each in after):
            yield from _about(handled, f"Attach{kind}ToPermissionSet", tags)
    for name in ("InlinePolicy", "PermissionsBoundary"):
        if properties.get(name):
            yield from _about(handled, f"Put{name}ToPermissionSet", tags)
        elif previous.get(name):
            yield from _about(handled, f"Delete{name}FromPermissionSet", tags)


def _about(handled: Handled, action: str, context: Context) -> Iterator[Call]:
    """A call about the instance and the permission set; the tags are those of the set."""
    yield Call(f"sso:{action}", _instance(handled))
    yield Call(f"sso:{action}", _arn(handled), context)


def _instance(handled: Handled) -> str:
    return str(handled.properties["InstanceArn"])


def _arn(handled: Handled) -> str:
    """The ARN of the set: AWS makes up its end, and no call that makes one is about one end."""
    if "|" in handled.name:
        return handled.name.partition("|")[2]
    instance = _instance(handled).rpartition("/")[2]
    return f"arn:{handled.partition}:sso:::permissionSet/{instance}/*"
