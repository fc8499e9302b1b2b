"""What a launch is asked for that no catalog defines: for profiles, domains, people's access.

What these parameters set are properties of resources, whose forms AWS decides.
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateUserProfile.html
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateDomain.html
"""

from compiler.onboarding.access import ACCESS, PERMISSION_SET, POLICY, access_parameters
from compiler.onboarding.choice import Choice
from compiler.onboarding.controlled import (
    OUTPUT_KEY,
    SECURITY_GROUPS,
    SUBNETS,
    VOLUME_KEY,
    Held,
    held,
)
from compiler.onboarding.domain import DOMAIN, domain_parameters
from compiler.onboarding.forms import SSO
from compiler.onboarding.profile import (
    CLASSIC,
    CREATE_APP,
    LEAST_GIGABYTES,
    PROFILE,
    profile_parameters,
)

NAMES = frozenset(PROFILE) | frozenset(ACCESS) | {"PermissionSetName"}
"""Parameters that stand in one template with those of a catalog."""

__all__ = [
    "ACCESS",
    "CLASSIC",
    "CREATE_APP",
    "DOMAIN",
    "LEAST_GIGABYTES",
    "NAMES",
    "OUTPUT_KEY",
    "PERMISSION_SET",
    "POLICY",
    "PROFILE",
    "SECURITY_GROUPS",
    "SSO",
    "SUBNETS",
    "VOLUME_KEY",
    "Choice",
    "Held",
    "access_parameters",
    "domain_parameters",
    "held",
    "profile_parameters",
]
