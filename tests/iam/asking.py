"""Short ways to write policies and to ask them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.iam.document import parse
from compiler.iam.evaluate import decide
from compiler.iam.request import Access, Request

if TYPE_CHECKING:
    from compiler.iam.document import Kind
    from compiler.iam.request import Context, Decision

ALLOWED: Decision = "allowed"
IMPLICIT: Decision = "implicitly-denied"
EXPLICIT: Decision = "explicitly-denied"

BUCKET = "arn:aws:s3:::bucket"


def policy(*statements: dict[str, Any], version: str = "2012-10-17") -> dict[str, Any]:
    return {"Version": version, "Statement": list(statements)}


def allow(actions: Any = "*", resources: Any = "*", **others: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **others}


def deny(actions: Any = "*", resources: Any = "*", **others: Any) -> dict[str, Any]:
    return {**allow(actions, resources, **others), "Effect": "Deny"}


def access(*documents: Any, boundary: Any = None, kind: Kind = "identity") -> Access:
    return Access(
        policies=tuple(parse(each, name=f"p{n}", kind=kind) for n, each in enumerate(documents)),
        boundary=None if boundary is None else (parse(boundary, name="boundary"),),
    )


def ask(
    *statements: dict[str, Any],
    action: str = "s3:GetObject",
    resource: str = "*",
    context: Context | None = None,
    version: str = "2012-10-17",
) -> Decision:
    request = Request(action=action, resource=resource, context=context or {})
    return decide(access(policy(*statements, version=version)), request).decision


def holds(operator: str, values: Any, context: Context) -> bool:
    """Whether a condition on aws:Key holds."""
    answer = ask(allow(Condition={operator: {"aws:Key": values}}), context=context)
    assert answer != EXPLICIT
    return answer == ALLOWED
