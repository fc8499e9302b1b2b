"""Templates of a role, small enough to be read at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.managed import ManagedPolicy, plain_name
from compiler.subject import Subject, SubjectError

if TYPE_CHECKING:
    from collections.abc import Mapping

Json = dict[str, Any]

TRUST: Json = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Service",
            "Effect": "Allow",
            "Principal": {"Service": "sagemaker.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def document(*statements: Json) -> Json:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def allow(sid: str, action: str | list[str], resource: Any = "*", **more: Any) -> Json:
    return {"Sid": sid, "Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(sid: str, action: str | list[str], resource: Any = "*", **more: Any) -> Json:
    return {**allow(sid, action, resource, **more), "Effect": "Deny"}


def when(condition: str, statement: Json) -> Json:
    return {"Fn::If": [condition, statement, {"Ref": "AWS::NoValue"}]}


def given(name: str) -> Json:
    """A condition that holds where a parameter is not empty."""
    return {"Fn::Not": [{"Fn::Equals": [{"Ref": name}, ""]}]}


def template(*statements: Json, **more: Any) -> Json:
    """A template of one role with one policy; more are properties of the role, or sections."""
    sections: Json = {
        name: more.pop(name) for name in ("Parameters", "Conditions", "Rules") if name in more
    }
    role = {"AssumeRolePolicyDocument": TRUST, **more}
    own = {"PolicyDocument": document(*statements)}
    return {
        **sections,
        "Resources": {
            "Role": {"Type": "AWS::IAM::Role", "Properties": role},
            "Policy1": {"Type": "AWS::IAM::ManagedPolicy", "Properties": own},
        },
    }


def parameter(pattern: str = "", **more: Any) -> Json:
    form = {"AllowedPattern": pattern} if pattern else {}
    return {"Type": "String", **form, **more}


def subject(body: Json, name: str = "role") -> Subject:
    kind = "template" if "Resources" in body else "policy"
    return Subject(name=name, kind=kind, body=body, source="a test")  # type: ignore[arg-type]  # one of the two


def attached(held: Mapping[str, Json]) -> Any:
    """Gives AWS managed policies by name."""

    def find(name: str) -> ManagedPolicy:
        if name not in held:
            raise SubjectError(f"there is no {name}")
        return ManagedPolicy(
            name=plain_name(name), arn="", version="v1", source="", date="", document=held[name]
        )

    return find


NOTHING = attached({})
