"""The guardrails of Studio: who administers it, and as whom it opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.boundary import boundary
from compiler.iam import quota
from compiler.iam.document import parse
from tests.catalog.launches import STUDIO, arn, catalog, decide
from tests.catalog.test_guardrails import breaks
from tests.catalog.well_architected import (
    ADMINISTRATOR,
    ENGINEER,
    EVERYTHING,
    STUDIO_ADMINISTRATION,
    as_persona,
)

if TYPE_CHECKING:
    from tests.catalog.launches import Document


def _allowing(action: str, *resources: str, tag: str = "") -> Document:
    statement: Document = {"Effect": "Allow", "Action": action, "Resource": list(resources)}
    if tag:
        statement["Condition"] = {"StringEquals": {"aws:PrincipalTag/personac:persona": tag}}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _breaks(document: Document, guardrail: str) -> bool:
    return breaks((parse(document, name="policy", kind="identity"),), guardrail)


@pytest.mark.parametrize(("action", "resource"), STUDIO_ADMINISTRATION)
def test_studio_is_administered_by_one_persona(action: str, resource: str) -> None:
    called, about, guardrail = f"sagemaker:{action}", arn(resource), "studio-administration"
    assert _breaks(_allowing(called, about), guardrail)
    assert _breaks(_allowing(called, about, tag=ENGINEER), guardrail)
    assert not _breaks(_allowing(called, about, tag=ADMINISTRATOR), guardrail)


def test_scripts_for_everybody_are_nobodys() -> None:
    called, about = "sagemaker:CreateStudioLifecycleConfig", arn("studio-lifecycle-config/a")
    assert _breaks(_allowing(called, about, tag=ADMINISTRATOR), "studio-administration")
    _, *denying = boundary(catalog()).document()["Statement"]
    bounded = [EVERYTHING, {"Version": "2012-10-17", "Statement": denying}]
    assert decide(bounded, called, about, as_persona(ADMINISTRATOR)) == "explicitly-denied"


def test_the_boundary_lets_the_administrator_alone_administer() -> None:
    _, *denying = boundary(catalog()).document()["Statement"]
    bounded = [EVERYTHING, {"Version": "2012-10-17", "Statement": denying}]
    for action, resource in STUDIO_ADMINISTRATION:
        called, about = f"sagemaker:{action}", arn(resource)
        assert decide(bounded, called, about, as_persona(ADMINISTRATOR)) == "allowed"
        for other in (as_persona("ml-ops"), STUDIO):
            assert decide(bounded, called, about, other) == "explicitly-denied"
    assert boundary(catalog()).characters <= quota.MANAGED_POLICY


PROFILES = "arn:aws:sagemaker:*:*:user-profile"
OWN = (
    f"{PROFILES}/${{sagemaker:DomainId}}/${{sagemaker:UserProfileName}}",
    f"{PROFILES}/*/${{aws:PrincipalTag/StudioUserProfile}}",
    f"{PROFILES}/*/${{aws:username}}",
)
"""What knows whose profile is whose: the session of Studio, a tag of the person, an IAM user."""

OTHERS = (
    f"{PROFILES}/*",
    f"{PROFILES}/*/bob",
    f"{PROFILES}/d-abcdefghijkl/bob",
    f"{PROFILES}/${{sagemaker:DomainId}}/*",
    f"{PROFILES}/*/${{sagemaker:UserProfileName}}",
    f"{PROFILES}/*/${{aws:PrincipalTag/Team}}",
    f"{PROFILES}/*/${{aws:PrincipalTag/StudioUserProfile}}*",
    f"{PROFILES}/*/${{aws:username}}-2",
    f"{PROFILES}/*/${{aws:PrincipalTag/StudioUserProfile, 'bob'}}",
)


@pytest.mark.parametrize("profile", OWN)
def test_studio_opens_as_oneself(profile: str) -> None:
    document = _allowing("sagemaker:CreatePresignedDomainUrl", profile)
    assert not _breaks(document, "studio-of-others")


@pytest.mark.parametrize("profile", OTHERS)
def test_studio_opens_as_nobody_else(profile: str) -> None:
    document = _allowing("sagemaker:CreatePresignedDomainUrl", profile)
    assert _breaks(document, "studio-of-others")
