"""What a change of resources means, the documents of policies left aside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.bump.reason import Reason, listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.bump.level import Level
    from compiler.template import Body, TemplatePath

REPLACING = ("Path", "RoleName")
"""Properties of a role whose change makes CloudFormation replace it.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-iam-role.html"""

REPLACED = frozenset(
    {
        "AuthMode",
        "DomainId",
        "DomainName",
        "InstanceArn",
        "KmsKeyId",
        "Name",
        "SingleSignOnUserIdentifier",
        "SingleSignOnUserValue",
        "UserProfileName",
    }
)
"""The same of user profiles, domains and permission sets.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_SageMaker.html"""

_ROLE = "AWS::IAM::Role"
_BESIDE = ("AWS::SageMaker::", "AWS::SSO::")
"""How the types of resources begin that templates have beside roles and policies."""

_DOCUMENTS = ("InlinePolicy",)
"""Their properties that are compared as policies."""

_PROPERTIES = {
    "Description": "another description",
    "MaxSessionDuration": "another longest session",
    "Tags": "other tags",
}
"""Properties that change no meaning, and how their change is told."""


def resource_reasons(old: Body, new: Body) -> Iterator[Reason]:
    """What differs in the role that a launch makes, and in what it makes beside it."""
    yield from _role(old, new)
    yield from _beside(old, new)


def properties_of(body: Body, kind: str | tuple[str, ...] = "") -> dict[str, Mapping[str, Any]]:
    """The properties of each resource whose type begins so, by logical id."""
    return {
        name: each.get("Properties", {})
        for name, each in body.get("Resources", {}).items()
        if str(each.get("Type")).startswith(kind)
    }


def _role(old: Body, new: Body) -> Iterator[Reason]:
    before, after = _roles(old), _roles(new)
    for name, was in before.items():
        if name not in after:
            names = listed([*after]) or "nothing"
            text = f"the role is replaced: in the template it was {name}, and is {names}"
            yield Reason(level="major", text=text)
            continue
        properties: TemplatePath = ("Resources", name, "Properties")
        now = after[name]
        for each in REPLACING:
            if was.get(each) != now.get(each):
                text = f"the role is replaced: its {each} is another"
                yield Reason(level="major", text=text, path=(*properties, each))
        bound = "PermissionsBoundary"
        if was.get(bound) != now.get(bound):
            text = "the role has another permissions boundary: not known what that takes away"
            if bound not in now:
                text = "the role has no permissions boundary any more"
            level: Level = "major" if bound in now else "minor"
            yield Reason(level=level, text=text, path=(*properties, bound))
        for each, words in _PROPERTIES.items():
            if was.get(each) != now.get(each):
                yield Reason(level="patch", text=f"the role has {words}", path=(*properties, each))


def _beside(old: Body, new: Body) -> Iterator[Reason]:
    """What is made beside roles and policies."""
    before, after = (properties_of(each, _BESIDE) for each in (old, new))
    for name in sorted({*before, *after}):
        path: TemplatePath = ("Resources", name, "Properties")
        if name not in after:
            yield Reason(level="major", text=f"the {name} is gone")
        elif name not in before:
            yield Reason(level="minor", text=f"the {name} is new", path=path)
        else:
            was, now = before[name], after[name]
            for each in sorted({*was, *now}.difference(_DOCUMENTS)):
                if was.get(each) != now.get(each):
                    level, text = _property(name, each)
                    yield Reason(level=level, text=text, path=(*path, each))


def _property(name: str, changed: str) -> tuple[Level, str]:
    if changed in REPLACED:
        return "major", f"the {name} is replaced: its {changed} is another"
    level: Level = "patch" if changed in _PROPERTIES else "minor"
    return level, f"the {name} has {_PROPERTIES.get(changed, f'another {changed}')}"


def _roles(body: Body) -> dict[str, Mapping[str, Any]]:
    """The properties of each role, by logical id."""
    return properties_of(body, _ROLE)
