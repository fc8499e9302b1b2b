"""What a launch is asked for to make a Studio user profile.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateUserProfile.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.catalog import Parameter
from compiler.onboarding.choice import Choice, asked
from compiler.onboarding.forms import GIGABYTES, IAM, PROFILE_NAME, SSO

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.catalog import Catalog
    from compiler.entitlement import LaunchParameter
    from compiler.place import Place

STUDIO, CLASSIC = "Studio", "Studio Classic"
"""What a user sees first."""

CREATE_APP = "sagemaker:CreateApp"
"""What a role cannot work in Studio without: its user starts apps with it."""

LEAST_GIGABYTES = 5
"""What a new space has, and the least that one may have."""

PROFILE_GROUP = "Studio user profile"

PROFILE: Mapping[str, Parameter | Choice] = {
    "DomainId": Parameter(
        label="Studio domain",
        group=PROFILE_GROUP,
        description="The id of an existing Studio domain of this account and Region. Give it to"
        " have a user profile made there that works with this product's role; leave it empty, and"
        " none is made. Where activities are chosen above, one that may start apps has to be on."
        " Security groups that you give above are the profile's too, and have to"
        " stand in the domain's VPC. Terminating the product deletes the profile, which fails while"
        " it has apps or spaces, and the user's home directory is lost with it. Example:"
        " d-0a1b2c3d4e5f",
        pattern="d-[a-z0-9]{1,61}",
    ),
    "UserProfileName": Parameter(
        label="Name of the user profile",
        group=PROFILE_GROUP,
        description="What the user profile is called: lower-case letters, digits and hyphens, 63 at"
        " most. With the product Studio User, whoever opens the profile is known by this name: it"
        " is the tag StudioUserProfile of the person, or the name of the IAM user. Needed with a"
        " domain. Another name makes a new profile, and deletes this one. Example: jane-doe",
        pattern=PROFILE_NAME,
    ),
    "DomainMode": Choice(
        label="How the domain knows its users",
        group=PROFILE_GROUP,
        description="IAM, or SSO for a domain that people sign in to by IAM Identity Center. The"
        " domain's page in the SageMaker console shows which it is.",
        values=(IAM, SSO),
    ),
    "SingleSignOnUser": Parameter(
        label="User in IAM Identity Center",
        group=PROFILE_GROUP,
        description="The name of the user in IAM Identity Center whose profile it is. The user has"
        " to be assigned to the domain before. Needed with a domain in SSO mode, and refused with"
        " another one. Another user makes a new profile, and deletes this one. Example:"
        " jane.doe@example.com",
        # What Identity Center takes as a user name, without what an ARN or a form could mistake.
        pattern="[A-Za-z0-9_+=,.@-]{1,128}",
    ),
    "DefaultLanding": Choice(
        label="What the user sees first",
        group=PROFILE_GROUP,
        description="Studio, or Studio Classic for domains that still have it.",
        values=(STUDIO, CLASSIC),
    ),
    # The version of JupyterLab that the wizard asked for was the image of Studio Classic's server.
    # Now JupyterLab comes with the SageMaker Distribution image that a user chooses for a space.
    "JupyterLabInstanceType": Parameter(
        label="Instance type of JupyterLab",
        group=PROFILE_GROUP,
        description="The instance type that JupyterLab starts on unless the user chooses another;"
        " one that the role may use, where instance types are given above. Leave it empty for the"
        " domain's. Example: ml.t3.medium",
        pattern="ml\\.[a-z0-9-]{1,16}\\.[a-z0-9]{1,16}",
    ),
    "SpaceGigabytes": Parameter(
        label="Storage of a space in gigabytes",
        group=PROFILE_GROUP,
        description="How many gigabytes a space of the user may have, 5 to 16384; a new one begins"
        " with 5. Leave it empty for the domain's. Example: 100",
        # https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DefaultEbsStorageSettings.html
        pattern=GIGABYTES,
    ),
}
"""What a user profile is made of; all of it may be left empty."""

# The minutes until an idle app is shut down are the domain's: the registry schema of user profiles
# has no AppLifecycleManagement for JupyterLab, and a profile without it has that of its domain.


def profile_parameters(catalog: Catalog, origin: Place) -> dict[str, LaunchParameter]:
    """What a launch is asked for to make a Studio user profile, all of which may be left empty."""
    return asked(catalog, PROFILE, origin, may_be_empty=frozenset(PROFILE))
