"""Defaults of the SageMaker Python SDK, as its config.yaml: role, network and keys of jobs.

https://sagemaker.readthedocs.io/en/stable/overview.html#configuring-and-using-defaults-with-the-sagemaker-python-sdk
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troposphere import AWSHelperFn, If, Join, Ref, Select, Split, Sub

from compiler.emit.conditions import condition_of
from compiler.emit.values import emit_values
from compiler.expression import Parameter
from compiler.gate import OPEN
from compiler.onboarding import OUTPUT_KEY, SECURITY_GROUPS, SUBNETS, VOLUME_KEY, held

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.expression import Expression
    from compiler.gate import Gate
    from compiler.pack import Packing

ROLE, NETWORK, VOLUME, OUTPUT = "${role}", "network", "volume", "output"
"""What stands in the text where a value will."""


@dataclass(frozen=True, slots=True)
class _Default:
    """A value that jobs have to carry while a control is on."""

    when: Gate
    texts: Mapping[str, Any]
    """By the names that Fn::Sub knows them by."""


def sdk_defaults(packing: Packing) -> Any:
    """The text of a config.yaml that fits what the role may do.

    The SDK's own get_execution_role() gives the role of the notebook, which may not be passed.

    Args:
        packing: of a persona that names the roles that may be passed.
    """
    entitlements = packing.entitlements
    roles = entitlements.execution_roles
    assert roles  # noqa: S101 - who calls has asked
    defaults = _held(packing)
    gates = tuple(dict.fromkeys(each.when for each in defaults.values() if each.when != OPEN))
    always = {name: each for name, each in defaults.items() if each.when == OPEN}
    role = Select(0, Split(",", Ref(roles)))

    def text(undecided: tuple[Gate, ...], on: Mapping[str, _Default]) -> Any:
        if not undecided:
            known = {name: each for one in on.values() for name, each in one.texts.items()}
            return Sub(_written(_config(frozenset(on))), {"role": role, **known})
        first, *others = undecided
        more = {name: each for name, each in defaults.items() if each.when == first}
        return If(
            condition_of(packing, first),
            text(tuple(others), {**on, **more}),
            text(tuple(others), on),
        )

    return text(gates, always)


def _held(packing: Packing) -> dict[str, _Default]:
    entitlements = packing.entitlements

    def joined(values: tuple[Expression, ...]) -> AWSHelperFn:
        if len(values) == 1 and len(values[0]) == 1 and isinstance(values[0][0], Parameter):
            return Ref(values[0][0].name)
        return Join(",", emit_values(values, entitlements.parameters))

    found: dict[str, _Default] = {}
    subnets, groups = (held(entitlements.statements, key) for key in (SUBNETS, SECURITY_GROUPS))
    if subnets and groups and subnets.when == groups.when:
        texts = {"subnets": joined(subnets.values), "groups": joined(groups.values)}
        found[NETWORK] = _Default(subnets.when, texts)
    for name, key in ((VOLUME, VOLUME_KEY), (OUTPUT, OUTPUT_KEY)):
        one = held(entitlements.statements, key)
        if one:
            # Of several keys that would do, the first one is as good as any.
            first = Select(0, Split(",", joined(one.values)))
            found[name] = _Default(one.when, {name: first})
    return found


def _config(on: frozenset[str]) -> dict[str, Any]:
    """What the SDK takes defaults of, by its schema of version 1.0."""
    vpc = {"Subnets": "[${subnets}]", "SecurityGroupIds": "[${groups}]"} if NETWORK in on else {}
    volume = {"VolumeKmsKeyId": f"${{{VOLUME}}}"} if VOLUME in on else {}
    key = {"KmsKeyId": f"${{{OUTPUT}}}"} if OUTPUT in on else {}
    role = {"RoleArn": ROLE}
    return {
        "SchemaVersion": "'1.0'",
        "SageMaker": {
            "AutoMLJob": {
                **role,
                "AutoMLJobConfig": {"SecurityConfig": {**volume, "VpcConfig": vpc}},
                "OutputDataConfig": key,
            },
            "CompilationJob": {**role, "OutputConfig": key, "VpcConfig": vpc},
            "EdgePackagingJob": {**role, "OutputConfig": key},
            "EndpointConfig": {"KmsKeyId": volume.get("VolumeKmsKeyId", {})},
            "FeatureGroup": role,
            "Model": {"ExecutionRoleArn": ROLE, "VpcConfig": vpc},
            "ModelPackage": {"ValidationSpecification": {"ValidationRole": ROLE}},
            "MonitoringSchedule": {
                "MonitoringScheduleConfig": {
                    "MonitoringJobDefinition": {
                        **role,
                        "MonitoringOutputConfig": key,
                        "MonitoringResources": {"ClusterConfig": volume},
                        "NetworkConfig": {"VpcConfig": vpc},
                    }
                }
            },
            "Pipeline": role,
            "ProcessingJob": {
                **role,
                "NetworkConfig": {"VpcConfig": vpc},
                "ProcessingOutputConfig": key,
                "ProcessingResources": {"ClusterConfig": volume},
            },
            "PythonSDK": {
                "Modules": {
                    "RemoteFunction": {
                        **role,
                        "S3KmsKeyId": key.get("KmsKeyId", {}),
                        **volume,
                        "VpcConfig": vpc,
                    }
                }
            },
            "TrainingJob": {
                **role,
                "OutputDataConfig": key,
                "ResourceConfig": volume,
                "VpcConfig": vpc,
            },
            "TransformJob": {"TransformOutput": key, "TransformResources": volume},
        },
    }


def _written(node: Mapping[str, Any], indent: str = "") -> str:
    """YAML, without what is empty."""
    lines = []
    for name, each in node.items():
        if isinstance(each, str):
            lines.append(f"{indent}{name}: {each}\n")
        elif inner := _written(each, f"{indent}  "):
            lines.append(f"{indent}{name}:\n{inner}")
    return "".join(lines)
