"""What the tests of the well-architected personas launch."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from compiler.render import Launch, render
from tests.catalog.launches import CONTROLS, STUDIO, VALUES, documents, template

if TYPE_CHECKING:
    from compiler.render import Rendered
    from tests.catalog.launches import Document

ENGINEER, ADMINISTRATOR = "data-science-engineer", "data-science-administrator"
BOTH = (ENGINEER, ADMINISTRATOR)

TYPES = ["system", "ml.t3.medium", "ml.m5.large"]
BIG = "ml.p4d.24xlarge"
KEY = "sagemaker:InstanceTypes"

SWITCHES = {
    ENGINEER: (
        "S3ReadOnlyAccess",
        "SagemakerReadOnlyAccess",
        "EcrReadOnlyAccess",
        "LaunchProducts",
    ),
    ADMINISTRATOR: ("S3FullAccess", "SagemakerReadOnlyAccess", "ManageImageRepositories"),
}
"""The choices of a launch, all off."""

EVERYTHING: Document = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}
"""What somebody may attach to a role by hand."""

STUDIO_ADMINISTRATION = (
    ("CreateDomain", "domain/d-abcdefghijkl"),
    ("DeleteDomain", "domain/d-abcdefghijkl"),
    ("UpdateDomain", "domain/d-abcdefghijkl"),
    ("CreateUserProfile", "user-profile/d-abcdefghijkl/bob"),
    ("DeleteUserProfile", "user-profile/d-abcdefghijkl/bob"),
    ("UpdateUserProfile", "user-profile/d-abcdefghijkl/bob"),
)


def launch(
    persona: str,
    *switches: str,
    controls: tuple[str, ...] = (),
    given: dict[str, str] | None = None,
) -> Rendered:
    """A launch with these switches and controls on."""
    body = template(persona)
    off = {name for each in CONTROLS if each not in controls for name in CONTROLS[each]}
    known = {**VALUES, "AllowedInstanceTypes": ",".join(TYPES), **(given or {})}
    asked = {name: known[name] for name in body["Parameters"] if name in known and name not in off}
    return render(body, Launch(parameters={**asked, **dict.fromkeys(switches, "yes")}))


@cache
def held(persona: str, *switches: str, controls: tuple[str, ...] = ()) -> tuple[Document, ...]:
    """The permissions policies of a launch, those of AWS apart."""
    return documents(launch(persona, *switches, controls=controls))


def as_persona(name: str) -> dict[str, str | list[str]]:
    """A session of a persona's role, in Studio: the tag is what its template puts on the role."""
    tags = {
        each["Key"]: each["Value"]
        for each in template(name)["Resources"]["Role"]["Properties"]["Tags"]
    }
    return {**STUDIO, "aws:PrincipalTag/personac:persona": tags["personac:persona"]}
