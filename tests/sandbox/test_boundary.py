"""The boundary of this repository's guardrails, deployed, and a role that it bounds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from compiler.boundary import boundary
from compiler.build import compile_account
from compiler.render import Launch
from tests.catalog import launches

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud

ACCOUNT = "123456789012"
"""The account of the sandbox."""


def test_a_stack_of_the_boundary_holds_what_is_proved(cloud: Cloud) -> None:
    catalog = launches.catalog()
    template, *_ = compile_account(catalog)

    stack = cloud.create(template.body, name="boundary")

    arn = cloud.physical_id("Boundary", name="boundary")
    assert arn == f"arn:aws:iam::{ACCOUNT}:policy/{catalog.boundary}"
    assert [each.get("OutputValue") for each in stack["Outputs"]] == [arn]
    assert cloud.document(arn) == boundary(catalog).document(Launch(account=ACCOUNT))


def test_a_persona_launched_beside_it_is_bounded_by_it(cloud: Cloud) -> None:
    catalog = launches.catalog()
    body = launches.compiled("sagemaker-compute-role", catalog)
    template, *_ = compile_account(catalog)
    cloud.create(template.body, name="boundary")

    # Without white space it is short enough to be sent as it is.
    cloud.create(json.dumps(body, separators=(",", ":")), **launches.values(body, ()))

    role = cloud.iam().get_role(RoleName=cloud.physical_id("Role"))["Role"]
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == (
        f"arn:aws:iam::{ACCOUNT}:policy/{catalog.boundary}"
    )
