"""The parts of Studio that the templates and requests of these tests are made of."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.sandbox.templates import Json, document, role, template, trust

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud

ROLE_ARN = {"Fn::GetAtt": ["Role", "Arn"]}
UNKNOWN_ROLE = "arn:aws:iam::123456789012:role/nobody"

VPC = "vpc-0123456789abcdef0"
SUBNETS = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
GROUPS = ["sg-0123456789abcdef0"]


def domain(**properties: Any) -> Json:
    return {
        "Type": "AWS::SageMaker::Domain",
        "Properties": {
            "DomainName": "team",
            "AuthMode": "IAM",
            "AppNetworkAccessType": "VpcOnly",
            "VpcId": VPC,
            "SubnetIds": SUBNETS,
            "DefaultUserSettings": {"ExecutionRole": ROLE_ARN, "SecurityGroups": GROUPS},
            **properties,
        },
    }


def profile(**properties: Any) -> Json:
    return {
        "Type": "AWS::SageMaker::UserProfile",
        "Properties": {
            "DomainId": {"Ref": "Domain"},
            "UserProfileName": "ann",
            **properties,
        },
    }


def studio(**resources: Any) -> Json:
    """A template with a domain and the role that it runs as, and what is said beside them."""
    return template(**{"Role": role(), "Domain": domain(), **resources})


def execution_role(cloud: Cloud, name: str = "runs", **condition: Any) -> str:
    """The ARN of a new role that SageMaker may assume, if the condition holds."""
    statement = trust()["Statement"][0]
    if condition:
        statement["Condition"] = condition
    answer = cloud.iam().create_role(
        RoleName=name, AssumeRolePolicyDocument=json.dumps(document(statement))
    )
    return answer["Role"]["Arn"]


def new_domain(cloud: Cloud, **members: Any) -> str:
    """The id of a new domain, in IAM mode if not said."""
    settings = members.pop("DefaultUserSettings", None) or {
        "ExecutionRole": execution_role(cloud, f"runs-{members.get('DomainName', 'team')}"),
        "SecurityGroups": GROUPS,
    }
    request = domain(DefaultUserSettings=settings, **members)["Properties"]
    answer = cloud.client("sagemaker").create_domain(
        **{name: value for name, value in request.items() if value is not None}
    )
    domain_id: str = answer["DomainId"]
    return domain_id
