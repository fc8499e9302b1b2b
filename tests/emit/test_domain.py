"""compiler.emit.domain: a domain in a VPC, encrypted, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from compiler.build import compile_persona
from compiler.intrinsics import ParameterError, RenderError, Resolver
from compiler.load import load
from compiler.render import Launch, render
from tests.emit.test_product import DOMAIN
from tests.small import overlay

ROLE = "arn:aws:iam::111122223333:role/small/execution/shared"
KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
GIVEN = {
    "DomainName": "fraud-detection",
    "DefaultRole": ROLE,
    "EncryptionKey": KEY,
    "VpcId": "vpc-01234567",
    "Subnets": "subnet-01234567,subnet-89abcdef",
    "SecurityGroups": "sg-01234567",
}


def body() -> Any:
    tree = overlay({"personas/analyst.yaml": DOMAIN})
    product, problems = compile_persona(load("catalog", tree).catalog, "analyst")
    assert not problems
    assert product
    assert product.packing.policies == ()
    return json.loads(product.artifact.content)


BODY = body()


def domain(**given: str) -> Any:
    launch = Launch(parameters={**GIVEN, **given})
    resolver = Resolver(BODY, launch.parameters, launch.pseudo())
    resolver.refuse_values()
    return resolver.value(BODY["Resources"]["Domain"]["Properties"], ())


def test_a_domain_is_all_that_is_made() -> None:
    assert list(BODY["Resources"]) == ["Domain"]
    assert BODY["Outputs"].keys() == {"DomainId", "DomainArn", "DomainUrl", "DefaultRole"}
    assert "Conditions" not in BODY
    assert "Rules" not in BODY


def test_traffic_stays_in_the_vpc_and_storage_is_encrypted() -> None:
    made = domain()

    assert made["AppNetworkAccessType"] == "VpcOnly"
    assert made["VpcId"] == "vpc-01234567"
    assert made["SubnetIds"] == ["subnet-01234567", "subnet-89abcdef"]
    assert made["KmsKeyId"] == KEY
    assert made["TagPropagation"] == "ENABLED"
    assert made["AuthMode"] == "IAM"
    assert domain(DomainMode="SSO")["AuthMode"] == "SSO"


def test_profiles_and_shared_spaces_have_the_same_settings() -> None:
    made = domain(IdleMinutes="60", SpaceGigabytes="200")
    apps = {
        "ExecutionRole": ROLE,
        "SecurityGroups": ["sg-01234567"],
        "JupyterLabAppSettings": {
            "AppLifecycleManagement": {
                "IdleSettings": {"LifecycleManagement": "ENABLED", "IdleTimeoutInMinutes": "60"}
            }
        },
        "SpaceStorageSettings": {
            "DefaultEbsStorageSettings": {
                "DefaultEbsVolumeSizeInGb": 5,
                "MaximumEbsVolumeSizeInGb": "200",
            }
        },
    }

    assert made["DefaultSpaceSettings"] == apps
    assert made["DefaultUserSettings"] == {
        **apps,
        "StudioWebPortal": "ENABLED",
        "DefaultLandingUri": "studio::",
    }


def test_tags_say_which_product_it_is() -> None:
    assert domain()["Tags"] == [
        {"Key": "personac:persona", "Value": "analyst"},
        {"Key": "personac:version", "Value": "1.0.0"},
        {"Key": "team", "Value": "ml"},
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DefaultRole", "arn:aws:iam::111122223333:role/small/people/admin"),
        ("EncryptionKey", "alias/ml"),
        ("IdleMinutes", "59"),
        ("SecurityGroups", "sg-01234567,sg-01234567,sg-01234567,sg-01234567"),
        ("VpcId", "*"),
    ],
)
def test_what_would_not_do_is_refused(name: str, value: str) -> None:
    with pytest.raises(ParameterError, match=f"{name} is '"):
        domain(**{name: value})


@pytest.mark.parametrize("given", [{}, GIVEN])
def test_it_holds_no_documents_of_iam(given: dict[str, str]) -> None:
    with pytest.raises(RenderError) as caught:
        render(BODY, Launch(parameters=given))

    assert str(caught.value) == "the template makes a Studio domain, and no role or policy"
