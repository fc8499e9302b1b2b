"""AWS::IAM::Role: moto ignores its managed policies, and most of an update."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.sandbox.templates import document, policy, role, statement, template, trust

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud

READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
BILLING = "arn:aws:iam::aws:policy/job-function/Billing"


def test_creation_attaches_own_and_aws_managed_policies(cloud: Cloud) -> None:
    cloud.create(
        template(
            Policy1=policy(),
            Role=role(
                ManagedPolicyArns=[
                    {"Ref": "Policy1"},
                    {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/ReadOnlyAccess"},
                ]
            ),
        )
    )

    assert cloud.attached(cloud.physical_id("Role")) == {cloud.physical_id("Policy1"), READ_ONLY}


def test_update_exchanges_managed_policies_and_keeps_the_role(cloud: Cloud) -> None:
    cloud.create(template(Role=role(ManagedPolicyArns=[READ_ONLY])))
    name = cloud.physical_id("Role")

    cloud.update(template(Role=role(ManagedPolicyArns=[BILLING])))

    assert cloud.physical_id("Role") == name
    assert cloud.attached(name) == {BILLING}


def test_update_leaves_what_others_have_attached(cloud: Cloud) -> None:
    cloud.create(template(Role=role(ManagedPolicyArns=[READ_ONLY])))
    name = cloud.physical_id("Role")
    cloud.iam().attach_role_policy(RoleName=name, PolicyArn=BILLING)

    cloud.update(template(Role=role()))

    assert cloud.attached(name) == {BILLING}


def test_update_changes_trust_description_session_boundary_and_tags(cloud: Cloud) -> None:
    cloud.create(
        template(
            Role=role(
                Description="old",
                MaxSessionDuration=3600,
                Tags=[{"Key": "team", "Value": "a"}, {"Key": "gone", "Value": "soon"}],
            )
        )
    )

    cloud.update(
        template(
            Role=role(
                AssumeRolePolicyDocument=trust("glue.amazonaws.com"),
                Description="new",
                MaxSessionDuration=7200,
                PermissionsBoundary=READ_ONLY,
                Tags=[{"Key": "team", "Value": "b"}],
            )
        )
    )

    found = cloud.iam().get_role(RoleName=cloud.physical_id("Role"))["Role"]
    assert found["AssumeRolePolicyDocument"] == trust("glue.amazonaws.com")
    assert found.get("Description") == "new"
    assert found.get("MaxSessionDuration") == 7200
    assert found.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn") == READ_ONLY
    assert found.get("Tags") == [{"Key": "team", "Value": "b"}]


def test_update_takes_the_boundary_away(cloud: Cloud) -> None:
    cloud.create(template(Role=role(PermissionsBoundary=READ_ONLY)))

    cloud.update(template(Role=role()))

    found = cloud.iam().get_role(RoleName=cloud.physical_id("Role"))["Role"]
    assert "PermissionsBoundary" not in found


def test_update_changes_adds_and_removes_inline_policies(cloud: Cloud) -> None:
    def inline(**policies: str) -> list[dict[str, object]]:
        return [
            {"PolicyName": name, "PolicyDocument": document(statement(action))}
            for name, action in policies.items()
        ]

    cloud.create(template(Role=role(Policies=inline(Kept="s3:GetObject", Gone="s3:PutObject"))))

    cloud.update(template(Role=role(Policies=inline(Kept="s3:DeleteObject", New="s3:PutObject"))))

    iam, name = cloud.iam(), cloud.physical_id("Role")
    assert iam.list_role_policies(RoleName=name)["PolicyNames"] == ["Kept", "New"]
    kept = iam.get_role_policy(RoleName=name, PolicyName="Kept")
    assert kept["PolicyDocument"] == document(statement("s3:DeleteObject"))


def test_a_new_path_or_name_replaces_the_role(cloud: Cloud) -> None:
    cloud.create(template(Role=role(RoleName="one", Path="/a/")))

    cloud.update(template(Role=role(RoleName="two", Path="/a/")))
    assert cloud.roles() == ["two"]

    cloud.update(template(Role=role(Path="/b/")))
    (name,) = cloud.roles()
    assert name.startswith("team-Role-")
    assert cloud.iam().get_role(RoleName=name)["Role"]["Path"] == "/b/"


def test_a_new_path_under_a_fixed_name_fails_and_keeps_the_role(cloud: Cloud) -> None:
    cloud.create(template(Role=role(RoleName="one", Path="/a/")))

    stack = cloud.update(template(Role=role(RoleName="one", Path="/b/")))

    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert cloud.iam().get_role(RoleName="one")["Role"]["Path"] == "/a/"


def test_a_generated_name_fits_in_64_characters(cloud: Cloud) -> None:
    long = "Role" * 16
    cloud.create(template(**{long: role()}), name="stack-" * 16)

    (name,) = cloud.roles()
    assert len(name) == 64
    assert name.startswith("stack-stack-")


def test_the_tags_of_the_stack_reach_the_role(cloud: Cloud) -> None:
    made = template(Role=role(Tags=[{"Key": "team", "Value": "own"}]))
    cloud.cloudformation().create_stack(
        StackName="team",
        TemplateBody=str(made).replace("'", '"'),
        Capabilities=["CAPABILITY_IAM"],
        Tags=[{"Key": "team", "Value": "stack"}, {"Key": "cost", "Value": "7"}],
    )

    tags = cloud.iam().list_role_tags(RoleName=cloud.physical_id("Role"))["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"team": "own", "cost": "7"}
