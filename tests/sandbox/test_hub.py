"""What the stack of the hub makes: a bucket with its policy, an identity provider, two roles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from compiler.artifact import artifact
from compiler.render import Launch, of_one_role, render
from tests.emit.hub import GIVEN, hub, ours, small
from tests.sandbox.templates import document, statement, template

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud
    from tests.sandbox.templates import Json

ACCOUNT = "123456789012"
BUCKET = f"personac-small-{ACCOUNT}"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
KEY = "templates/0a1b.template.json"


def bootstrap() -> str:
    return artifact(hub(small())["bootstrap"]).content.decode()


def refused(error: pytest.ExceptionInfo[ClientError]) -> Any:
    return error.value.response["ResponseMetadata"]["HTTPStatusCode"]


def test_the_hub_stands_after_one_stack(cloud: Cloud) -> None:
    stack = cloud.create(bootstrap(), **GIVEN)
    outputs = cloud.outputs()

    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert outputs["ArtifactBucket"] == BUCKET
    assert outputs["GitHubProviderArn"] == PROVIDER
    provider = cloud.iam().get_open_id_connect_provider(OpenIDConnectProviderArn=PROVIDER)
    assert provider["ClientIDList"] == ["sts.amazonaws.com"]
    versioning = cloud.client("s3").get_bucket_versioning(Bucket=BUCKET)
    assert versioning["Status"] == "Enabled"


@pytest.mark.parametrize(
    ("role", "output"), [("PlanRole", "PlanRoleArn"), ("PublishRole", "PublishRoleArn")]
)
def test_the_roles_are_those_that_render_prints(cloud: Cloud, role: str, output: str) -> None:
    cloud.create(bootstrap(), **GIVEN)
    name = cloud.outputs()[output].rpartition("/")[2]
    launch = Launch(parameters=GIVEN, account=ACCOUNT, stack="team")
    rendered = render(of_one_role(hub(small())["bootstrap"].body, role), launch)

    held = cloud.iam().get_role(RoleName=name)["Role"]
    assert held["Path"] == "/personac/hub/"
    assert held["AssumeRolePolicyDocument"] == rendered.trust
    names = cloud.iam().list_role_policies(RoleName=name)["PolicyNames"]
    policies = {
        each: cloud.iam().get_role_policy(RoleName=name, PolicyName=each)["PolicyDocument"]
        for each in names
    }
    assert policies == {each.name: each.document for each in rendered.policies}


def test_an_artifact_is_written_once(cloud: Cloud) -> None:
    cloud.create(bootstrap(), **GIVEN)
    s3 = cloud.client("s3")

    with pytest.raises(ClientError) as over:
        s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"first")
    assert refused(over) == 403
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"first", IfNoneMatch="*")
    with pytest.raises(ClientError) as again:
        s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"second", IfNoneMatch="*")
    assert refused(again) == 412
    assert s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read() == b"first"


def test_bucket_and_provider_outlive_the_stack(cloud: Cloud) -> None:
    cloud.create(bootstrap(), **GIVEN)
    cloud.cloudformation().delete_stack(StackName="team")

    assert cloud.roles() == []
    assert cloud.iam().get_open_id_connect_provider(OpenIDConnectProviderArn=PROVIDER)
    assert cloud.client("s3").get_bucket_policy(Bucket=BUCKET)["Policy"]


def test_a_provider_that_is_there_is_not_made_again(cloud: Cloud) -> None:
    cloud.iam().create_open_id_connect_provider(
        Url="https://token.actions.githubusercontent.com", ClientIDList=["sts.amazonaws.com"]
    )

    assert cloud.create(bootstrap(), **GIVEN)["StackStatus"] == "ROLLBACK_COMPLETE"
    again = cloud.create(bootstrap(), name="again", **GIVEN, MakeGitHubProvider="no")
    assert again["StackStatus"] == "CREATE_COMPLETE"  # the first one has left nothing in its way


def test_the_text_of_the_stack_set_makes_an_account_ready(cloud: Cloud) -> None:
    launching = hub(ours())["launch-accounts"].body["Resources"]["LaunchAccounts"]

    stack = cloud.create(launching["Properties"]["TemplateBody"])

    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert ours().settings.launch_role in cloud.roles()
    assert f"arn:aws:iam::{ACCOUNT}:policy/{ours().boundary}" in cloud.policies()


# --------------------------------------------------------------------------------- the three types


def provider(**properties: Any) -> Json:
    url = {"Url": "https://example.com", "ClientIdList": ["one"]}
    return {"Type": "AWS::IAM::OIDCProvider", "Properties": {**url, **properties}}


def test_a_provider_is_updated_and_deleted(cloud: Cloud) -> None:
    tags = [{"Key": "team", "Value": "one"}]
    arn_output = {"Arn": {"Value": {"Fn::GetAtt": ["Provider", "Arn"]}}}
    cloud.create(template(Provider=provider(Tags=tags), Outputs=arn_output))
    arn = cloud.physical_id("Provider")
    cloud.update(template(Provider=provider(ClientIdList=["two"]), Outputs=arn_output))

    assert arn == f"arn:aws:iam::{ACCOUNT}:oidc-provider/example.com" == cloud.outputs()["Arn"]
    held = cloud.iam().get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert held["ClientIDList"] == ["two"]
    assert held["Tags"] == []
    cloud.update(template(Provider=provider(Url="https://example.org"), Outputs=arn_output))
    assert cloud.physical_id("Provider").endswith("/example.org")
    cloud.cloudformation().delete_stack(StackName="team")
    assert cloud.iam().list_open_id_connect_providers()["OpenIDConnectProviderList"] == []


def bucket(name: str = "one-bucket", **properties: Any) -> Json:
    return {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": name, **properties}}


def bucket_policy(action: str = "s3:GetObject") -> Json:
    deny = statement(action, "arn:aws:s3:::one-bucket/*", Effect="Deny", Principal="*")
    properties = {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": document(deny)}
    return {"Type": "AWS::S3::BucketPolicy", "Properties": properties}


def test_a_bucket_and_its_policy_are_updated_and_deleted(cloud: Cloud) -> None:
    s3 = cloud.client("s3")
    arn = {"Arn": {"Value": {"Fn::GetAtt": ["Bucket", "Arn"]}}}
    cloud.create(template(Bucket=bucket(), Policy=bucket_policy(), Outputs=arn))
    assert cloud.outputs() == {"Arn": "arn:aws:s3:::one-bucket"}
    assert "s3:GetObject" in s3.get_bucket_policy(Bucket="one-bucket")["Policy"]
    assert "Status" not in s3.get_bucket_versioning(Bucket="one-bucket")

    versioned = bucket(VersioningConfiguration={"Status": "Enabled"})
    cloud.update(template(Bucket=versioned, Policy=bucket_policy("s3:PutObject")))
    assert "s3:PutObject" in s3.get_bucket_policy(Bucket="one-bucket")["Policy"]
    assert s3.get_bucket_versioning(Bucket="one-bucket")["Status"] == "Enabled"

    cloud.update(template(Bucket=versioned))
    with pytest.raises(ClientError, match="NoSuchBucketPolicy"):
        s3.get_bucket_policy(Bucket="one-bucket")
    cloud.update(template(Bucket=bucket("another-bucket")))
    assert [each["Name"] for each in s3.list_buckets()["Buckets"]] == ["another-bucket"]
