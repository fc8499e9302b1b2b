"""Small output folders to publish: portfolios and templates as the compiler writes them."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from compiler.artifact import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LAUNCH: dict[str, Any] = {"LAUNCH": {"LocalRoleName": "personac-launch"}}
TAG_UPDATES: dict[str, Any] = {
    "RESOURCE_UPDATE": {
        "Version": "2.0",
        "Properties": {"TagUpdateOnProvisionedProduct": "ALLOWED"},
    }
}
PATTERN = {"type": "IAM_PATTERN", "arn": "arn:aws:iam:::role/teams/science-*"}


def trust(service: str = "servicecatalog.amazonaws.com") -> str:
    """A trust policy, as text."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": "sts:AssumeRole",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def template(description: str = "A role.") -> bytes:
    """A small template: a role with one parameter."""
    return canonical(
        {
            "AWSTemplateFormatVersion": "2010-09-09",
            "Description": description,
            "Parameters": {"Session": {"Type": "Number", "Default": "3600"}},
            "Resources": {
                "Role": {
                    "Type": "AWS::IAM::Role",
                    "Properties": {
                        "AssumeRolePolicyDocument": json.loads(trust("sagemaker.amazonaws.com")),
                        "MaxSessionDuration": {"Ref": "Session"},
                        "Path": "/personac/people/",
                    },
                }
            },
            "Outputs": {"RoleArn": {"Value": {"Fn::GetAtt": ["Role", "Arn"]}}},
        }
    )


def product(title: str, versions: Mapping[str, str], **more: Any) -> dict[str, Any]:
    """A product of a portfolio.

    Args:
        title: its name in Service Catalog.
        versions: version to lifecycle.
        more: other keys.
    """
    return {
        "title": title,
        "description": f"{title}, for teams.",
        "owner": "Platform",
        "tags": {},
        "versions": {
            name: {"lifecycle": lifecycle, "sha256": "", "template": ""}
            for name, lifecycle in versions.items()
        },
        "constraints": {**LAUNCH, **TAG_UPDATES},
        **more,
    }


def portfolio(name: str, products: Mapping[str, dict[str, Any]], **more: Any) -> dict[str, Any]:
    """A portfolio."""
    return {
        "schema": "personac.portfolio/1",
        "catalog": "small",
        "portfolio": name,
        "title": name.title(),
        "description": f"What {name} may launch.",
        "provider": "Platform",
        "home_region": "eu-west-1",
        "regions": ["eu-west-1"],
        "tags": {},
        "tag_options": {},
        "principals": [PATTERN],
        "shares": [],
        "products": products,
        **more,
    }


def write(folder: Path, *portfolios: dict[str, Any]) -> Path:
    """Write portfolios, and a template for each version that has none yet.

    Returns:
        The folder.
    """
    for each in portfolios:
        body = json.loads(json.dumps(each))
        for name, it in body["products"].items():
            for version, said in it["versions"].items():
                file = folder / "personas" / name / f"{version}.template.json"
                if not file.exists():
                    file.parent.mkdir(parents=True, exist_ok=True)
                    file.write_bytes(template(f"{name} {version}"))
                said["template"] = f"personas/{name}/{version}.template.json"
                said["sha256"] = said["sha256"] or sha256(file.read_bytes()).hexdigest()
        target = folder / "portfolios" / f"{body['portfolio']}.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(canonical(body))
    return folder


def two_products(folder: Path, **more: Any) -> Path:
    """Two products with two versions each, in one portfolio."""
    both = {"1.0.0": "deprecated", "1.1.0": "active"}
    products = {"data-scientist": product("Data Scientist", both), "ml-ops": product("MLOps", both)}
    return write(folder, portfolio("science", products, **more))
