"""The tags of a launch: of its portfolio and product, of TagOptions, of the person, of AWS.

https://docs.aws.amazon.com/servicecatalog/latest/adminguide/tagoptions.html
https://docs.aws.amazon.com/servicecatalog/latest/adminguide/autotags.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.sandbox.service_catalog.errors import InvalidParametersException

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from compiler.sandbox.service_catalog.launch_path import LaunchPath
    from compiler.sandbox.service_catalog.product import ProvisioningArtifact
    from compiler.sandbox.service_catalog.provisioned_product import ProvisionedProduct

AUTO = "aws:servicecatalog:"
"""How the keys of AutoTags begin."""


def launch_tags(
    path: LaunchPath,
    choices: Mapping[str, Sequence[str]],
    given: Sequence[Mapping[str, str]],
    previous: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The tags that a launch gets, without AutoTags.

    A TagOption with one value is set by itself; with several, the person has to choose; where those
    of portfolio and product conflict, the tag says so.
    https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DescribeProvisioningParameters.html

    :param choices: the values of the TagOptions, by key.
    :param given: the tags of the request.
    :param previous: the tags of the launch that is updated: they stay where nothing is said.
    :raises InvalidParametersException: if a tag is given twice, is AWS's, or is none of those that
        its TagOption lets choose; if one has to be chosen and was not.
    """
    own = {tag["Key"]: tag["Value"] for tag in given}
    if len(own) < len(given):
        raise InvalidParametersException("Duplicate tag keys are not allowed.")
    if any(key.lower().startswith("aws:") for key in own):
        raise InvalidParametersException("Tag keys must not begin with aws:.")
    before = {key: v for key, v in (previous or {}).items() if not key.startswith(AUTO)}
    found = {**before, **path.tags, **own}
    for key, values in choices.items():
        if not values:
            found[key] = f"sc-tagoption-conflict-{path.portfolio.id}-{path.product.id}"
        elif len(values) == 1 and key not in own:
            found[key] = values[0]
        elif found.get(key) not in values:
            raise InvalidParametersException(
                f"The value of tag {key} has to be one of its TagOptions: {', '.join(values)}."
            )
    return found


def auto_tags(
    provisioned: ProvisionedProduct, path: LaunchPath, artifact: ProvisioningArtifact
) -> dict[str, str]:
    """The tags by which AWS says where a launch comes from."""
    return {
        f"{AUTO}portfolioArn": path.portfolio.arn,
        f"{AUTO}productArn": path.product.arn,
        f"{AUTO}provisionedProductArn": provisioned.arn,
        f"{AUTO}provisioningArtifactIdentifier": artifact.id,
        f"{AUTO}provisioningPrincipalArn": provisioned.session_arn,
    }
