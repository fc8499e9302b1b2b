"""compiler.emit.boundary: the boundary as a template of its own."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

import pytest

from compiler.artifact import artifact
from compiler.boundary import Boundary, boundary
from compiler.emit import emit_boundary
from compiler.intrinsics import Resolver
from compiler.lint import lint
from compiler.load import load
from compiler.place import Place
from compiler.render import Launch
from compiler.rules import templates
from tests.catalog import launches
from tests.small import SMALL, overlay

if TYPE_CHECKING:
    from compiler.template import AccountTemplate

GUARDRAIL = """\
title: Buckets stay closed
description: Nobody changes who may reach a bucket.
deny:
  - actions: [s3:PutBucketPolicy]
  - actions: [sagemaker:CreatePresignedDomainUrl]
    except_resources:
      - "arn:${AWS::Partition}:sagemaker:*:${AWS::AccountId}:user-profile/${sagemaker:DomainId}/*"
    conditions:
      StringNotEquals: {aws:PrincipalAccount: ["${AWS::AccountId}"]}
"""


def emitted(settings: str = "") -> AccountTemplate:
    files = {
        "catalog.yaml": SMALL["catalog.yaml"] + settings,
        "guardrails/buckets.yaml": GUARDRAIL,
    }
    loaded = load("catalog", overlay(files))
    assert not loaded.diagnostics
    return emit_boundary(loaded.catalog, boundary(loaded.catalog))


@cache
def ours() -> tuple[Boundary, AccountTemplate]:
    """The boundary of this repository's catalog."""
    made = boundary(launches.catalog())
    return made, emit_boundary(launches.catalog(), made)


def test_the_whole_template() -> None:
    assert emitted().body == {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Small: the permissions boundary of every role, once in an account.",
        "Metadata": {
            "personac": {"catalog": "small", "guardrails": {"buckets": ["Buckets", "Buckets2"]}}
        },
        "Resources": {
            "Boundary": {
                "Type": "AWS::IAM::ManagedPolicy",
                "Properties": {
                    "Description": "What no role of Small may ever do.",
                    "ManagedPolicyName": "small",
                    "Path": "/personac/boundary/",
                    "PolicyDocument": {
                        "Version": "2012-10-17",
                        "Statement": [
                            {
                                "Sid": "AllowAllElse",
                                "Effect": "Allow",
                                "Action": ["*"],
                                "Resource": ["*"],
                            },
                            {
                                "Sid": "Buckets",
                                "Effect": "Deny",
                                "Action": ["s3:PutBucketPolicy"],
                                "Resource": ["*"],
                            },
                            {
                                "Sid": "Buckets2",
                                "Effect": "Deny",
                                "Action": ["sagemaker:CreatePresignedDomainUrl"],
                                "NotResource": [
                                    {
                                        "Fn::Sub": "arn:${AWS::Partition}:sagemaker:*:${AWS::AccountId}:user-profile/${!sagemaker:DomainId}/*"
                                    }
                                ],
                                "Condition": {
                                    "StringNotEquals": {
                                        "aws:PrincipalAccount": {"Ref": "AWS::AccountId"}
                                    }
                                },
                            },
                        ],
                    },
                },
            }
        },
        "Outputs": {
            "BoundaryArn": {
                "Description": "The boundary; catalog.yaml names it as permissions_boundary.",
                "Value": {"Ref": "Boundary"},
            }
        },
    }


@pytest.mark.parametrize(
    ("setting", "path", "name"),
    [
        ("permissions_boundary: platform/bounds/ml\n", "/platform/bounds/", "ml"),
        ("permissions_boundary: ml\n", "/", "ml"),
    ],
)
def test_its_name_is_the_one_that_roles_are_bounded_by(setting: str, path: str, name: str) -> None:
    properties = emitted(setting).body["Resources"]["Boundary"]["Properties"]

    assert (properties["Path"], properties["ManagedPolicyName"]) == (path, name)


def test_a_statement_comes_from_its_guardrail() -> None:
    template = emitted()
    document = ("Resources", "Boundary", "Properties", "PolicyDocument")

    assert template.origin((*document, "Statement", 2, "Action")) == Place(
        path="catalog/guardrails/buckets.yaml", route=("deny", 1)
    )
    assert template.origin(("Outputs",)).path == "catalog/catalog.yaml"


@pytest.mark.parametrize("partition", ["aws", "aws-us-gov"])
def test_a_stack_of_it_holds_the_document_that_is_proved(partition: str) -> None:
    """What is measured and proved is the document, what accounts get is the template."""
    made, template = ours()
    launch = Launch(partition=partition, account="999999999999")
    properties = template.body["Resources"]["Boundary"]["Properties"]

    resolved = Resolver(template.body, {}, launch.pseudo()).value(properties, ())

    assert resolved["PolicyDocument"] == made.document(launch)


def test_ours_fits_and_aws_takes_it() -> None:
    made, template = ours()
    file = artifact(template)

    assert made.characters <= 6_144
    assert templates.check(template, len(file.content)) == ()
    assert lint(file.content.decode(), launches.catalog().settings.regions) == ()


def test_each_guardrail_is_enforced_by_a_statement_that_is_there() -> None:
    made, template = ours()
    sids = [each["Sid"] for each in made.document()["Statement"]]

    enforced = template.body["Metadata"]["personac"]["guardrails"]
    assert list(enforced) == sorted(launches.catalog().guardrails)
    assert {each for several in enforced.values() for each in several} == set(sids[1:])
    assert len(sids) == len(set(sids))
    assert json.loads(artifact(template).content) == template.body
