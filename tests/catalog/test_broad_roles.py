"""The roles that are broad on purpose: they say so, they end, and nothing is typed at launch."""

from __future__ import annotations

import re

import pytest

from tests.catalog.execution import BROAD, MUST, TO_SAGEMAKER, of, s3
from tests.catalog.launches import (
    ACCOUNT,
    CONTROLS,
    arn,
    attached,
    catalog,
    decide,
    everything,
    launched,
    policies,
    template,
)

LAST_DAY = "2027-05-31"
"""When the broad roles are to be gone."""


@pytest.mark.parametrize("persona", [*BROAD, "broad-baseline"])
def test_a_broad_role_says_so_and_ends(persona: str) -> None:
    found = catalog().personas[persona]
    assert found.broad
    assert found.title.startswith("Broad ")
    for each in found.exceptions:
        assert each.expires == LAST_DAY
        assert len(each.reason) > len("It is broad.")


@pytest.mark.parametrize("broad", BROAD)
def test_a_broad_role_may_what_the_narrow_ones_may_and_more(broad: str) -> None:
    held = policies(broad)
    # An upload that fails is not cleaned up, and a model lists no folder: AWS's text lacks both.
    missing = {"s3:AbortMultipartUpload", *(["s3:ListBucket"] if "model" in broad else [])}
    for narrow in BROAD[broad]:
        asked = [each for each in MUST[narrow] if each[0] not in missing]
        assert [of(each) for each in asked if decide(held, *each) != "allowed"] == []
    assert decide(held, "s3:GetObject", s3("payroll/2026.csv")) == "allowed"
    assert decide(held, "ecr:BatchGetImage", arn("repository/payroll", "ecr")) == "allowed"


@pytest.mark.parametrize("broad", BROAD)
def test_nothing_broad_is_typed_at_launch(broad: str) -> None:
    asked = set(template(broad).get("Parameters", {}))
    assert asked <= {name for names in CONTROLS.values() for name in names}


def test_the_broad_notebook_instance_passes_any_role_to_sagemaker_alone() -> None:
    held = policies("broad-notebook-instance-execution-role")
    admin = f"arn:aws:iam::{ACCOUNT}:role/admin"
    assert decide(held, "iam:PassRole", admin, TO_SAGEMAKER) == "allowed"
    assert decide(held, "iam:PassRole", admin) == "implicitly-denied"
    assert decide(held, "sagemaker:CreateDomain", arn("domain/d-1")) == "allowed"
    assert decide(held, "iam:CreateRole", admin) == "implicitly-denied"


def test_the_baseline_is_three_policies_of_aws_and_nothing_else() -> None:
    body = template("broad-baseline")
    assert set(body["Resources"]) == {"Role"}
    rendered = launched(body)
    assert [each.rpartition("/")[2] for each in rendered.managed_policy_arns] == [
        "AmazonSageMakerFullAccess",
        "AmazonSageMakerCanvasFullAccess",
        "AmazonSageMakerCanvasAIServicesAccess",
    ]
    assert body.get("Parameters", {}) == {}
    assert body["Resources"]["Role"]["Properties"]["Path"] == catalog().settings.role_path
    admin = f"arn:aws:iam::{ACCOUNT}:role/admin"
    held = everything("broad-baseline")
    assert held == attached("broad-baseline")
    assert decide(held, "iam:PassRole", admin, TO_SAGEMAKER) == "allowed"


def test_no_launch_parameter_reaches_a_broad_role_of_jobs() -> None:
    """A data scientist names the roles of their launch: never one that may do more than they."""
    parameter = catalog().parameters["ExecutionRoles"]
    path = catalog().settings.execution_role_path
    admitted = re.compile(parameter.pattern.replace("${catalog.execution_role_path}", path))
    account = "arn:aws:iam::111122223333:role"
    assert admitted.fullmatch(f"{account}{path}jobs")
    for persona in ("broad-job-execution-role", "broad-model-execution-role"):
        stands = template(persona)["Resources"]["Role"]["Properties"]["Path"]
        assert stands == f"{path}broad/"
        assert not admitted.fullmatch(f"{account}{stands}jobs")
