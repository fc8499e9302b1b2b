"""What Service Catalog offers to whoever asks: products, versions, launch paths, forms."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compiler.diagnostic import suggest
from compiler.hub import PRODUCT_TAG, digest_in
from compiler.release.aws import AwsError
from compiler.release.launching.choice import ChoiceError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from compiler.release.aws import Aws
    from compiler.release.launching.clone import Clone

_OWN_CONSTRAINTS = (
    "AllowedPattern", "ConstraintDescription", "MaxLength", "MinLength", "MaxValue", "MinValue"
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedVersion:
    """An active version of a product."""

    id: str
    name: str
    description: str = ""
    is_deprecated: bool = False

    @property
    def sha256(self) -> str | None:
        """The digest of its template; None where it is not one of ours."""
        return digest_in(self.description) or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A way by which a portfolio leads whoever launches to a product."""

    id: str
    name: str
    """The portfolio's title."""

    tags: Mapping[str, str]
    constraints: tuple[str, ...]
    """Their types."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A product that may be launched."""

    id: str
    title: str
    persona: str | None
    """Its id in the catalog, where that is known."""

    versions: tuple[OfferedVersion, ...]
    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """What a launch is asked for."""

    parameters: Mapping[str, Mapping[str, Any]]
    """Parameter to what a template would declare of it."""

    rules: Mapping[str, Any] | None
    """The rules of the portfolio's template constraints; None where they are not told."""

    launch_role: str | None
    """The ARN of the role that it is launched with, where that is told."""

    tag_options: Mapping[str, tuple[str, ...]]
    tag_updates: str | None = None
    """ALLOWED or NOT_ALLOWED, where that is told."""


def offered(aws: Aws, wanted: str, clone: Clone) -> Offer:
    """Find a product.

    Args:
        aws: as whoever launches.
        wanted: a product's id, its title, or a persona.
        clone: what a clone knows of personas.

    Raises:
        ChoiceError: where none is found, or several are.
        AwsError: where AWS refuses.
    """
    known = clone.product(wanted)
    found: list[str] = [wanted]
    if not wanted.startswith("prod-"):
        found = _search(aws, wanted, clone)
    products = [_described(aws, each) for each in found]
    ours = [each for each in products if known and each.persona == known.id]
    products = ours or products
    if len(products) > 1:
        ids = " or ".join(each.id for each in products)
        raise ChoiceError(f"{len(products)} products are called '{wanted}'", f"name an id: {ids}")
    return products[0]


def form(aws: Aws, product: str, version: str, path: str) -> Form:
    """What a launch of a version by a path is asked for; all three are ids.

    https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DescribeProvisioningParameters.html

    Raises:
        AwsError: where AWS refuses.
    """
    answer = aws.call(
        "servicecatalog", "DescribeProvisioningParameters",
        ProductId=product, ProvisioningArtifactId=version, PathId=path,
    )  # fmt: skip
    told = {each.get("Type"): each.get("Value") for each in answer.get("UsageInstructions", ())}
    rules: dict[str, Any] | None = None
    with suppress(TypeError, ValueError):
        read = json.loads(told["rules"]) if "rules" in told else None
        rules = read if isinstance(read, dict) else None
    return Form(
        parameters={
            each["ParameterKey"]: _declared(each)
            for each in answer.get("ProvisioningArtifactParameters", ())
        },
        rules=rules,
        launch_role=told.get("launchAsRole"),
        tag_updates=told.get("tagUpdateOnProvisionedProduct"),
        tag_options={
            each["Key"]: tuple(each.get("Values", ())) for each in answer.get("TagOptions", ())
        },
    )


def _declared(parameter: Mapping[str, Any]) -> dict[str, Any]:
    """A parameter as a template declares it."""
    constraints = parameter.get("ParameterConstraints") or {}
    declared: dict[str, Any] = {"Type": parameter.get("ParameterType") or "String"}
    if parameter.get("DefaultValue") is not None:
        declared["Default"] = parameter["DefaultValue"]
    if parameter.get("Description"):
        declared["Description"] = parameter["Description"]
    if parameter.get("IsNoEcho"):
        declared["NoEcho"] = True
    declared |= {name: constraints[name] for name in _OWN_CONSTRAINTS if constraints.get(name)}
    if constraints.get("AllowedValues"):
        # AWS lists none for a parameter that takes any.
        declared["AllowedValues"] = list(constraints["AllowedValues"])
    return declared


def _search(aws: Aws, wanted: str, clone: Clone) -> list[str]:
    known = clone.product(wanted)
    titles: dict[str, list[str]] = {}
    for each in aws.pages("SearchProducts", "ProductViewSummaries", PageSize=100):
        titles.setdefault(each["Name"], []).append(each["ProductId"])
    exact = {wanted, known.title if known else wanted}
    found = [id_ for title, ids in titles.items() if title in exact for id_ in ids]
    if not found:
        found = [id_ for title, ids in titles.items() if slug(title) == slug(wanted) for id_ in ids]
    if found:
        return found
    if known and clone.desired and aws.region not in clone.desired.regions:
        regions = ", ".join(clone.desired.regions)
        message = f"'{wanted}' is not published in {aws.region}"
        raise ChoiceError(message, f"name one of its Regions by --region: {regions}")
    message = f"there is no product '{wanted}' for you in {aws.region}"
    if known and clone.desired:
        holds = [it.title for it in clone.desired.portfolios.values() if known.id in it.products]
        portfolios = f"its portfolios do not admit who asks: {', '.join(holds)}"
        hint = f"{portfolios}; or it is not published yet, which 'personac plan' tells"
        raise ChoiceError(message, hint)
    if not titles:
        hint = "no portfolio of this Region admits who asks, or none is published in it"
        raise ChoiceError(message, hint)
    near = suggest(wanted, titles) or suggest(slug(wanted), [slug(each) for each in titles])
    raise ChoiceError(message, near or f"there are {_some(sorted(titles))}")


def _described(aws: Aws, product: str) -> Offer:
    try:
        answer = aws.call("servicecatalog", "DescribeProduct", Id=product)
    except AwsError as error:
        if not error.is_missing:
            raise
        message = f"there is no product '{product}' for you in {aws.region}"
        raise ChoiceError(message, "is the Region right?") from error
    versions = tuple(
        OfferedVersion(
            id=each["Id"],
            name=each.get("Name", ""),
            description=each.get("Description", ""),
            is_deprecated=each.get("Guidance") == "DEPRECATED",
        )
        for each in answer.get("ProvisioningArtifacts", ())
    )
    paths = tuple(
        Path(
            id=each["Id"],
            name=each.get("Name", ""),
            tags={tag["Key"]: tag["Value"] for tag in each.get("Tags", ())},
            constraints=tuple(one["Type"] for one in each.get("ConstraintSummaries", ())),
        )
        for each in aws.pages("ListLaunchPaths", "LaunchPathSummaries", ProductId=product)
    )
    title = answer["ProductViewSummary"]["Name"]
    tags = (each.tags[PRODUCT_TAG] for each in paths if PRODUCT_TAG in each.tags)
    tag = next(tags, "")
    return Offer(
        id=product,
        title=title,
        persona=tag.rpartition("/")[2] or None,
        versions=versions,
        paths=paths,
    )


def slug(title: str) -> str:
    """A title as an id has it: `Data Scientist` is `data-scientist`."""
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")


def _some(names: Sequence[str], shown: int = 10) -> str:
    more = f" and {len(names) - shown} more" if len(names) > shown else ""
    return f"{', '.join(names[:shown])}{more}"
