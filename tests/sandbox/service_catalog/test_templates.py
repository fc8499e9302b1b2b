"""Where the templates of versions are read from, and what is asked of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from compiler.sandbox.service_catalog.templates import INVALID
from tests.sandbox.service_catalog.catalog import BUCKET, url
from tests.sandbox.templates import Json, refused

if TYPE_CHECKING:
    from tests.sandbox.service_catalog.catalog import Catalog

TOPIC: Json = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}


def create(catalog: Catalog, where: str, **more: bool) -> None:
    catalog.product(
        ProvisioningArtifactParameters={
            "Name": "1.0.0",
            "Info": {"LoadTemplateFromURL": where},
            **more,
        }
    )


@pytest.mark.parametrize(
    "form",
    [
        "https://{bucket}.s3.eu-west-1.amazonaws.com/{key}",
        "https://{bucket}.s3-eu-west-1.amazonaws.com/{key}",
        "https://{bucket}.s3.dualstack.eu-west-1.amazonaws.com/{key}",
        "https://{bucket}.s3.amazonaws.com/{key}",
        "https://s3.eu-west-1.amazonaws.com/{bucket}/{key}",
        "https://s3-eu-west-1.amazonaws.com/{bucket}/{key}",
        "https://s3.amazonaws.com/{bucket}/{key}",
    ],
)
def test_a_template_is_read_from_s3_in_each_form_of_its_urls(catalog: Catalog, form: str) -> None:
    catalog.upload(TOPIC, "templates/a b.json")

    create(catalog, form.format(bucket=BUCKET, key="templates/a%20b.json"))


@pytest.mark.parametrize(
    ("where", "words"),
    [
        (url("none.json"), "no such key"),
        (url("none.json", bucket="no-such-bucket"), "bucket does not exist"),
        (url("a.json", region="us-east-1"), "the bucket is in eu-west-1"),
        ("http://artifacts.s3.amazonaws.com/a.json", "is no URL of S3"),
        ("https://example.com/a.json", "is no URL of S3"),
        ("https://s3.amazonaws.com/artifacts", "is no URL of S3"),
        ("https://artifacts.s3.amazonaws.com/", "is no URL of S3"),
        ("a.json", "is no URL of S3"),
    ],
)
def test_a_template_that_is_not_there(catalog: Catalog, where: str, words: str) -> None:
    catalog.upload(TOPIC, "a.json")

    with refused("InvalidParametersException", words):
        create(catalog, where)


@pytest.mark.parametrize(
    "content",
    [
        "no: [template",
        "[]",
        "{}",
        '{"Resources": {}}',
        '{"Resources": {"A": {"Type": "AWS::SNS::Topic"}}, "Parameters": []}',
        '{"Resources": {"A": {"Type": "AWS::SNS::Topic"}}, "Parameters": {"P": "String"}}',
        '{"Resources": {"A": {"Type": "AWS::SNS::Topic"}}, "Outputs": {"O": {"Fn::GetAtt": []}}}',
        '{"Resources": {"A": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "B"}}}}}',
        '{"Resources": {"A": {"Type": "AWS::SNS::Topic"}}, "Outputs": {"O": {"Value": {"Fn::GetAtt": ["C", "Arn"]}}}}',
    ],
)
def test_a_template_that_is_none_is_refused_unless_nobody_looks(
    catalog: Catalog, content: str
) -> None:
    where = catalog.upload(content)

    with refused("InvalidParametersException", INVALID):
        create(catalog, where)
    create(catalog, where, DisableTemplateValidation=True)


def test_what_nobody_validated_has_no_parameters_to_tell(catalog: Catalog) -> None:
    create(catalog, catalog.upload("{}"), DisableTemplateValidation=True)

    with refused("InvalidParametersException", INVALID):
        catalog.api.describe_provisioning_artifact(
            ProductName="Data Scientist",
            ProvisioningArtifactName="1.0.0",
            IncludeProvisioningArtifactParameters=True,
        )


def test_yaml_is_a_template_too(catalog: Catalog) -> None:
    create(
        catalog,
        catalog.upload(
            "Resources:\n  A:\n    Type: AWS::SNS::Topic\nOutputs:\n  O: {Value: !Ref A}\n"
        ),
    )


def test_a_template_has_at_most_a_megabyte(catalog: Catalog) -> None:
    with refused("InvalidParametersException", "1048576 bytes"):
        create(catalog, catalog.upload({**TOPIC, "Description": "d" * 1_048_576}))


def test_a_template_is_text(catalog: Catalog) -> None:
    where = catalog.upload(TOPIC, "a.json")
    catalog.client("s3").put_object(Bucket=BUCKET, Key="a.json", Body=b"\xff")

    with refused("InvalidParametersException", INVALID):
        create(catalog, where, DisableTemplateValidation=True)
