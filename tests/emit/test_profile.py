"""compiler.emit.profile: the user profile of a launch, and the defaults that go with it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from compiler.build import compile_persona
from compiler.intrinsics import ParameterError, Resolver
from compiler.load import load
from compiler.render import Launch, render
from tests.emit.test_product import ENCRYPTED, ENCRYPTION
from tests.small import overlay

if TYPE_CHECKING:
    from collections.abc import Mapping

ROLES = "arn:aws:iam::111122223333:role/small/execution"
KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
GIVEN = {"Buckets": "data", "ExecutionRoles": f"{ROLES}/one,{ROLES}/two"}
PROFILE = {**GIVEN, "DomainId": "d-0a1b2c3d4e5f", "UserProfileName": "jane-doe"}
NETWORK = {"Subnets": "subnet-01234567,subnet-89abcdef", "SecurityGroups": "sg-01234567"}


def body(persona: str = ENCRYPTED) -> Any:
    persona = f"{persona}onboarding: user-profile\n"
    tree = overlay({**ENCRYPTION, "personas/analyst.yaml": persona})
    product, problems = compile_persona(load("catalog", tree).catalog, "analyst")
    assert not problems
    assert product
    return json.loads(product.artifact.content)


BODY = body()


def launched(given: Mapping[str, str], template: Any = BODY) -> Resolver:
    launch = Launch(parameters=given)
    resolver = Resolver(template, launch.parameters, launch.pseudo())
    resolver.refuse_values()
    return resolver


def settings(given: Mapping[str, str], template: Any = BODY) -> Any:
    resolver = launched(given, template)
    assert resolver.condition(template["Resources"]["UserProfile"]["Condition"])
    found = resolver.value(template["Resources"]["UserProfile"]["Properties"], ())
    return json.loads(json.dumps(found, default=str))


def outputs(given: Mapping[str, str], template: Any = BODY) -> Mapping[str, str]:
    return render(template, Launch(parameters=given)).outputs


class TestProfile:
    def test_nothing_is_made_without_a_domain(self) -> None:
        resolver = launched(GIVEN)

        assert not resolver.condition(BODY["Resources"]["UserProfile"]["Condition"])
        assert not {"UserProfileName", "UserProfileArn", "OpenStudio"} & outputs(GIVEN).keys()

    def test_it_works_with_the_role_of_the_launch(self) -> None:
        assert settings(PROFILE) == {
            "DomainId": "d-0a1b2c3d4e5f",
            "UserProfileName": "jane-doe",
            "Tags": [
                {"Key": "personac:persona", "Value": "analyst"},
                {"Key": "personac:version", "Value": "1.0.0"},
            ],
            "UserSettings": {
                "ExecutionRole": "<Role.Arn>",
                "DefaultLandingUri": "studio::",
                "StudioWebPortal": "ENABLED",
            },
        }

    def test_all_that_can_be_said_of_it(self) -> None:
        given = {
            "DefaultLanding": "Studio Classic",
            "DomainMode": "SSO",
            "JupyterLabInstanceType": "ml.m5.large",
            "SingleSignOnUser": "jane.doe@example.com",
            "SpaceGigabytes": "16384",
        }
        found = settings({**PROFILE, **given})

        assert found["SingleSignOnUserIdentifier"] == "UserName"
        assert found["SingleSignOnUserValue"] == "jane.doe@example.com"
        assert found["UserSettings"] == {
            "ExecutionRole": "<Role.Arn>",
            "DefaultLandingUri": "app:JupyterServer:",
            "StudioWebPortal": "ENABLED",
            "JupyterLabAppSettings": {"DefaultResourceSpec": {"InstanceType": "ml.m5.large"}},
            "SpaceStorageSettings": {
                "DefaultEbsStorageSettings": {
                    "DefaultEbsVolumeSizeInGb": 5,
                    "MaximumEbsVolumeSizeInGb": "16384",
                }
            },
        }

    def test_it_has_the_security_groups_that_the_role_is_held_to(self) -> None:
        assert settings({**PROFILE, **NETWORK})["UserSettings"]["SecurityGroups"] == ["sg-01234567"]

    @pytest.mark.parametrize(
        ("given", "told"),
        [
            (
                {"UserProfileName": ""},
                "User profile: give both of DomainId, UserProfileName, or none of them",
            ),
            (
                {"DomainId": ""},
                "User profile: give both of DomainId, UserProfileName, or none of them",
            ),
            (
                {"DomainMode": "SSO"},
                "SingleSignOnUser is needed with a domain whose DomainMode is SSO",
            ),
            (
                {"SingleSignOnUser": "jane"},
                "SingleSignOnUser goes with DomainId and DomainMode SSO: leave it empty without them",
            ),
            (
                {
                    "DomainId": "",
                    "UserProfileName": "",
                    "DomainMode": "SSO",
                    "SingleSignOnUser": "jane",
                },
                "SingleSignOnUser goes with DomainId and DomainMode SSO: leave it empty without them",
            ),
            (
                {"DomainId": "", "UserProfileName": "", "SpaceGigabytes": "100"},
                "SpaceGigabytes goes with DomainId: leave it empty without one",
            ),
            (
                {"DomainId": "", "UserProfileName": "", "JupyterLabInstanceType": "ml.m5.large"},
                "JupyterLabInstanceType goes with DomainId: leave it empty without one",
            ),
            ({"UserProfileName": "*"}, "UserProfileName is '*'; it must be of the form"),
            ({"UserProfileName": "jane-"}, "UserProfileName is 'jane-'; it must be of the form"),
            ({"DomainId": "d-*"}, "DomainId is 'd-*'; it must be of the form"),
            ({"SpaceGigabytes": "16385"}, "SpaceGigabytes is '16385'; it must be of the form"),
        ],
    )
    def test_a_launch_that_does_not_hold_together_is_refused(
        self, given: Mapping[str, str], told: str
    ) -> None:
        with pytest.raises(ParameterError) as caught:
            launched({**PROFILE, **given})

        assert str(caught.value).startswith(told)

    def test_the_mode_alone_asks_for_nothing(self) -> None:
        launched({**GIVEN, "DomainMode": "SSO"})


class TestOutputs:
    def test_studio_is_opened_by_a_command_or_from_the_portal(self) -> None:
        sso = {**PROFILE, "DomainMode": "SSO", "SingleSignOnUser": "jane"}

        assert outputs(PROFILE)["OpenStudio"] == (
            "aws sagemaker create-presigned-domain-url --region eu-west-1"
            " --domain-id d-0a1b2c3d4e5f --user-profile-name jane-doe"
        )
        assert outputs(sso)["OpenStudio"] == (
            "The AWS access portal, application Amazon SageMaker Studio, domain d-0a1b2c3d4e5f"
        )

    def test_no_defaults_for_who_passes_no_role(self) -> None:
        template = body(ENCRYPTED.replace("run-jobs, ", ""))

        assert "SdkDefaults" not in template["Outputs"]


def found(config: Any, name: str) -> list[Any]:
    """All values of a key, wherever it stands."""
    if not isinstance(config, dict):
        return []
    inner = [one for each in config.values() for one in found(each, name)]
    return [config[name], *inner] if name in config else inner


class TestSdkDefaults:
    def config(self, given: Mapping[str, str], template: Any = BODY) -> Any:
        return yaml.safe_load(outputs(given, template)["SdkDefaults"])

    def test_the_first_execution_role_is_named_wherever_a_role_is(self) -> None:
        config = self.config(GIVEN)

        assert config["SchemaVersion"] == "1.0"
        assert set(found(config, "RoleArn")) == {f"{ROLES}/one"}
        assert config["SageMaker"].keys() == {
            "AutoMLJob",
            "CompilationJob",
            "EdgePackagingJob",
            "FeatureGroup",
            "Model",
            "ModelPackage",
            "MonitoringSchedule",
            "Pipeline",
            "ProcessingJob",
            "PythonSDK",
            "TrainingJob",
        }
        assert config["SageMaker"]["TrainingJob"] == {"RoleArn": f"{ROLES}/one"}
        assert config["SageMaker"]["Model"] == {"ExecutionRoleArn": f"{ROLES}/one"}

    def test_nothing_is_held_while_the_controls_are_off(self) -> None:
        config = self.config(GIVEN)

        for name in ("VpcConfig", "VolumeKmsKeyId", "KmsKeyId", "S3KmsKeyId"):
            assert found(config, name) == []

    def test_jobs_carry_what_the_controls_ask_for(self) -> None:
        config = self.config({**GIVEN, **NETWORK, "Key": KEY})

        vpc = {
            "Subnets": ["subnet-01234567", "subnet-89abcdef"],
            "SecurityGroupIds": ["sg-01234567"],
        }
        assert config["SageMaker"]["TrainingJob"] == {
            "RoleArn": f"{ROLES}/one",
            "ResourceConfig": {"VolumeKmsKeyId": KEY},
            "VpcConfig": vpc,
        }
        assert len(found(config, "VpcConfig")) == 7
        assert all(each == vpc for each in found(config, "VpcConfig"))

    def test_each_control_alone(self) -> None:
        network, keys = self.config({**GIVEN, **NETWORK}), self.config({**GIVEN, "Key": KEY})

        assert found(network, "VpcConfig")
        assert not found(network, "VolumeKmsKeyId")
        assert found(keys, "VolumeKmsKeyId")
        assert not found(keys, "VpcConfig")

    def test_a_required_control_is_always_there(self) -> None:
        template = body(ENCRYPTED.replace("optional", "required"))
        config = self.config({**GIVEN, **NETWORK, "Key": KEY}, template)

        assert "Fn::If" not in template["Outputs"]["SdkDefaults"]["Value"]
        assert found(config, "VpcConfig")
        assert found(config, "VolumeKmsKeyId")
