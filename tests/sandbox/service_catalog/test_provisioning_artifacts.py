"""Versions of products."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from moto.moto_api import state_manager

from compiler.sandbox.service_catalog import transition
from tests.sandbox.service_catalog.catalog import url
from tests.sandbox.service_catalog.team import (
    LAUNCH_ROLE,
    Team,
    admit,
    constrain,
    launch_role,
    person,
    persona,
)
from tests.sandbox.templates import Json, refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.sandbox.service_catalog.catalog import Catalog


@pytest.fixture
def slow() -> Iterator[None]:
    """Versions are looked at three times before they are there."""
    state_manager.set_transition(transition.ARTIFACT, {"progression": "manual", "times": 3})
    yield
    state_manager.unset_transition(transition.ARTIFACT)


def described(catalog: Catalog, product: str, version: str, **more: bool) -> Json:
    found: Json = catalog.api.describe_provisioning_artifact(
        ProductId=product, ProvisioningArtifactId=version, **more
    )
    return found


def test_a_version_starts_active_and_is_soon_available(catalog: Catalog) -> None:
    product = catalog.product()
    made = catalog.api.create_provisioning_artifact(
        ProductId=product, Parameters=catalog.parameters("1.1.0", Description="sha256=0 git=0")
    )

    detail = made["ProvisioningArtifactDetail"]
    assert re.fullmatch(r"pa-[a-z0-9]{13}", detail["Id"])
    assert detail["Type"] == "CLOUD_FORMATION_TEMPLATE"
    assert (detail["Active"], detail["Guidance"]) == (True, "DEFAULT")
    assert made["Status"] == "CREATING"
    found = described(catalog, product, detail["Id"])
    assert found["Status"] == "AVAILABLE"
    assert found["ProvisioningArtifactDetail"] == detail
    assert "Info" not in found
    assert "ProvisioningArtifactParameters" not in found
    assert [each["Name"] for each in catalog.versions(product)] == ["1.0.0", "1.1.0"]


@pytest.mark.usefixtures("slow")
def test_a_version_may_take_longer(catalog: Catalog) -> None:
    product = catalog.product()
    version = catalog.version(product)

    seen = [described(catalog, product, version)["Status"] for _ in range(4)]

    assert seen == ["CREATING", "CREATING", "AVAILABLE", "AVAILABLE"]


def test_a_version_tells_its_template_and_its_parameters(catalog: Catalog) -> None:
    product = catalog.product()
    content = {
        "Parameters": {
            "Count": {
                "Type": "Number",
                "Default": 2,
                "AllowedValues": [1, 2],
                "MinValue": 1,
                "ConstraintDescription": "one or two",
            },
            "Secret": {"Type": "String", "NoEcho": True, "Description": "hidden"},
        },
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
    }
    version = catalog.version(product, content=content)

    found = described(
        catalog, product, version, Verbose=True, IncludeProvisioningArtifactParameters=True
    )

    copy = f"https://sc-000000000000-eu-west-1.s3.eu-west-1.amazonaws.com/{version}.template"
    assert found["Info"] == {"TemplateUrl": copy}
    assert found["ProvisioningArtifactParameters"] == [
        {
            "ParameterKey": "Count",
            "ParameterType": "Number",
            "DefaultValue": "2",
            "IsNoEcho": False,
            "ParameterConstraints": {
                "AllowedValues": ["1", "2"],
                "MinValue": "1",
                "ConstraintDescription": "one or two",
            },
        },
        {
            "ParameterKey": "Secret",
            "ParameterType": "String",
            "IsNoEcho": True,
            "Description": "hidden",
            "ParameterConstraints": {"AllowedValues": []},
        },
    ]


def test_a_version_keeps_its_template_when_the_object_changes(catalog: Catalog) -> None:
    product, content = catalog.product(), {"Resources": {"A": {"Type": "AWS::SNS::Topic"}}}
    where = catalog.upload({**content, "Parameters": {"Before": {"Type": "String"}}}, "same.json")
    made = catalog.api.create_provisioning_artifact(
        ProductId=product, Parameters={"Name": "2.0.0", "Info": {"LoadTemplateFromURL": where}}
    )
    catalog.upload({**content, "Parameters": {"After": {"Type": "String"}}}, "same.json")

    found = described(
        catalog,
        product,
        made["ProvisioningArtifactDetail"]["Id"],
        IncludeProvisioningArtifactParameters=True,
    )
    assert found["ProvisioningArtifactParameters"][0]["ParameterKey"] == "Before"


def test_update_changes_flags_and_words_but_no_template(catalog: Catalog) -> None:
    product = catalog.product()
    version = catalog.version(product, Description="before")
    both = {"ProductId": product, "ProvisioningArtifactId": version}

    catalog.api.update_provisioning_artifact(**both, Active=False)
    catalog.api.update_provisioning_artifact(**both, Guidance="DEPRECATED")
    answer = catalog.api.update_provisioning_artifact(**both, Description="after")

    detail = answer["ProvisioningArtifactDetail"]
    assert (detail["Id"], detail["Name"]) == (version, "1.1.0")
    assert (detail["Active"], detail["Guidance"]) == (False, "DEPRECATED")
    assert detail["Description"] == "after"
    assert catalog.versions(product)[1] == detail
    with refused("InvalidParametersException", "no spaces"):
        catalog.api.update_provisioning_artifact(**both, Name="1 1")
    catalog.api.update_provisioning_artifact(**both, Name="1.1.1")
    assert catalog.versions(product)[1]["Name"] == "1.1.1"


def test_names_are_not_unique(catalog: Catalog) -> None:
    product = catalog.product()
    versions = [catalog.version(product, "1.1.0") for _ in range(2)]

    assert len(set(versions)) == 2
    with refused("InvalidParametersException", "Multiple Provisioning Artifact with name 1.1.0"):
        catalog.api.describe_provisioning_artifact(
            ProductId=product, ProvisioningArtifactName="1.1.0"
        )
    found = catalog.api.describe_provisioning_artifact(
        ProductName="Data Scientist", ProvisioningArtifactName="1.0.0"
    )
    assert found["ProvisioningArtifactDetail"] == catalog.versions(product)[0]
    with refused("ResourceNotFoundException", "9.9.9"):
        catalog.api.describe_provisioning_artifact(
            ProductId=product, ProvisioningArtifactName="9.9.9"
        )
    with refused("InvalidParametersException", "id or the name of a provisioning artifact"):
        catalog.api.describe_provisioning_artifact(ProductId=product)


def test_the_last_version_is_not_deleted(catalog: Catalog) -> None:
    product = catalog.product()
    (first,), second = catalog.versions(product), catalog.version(product)

    catalog.api.delete_provisioning_artifact(ProductId=product, ProvisioningArtifactId=first["Id"])
    with refused("ResourceInUseException", "last provisioning artifact"):
        catalog.api.delete_provisioning_artifact(ProductId=product, ProvisioningArtifactId=second)
    with refused("ResourceNotFoundException", first["Id"]):
        described(catalog, product, first["Id"])


def test_a_version_is_of_its_product(catalog: Catalog) -> None:
    product, other = catalog.product("a"), catalog.product("b")
    version = catalog.version(other)

    for operation in ("describe", "update", "delete"):
        with refused("ResourceNotFoundException", version):
            getattr(catalog.api, f"{operation}_provisioning_artifact")(
                ProductId=product, ProvisioningArtifactId=version
            )


def test_a_product_has_at_most_a_hundred_versions(catalog: Catalog) -> None:
    product, parameters = catalog.product(), catalog.parameters()
    for _ in range(99):
        catalog.api.create_provisioning_artifact(ProductId=product, Parameters=parameters)

    assert len(catalog.versions(product)) == 100
    with refused("LimitExceededException", "100 provisioning artifacts"):
        catalog.api.create_provisioning_artifact(ProductId=product, Parameters=parameters)


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({}, "Info must have LoadTemplateFromURL"),
        ({"Info": {"ImportFromPhysicalId": "arn"}}, "no versions from stacks"),
        ({"Info": {"LoadTemplateFromURL": url("a"), "More": "b"}}, "and no more"),
        ({"Type": "TERRAFORM_CLOUD"}, "no versions of type TERRAFORM_CLOUD"),
        ({"Name": "one two", "Info": {"LoadTemplateFromURL": url("a")}}, "no spaces"),
    ],
)
def test_a_version_that_cannot_be(catalog: Catalog, parameters: Json, words: str) -> None:
    product = catalog.product()

    with refused("InvalidParametersException", words):
        catalog.api.create_provisioning_artifact(ProductId=product, Parameters=parameters)
    assert len(catalog.versions(product)) == 1


def test_a_version_that_somebody_launched_is_not_deleted(catalog: Catalog) -> None:
    product, portfolio = catalog.listed()
    launched, unused = (
        catalog.version(product, name, content=persona()) for name in ("2.0.0", "3.0.0")
    )
    arn = person(catalog)
    launch_role(catalog)
    admit(catalog, portfolio, arn)
    constrain(catalog, product, portfolio, LAUNCH={"LocalRoleName": LAUNCH_ROLE})
    team = Team(catalog, arn)
    assert team.provision(product, "2.0.0")["RecordDetail"]["Status"] == "SUCCEEDED"

    catalog.api.delete_provisioning_artifact(ProductId=product, ProvisioningArtifactId=unused)
    with refused("ResourceInUseException", "A provisioned product uses"):
        catalog.api.delete_provisioning_artifact(ProductId=product, ProvisioningArtifactId=launched)
    team.terminate()
    catalog.api.delete_provisioning_artifact(ProductId=product, ProvisioningArtifactId=launched)
