"""compiler.check: what a template is refused for is told at the line of the catalog."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from compiler import check
from compiler.build import compile_hub, compile_packing
from compiler.check import check_templates
from compiler.diagnostic import settle
from compiler.load import load
from compiler.report import diagnostics_text
from tests.small import SMALL, overlay

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.build import Product
    from compiler.pack import Packing
    from compiler.template import AccountTemplate


def told(changes: Mapping[str, str | None]) -> str:
    """What a person reads of the templates of a small catalog."""
    loaded = load("catalog", overlay(changes))
    return diagnostics_text(settle(check_templates(loaded.catalog, "output"), loaded.sources))


def test_a_sound_catalog_compiles_to_clean_templates() -> None:
    assert told({}) == "no mistakes found\n"


def test_what_cfn_lint_finds_is_told_at_the_line_that_caused_it() -> None:
    """A principal that IAM cannot know, in a trust; the template place as related."""
    trust = SMALL["trusts/sagemaker.yaml"].replace(
        "{Service: sagemaker.amazonaws.com}", "{AWS: nobody}"
    )

    text = told({"trusts/sagemaker.yaml": trust})

    first, _, _ = text.partition("\n\n")
    lines = first.splitlines()
    assert lines[0].startswith("error[lint]: cfn-lint E35")
    assert lines[1].strip() == "--> catalog/trusts/sagemaker.yaml:4:5"
    assert lines[3].endswith("  - sid: SageMaker")
    assert lines[4].endswith("    ^^^^^^^^^^^^^^")
    assert "::: output/personas/analyst/1.0.0.template.json:" in lines[5]
    assert (
        "in the template: Resources.Role.Properties.AssumeRolePolicyDocument.Statement.0.Principal"
        in lines[6]
    )
    assert lines[7].strip().startswith("= hint: see https://")


def test_the_boundary_is_looked_at_too() -> None:
    """Its statements come from guardrails: the line is theirs."""
    guardrail = """\
title: Buckets stay closed
description: Nobody changes who may reach a bucket.
deny:
  - actions: [s3:PutBucketPolicy]
  - actions: [s3:DeleteBucket]
    conditions: {StringEqual: {aws:RequestedRegion: eu-west-1}}
"""

    lines = told({"guardrails/buckets.yaml": guardrail}).splitlines()

    assert lines[0].startswith("error[lint]: cfn-lint E3510: ")
    assert lines[1].strip() == "--> catalog/guardrails/buckets.yaml:5:5"
    assert "::: output/account/boundary.template.json:" in lines[5]


def test_the_templates_of_the_hub_are_looked_at_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that an author can write makes one that AWS refuses: one is spoiled here."""
    portfolio = "title: People\ndescription: People.\nproducts: {analyst: {}}\n"

    def spoiled(*about: Any) -> tuple[AccountTemplate, ...]:
        (bootstrap,) = compile_hub(*about)
        del bootstrap.body["Resources"]["PlanRole"]["Properties"]["AssumeRolePolicyDocument"]
        return (bootstrap,)

    monkeypatch.setattr(check, "compile_hub", spoiled)
    lines = told({"portfolios/people.yaml": portfolio}).splitlines()

    assert lines[0].startswith("error[lint]: cfn-lint E3003: ")
    assert lines[1].strip() == "--> catalog/catalog.yaml:1:7"
    assert "::: output/hub/bootstrap.template.json:" in lines[5]


def test_a_region_that_nobody_knows_is_told_at_its_place() -> None:
    settings = SMALL["catalog.yaml"].replace("[eu-west-1]", "[eu-west-1, eu-west-9]")

    assert (
        told({"catalog.yaml": settings})
        == """\
error[unknown-region]: cfn-lint knows no Region 'eu-west-9'
 --> catalog/catalog.yaml:6:22
  |
6 | regions: [eu-west-1, eu-west-9]
  |                      ^^^^^^^^^
  = hint: templates are linted for the Regions that they are published in

1 error, 0 warnings
"""
    )


def test_of_several_personas_each_is_looked_at() -> None:
    trust = SMALL["trusts/sagemaker.yaml"].replace(
        "{Service: sagemaker.amazonaws.com}", "{AWS: nobody}"
    )
    changes = {
        "trusts/other.yaml": trust,
        "personas/other.yaml": SMALL["personas/analyst.yaml"].replace(
            "trust: sagemaker", "trust: other"
        ),
    }

    text = told(changes)

    assert "output/personas/other/1.0.0.template.json" in text
    assert "output/personas/analyst" not in text


def test_what_does_not_fit_is_told_and_its_template_is_not_made() -> None:
    settings = SMALL["catalog.yaml"] + "quotas: {trust_policy_characters: 100}\n"

    text = told({"catalog.yaml": settings})

    assert text.startswith("error[trust-too-long]: the trust policy has ")
    assert text.endswith("\n1 error, 0 warnings\n")


@pytest.mark.parametrize(
    ("part", "value", "rule", "line"),
    [
        (
            "Rules",
            {"R": {"Assertions": [{"Assert": {"Fn::Equals": [{"Fn::Join": [",", []]}, ""]}}]}},
            "rule-function",
            "title: Analyst",
        ),
        (
            "Conditions",
            {"C": {"Fn::Equals": [{"Fn::GetAtt": ["Role", "Arn"]}, ""]}},
            "condition-function",
            "title: Analyst",
        ),
        (
            "Parameters",
            {"Buckets": {"Type": "CommaDelimitedList", "MaxLength": 3}},
            "length-of-list",
            "Buckets:",
        ),
        (
            "Parameters",
            {"Buckets": {"Type": "List<AWS::EC2::Subnet::Id>", "Default": ""}},
            "aws-type-of-optional",
            "Buckets:",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cfn_lint_passes_and_aws_refuses_is_told_too(
    monkeypatch: pytest.MonkeyPatch, part: str, value: Any, rule: str, line: str
) -> None:
    """No catalog compiles to these today: a template is changed as a faulty compiler would."""

    def faulty(packing: Packing) -> Product:
        product = compile_packing(packing)
        body = {**product.template.body, part: value}
        return replace(product, template=replace(product.template, body=body))

    monkeypatch.setattr(check, "compile_packing", faulty)
    loaded = load("catalog", overlay({}))
    found = settle(check_templates(loaded.catalog, "output"), loaded.sources)

    (told_of,) = [each for each in found if each.rule == rule]
    source, number = loaded.sources[told_of.at.path], told_of.at.span.line
    # A mapping begins on the line after its key.
    assert line in (source.line(number - 1), source.line(number))
