"""What a launch is asked for to make a Studio domain.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateDomain.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.catalog import Parameter
from compiler.onboarding.choice import Choice, asked
from compiler.onboarding.forms import GIGABYTES, IAM, ID, NAME, PARTITION, REGION, SSO

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.catalog import Catalog
    from compiler.entitlement import LaunchParameter
    from compiler.place import Place

DOMAIN_GROUP, NETWORK_GROUP, APPS_GROUP = "Studio domain", "Network", "Apps"

DOMAIN: Mapping[str, Parameter | Choice] = {
    "DomainName": Parameter(
        label="Name of the domain",
        group=DOMAIN_GROUP,
        description="What the domain is called: letters, digits and hyphens, 63 at most. Another"
        " name makes a new domain, and deletes this one. Terminating the product deletes it too,"
        " which fails while it has user profiles or spaces. Example: fraud-detection",
        pattern=NAME,
    ),
    "DomainMode": Choice(
        label="How the domain knows its users",
        group=DOMAIN_GROUP,
        description="IAM, or SSO to have people sign in by IAM Identity Center, which has to be in"
        " this Region. Another mode makes a new domain, and deletes this one.",
        values=(IAM, SSO),
    ),
    "DefaultRole": Parameter(
        label="Role of profiles without one",
        group=DOMAIN_GROUP,
        description="The ARN of the role that apps run with where neither the user profile nor the"
        " space names one, shared spaces above all. Let it be one that may do little. It is made by"
        " the SageMaker Compute Role product, which prints its ARN. Example:"
        " arn:aws:iam::111122223333:role/personac/execution/shared-spaces",
        pattern=f"arn:{PARTITION}:iam::[0-9]{{12}}:role${{catalog.execution_role_path}}"
        "[A-Za-z0-9+=@_.-]{1,64}",
    ),
    "EncryptionKey": Parameter(
        label="KMS key of the domain",
        group=DOMAIN_GROUP,
        description="The ARN of the KMS key that encrypts the home directories and the volumes of"
        " spaces. Its policy has to let SageMaker create grants for whoever launches this. Another"
        " key makes a new domain, and deletes this one. Example:"
        " arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        pattern=f"arn:{PARTITION}:kms:{REGION}:[0-9]{{12}}:key/(?:mrk-[0-9a-f]{{32}}|"
        "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})",
    ),
    "VpcId": Parameter(
        label="VPC",
        group=NETWORK_GROUP,
        description="The id of the VPC that all traffic of the domain goes through. It needs a way"
        " to SageMaker, S3, STS and CloudWatch: VPC endpoints, or a NAT gateway. Example:"
        " vpc-0a1b2c3d4e5f60718",
        pattern=f"vpc-{ID}",
    ),
    "Subnets": Parameter(
        label="Subnets",
        group=NETWORK_GROUP,
        description="The ids of subnets of the VPC, in two Availability Zones or more. Separate"
        " several by commas. Example:"
        " subnet-0a1b2c3d4e5f60718,subnet-0123456789abcdef0",
        pattern=f"subnet-{ID}",
        max_items=16,
    ),
    "SecurityGroups": Parameter(
        label="Security groups",
        group=NETWORK_GROUP,
        description="The ids of the security groups of all apps. They have to allow NFS, TCP on"
        " port 2049, within the VPC, and TCP on ports 8192 to 65535 among themselves. Separate"
        " several by commas; a user profile can add two. Example:"
        " sg-0a1b2c3d4e5f60718",
        # An app has five at most, those of domain and profile together.
        pattern=f"sg-{ID}",
        max_items=3,
    ),
    "IdleMinutes": Parameter(
        label="Minutes until idle apps stop",
        group=APPS_GROUP,
        description="How many minutes JupyterLab may be idle before it is shut down, 60 to 99999."
        " Example: 120",
        # https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_IdleSettings.html
        pattern="[6-9][0-9]|[1-9][0-9]{2,4}",
        default="120",
    ),
    "SpaceGigabytes": Parameter(
        label="Storage of a space in gigabytes",
        group=APPS_GROUP,
        description="How many gigabytes a space may have, 5 to 16384; a new one begins with 5."
        " Example: 100",
        pattern=GIGABYTES,
        default="100",
    ),
}
"""What a domain is made of."""


def domain_parameters(catalog: Catalog, origin: Place) -> dict[str, LaunchParameter]:
    """What a launch is asked for to make a Studio domain."""
    return asked(catalog, DOMAIN, origin, may_be_empty=frozenset())
