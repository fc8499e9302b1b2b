"""Versions: made inactive, tested, and only then offered.

AWS makes a version active. Until it is tested its description ends with a word that says so, and a
publish that was killed in between finishes it when it is run again.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from compiler.hub import PRODUCT_TAG, described
from compiler.release.apply.site import listed
from compiler.release.aws import AwsError
from compiler.release.held_template import held_template
from compiler.release.state import PENDING

if TYPE_CHECKING:
    from compiler.release.apply.site import Site
    from compiler.release.changes import (
        CreateProduct,
        CreateVersion,
        DeleteVersion,
        DescribeVersion,
        FinishVersion,
        RenameVersion,
        SetVersion,
    )

TYPE = "CLOUD_FORMATION_TEMPLATE"


def create_product(site: Site, change: CreateProduct) -> None:
    """Make a product with its first version."""
    members: dict[str, Any] = {
        "Name": change.title,
        "Owner": change.owner,
        "Description": change.description,
        "ProductType": TYPE,
        "Tags": listed({**change.tags, PRODUCT_TAG: f"{site.catalog}/{change.product}"}),
        "ProvisioningArtifactParameters": _artifact(site, change),
    }

    def look(made: dict[str, Any]) -> None:
        product = made["ProductViewDetail"]["ProductViewSummary"]["ProductId"]
        site.call("DescribeProductAsAdmin", Id=product)
        site.products[change.product] = product
        _finish(site, change, made["ProvisioningArtifactDetail"]["Id"])

    site.create("CreateProduct", look, **members)


def create_version(site: Site, change: CreateVersion) -> None:
    """Make a version of a product that is there."""
    members: dict[str, Any] = {
        "ProductId": site.products[change.product],
        "Parameters": _artifact(site, change),
    }

    def look(made: dict[str, Any]) -> None:
        _finish(site, change, made["ProvisioningArtifactDetail"]["Id"])

    site.create("CreateProvisioningArtifact", look, **members)


def finish_version(site: Site, change: FinishVersion) -> None:
    """Test a version that a publish left untested.

    Its description says that it is ours, which anybody may write: its template is read back.
    """
    held = held_template(site.aws, site.products[change.product], change.id)
    if sha256(held).hexdigest() != change.sha256:
        hint = "it is none of ours: delete it by hand"
        message = f"version {change.product} {change.version} ({change.id}) has another template"
        raise AwsError(f"{message} than its description says", hint=hint)
    _finish(site, change, change.id)


def describe_version(site: Site, change: DescribeVersion) -> None:
    """Put our digest on a version of an adopted product."""
    _update(site, change.product, change.id, Description=described(change.sha256))


def rename_version(site: Site, change: RenameVersion) -> None:
    """Give a version its name back."""
    _update(site, change.product, change.id, Name=change.version)


def set_version(site: Site, change: SetVersion) -> None:
    """Say what may be done with a version."""
    version = change.id or site.versions[change.product, change.version]
    if change.new == "retired":
        _update(site, change.product, version, Active=False)
    else:
        guidance = "DEPRECATED" if change.new == "deprecated" else "DEFAULT"
        _update(site, change.product, version, Active=True, Guidance=guidance)


def delete_version(site: Site, change: DeleteVersion) -> None:
    """Delete a version; AWS refuses where a launch uses it by now."""
    site.call(
        "DeleteProvisioningArtifact",
        ProductId=site.products[change.product],
        ProvisioningArtifactId=change.id,
    )


def _artifact(site: Site, change: CreateProduct | CreateVersion) -> dict[str, Any]:
    url = site.bucket.upload(_template(site, change))
    return {
        "Name": change.version,
        "Description": f"{_description(site, change)} {PENDING}",
        "Info": {"LoadTemplateFromURL": url},
        "Type": TYPE,
    }


def _template(site: Site, change: CreateProduct | CreateVersion | FinishVersion) -> bytes:
    file = site.folder / change.template
    try:
        content = file.read_bytes()
    except OSError as error:
        raise AwsError(f"cannot read {file}: {error.strerror}") from error
    if sha256(content).hexdigest() != change.sha256:
        raise AwsError(f"{file} has changed since the plan was made: plan again")
    return content


def _description(site: Site, change: CreateProduct | CreateVersion | FinishVersion) -> str:
    commit = site.commit(change.template)
    return f"{described(change.sha256)}{f' git={commit}' if commit else ''}"


def _finish(
    site: Site, change: CreateProduct | CreateVersion | FinishVersion, version: str
) -> None:
    # At once: until now people who may launch the product could have taken it.
    _update(site, change.product, version, Active=False)
    site.versions[change.product, change.version] = version
    seen: dict[str, Any] = {}

    def look() -> str:
        answer = site.call(
            "DescribeProvisioningArtifact",
            ProductId=site.products[change.product],
            ProvisioningArtifactId=version,
            IncludeProvisioningArtifactParameters=True,
        )
        seen.update(answer)
        return str(answer.get("Status", "AVAILABLE"))

    site.wait(f"version {change.product} {change.version}", look)
    _compare(change, json.loads(_template(site, change)), seen)
    _update(site, change.product, version, Description=_description(site, change))


def _compare(
    change: CreateProduct | CreateVersion | FinishVersion,
    template: dict[str, Any],
    seen: dict[str, Any],
) -> None:
    """Hold what Service Catalog will ask a launch for to what the template asks for.

    https://docs.aws.amazon.com/servicecatalog/latest/dg/API_DescribeProvisioningArtifact.html
    """
    wanted = {
        name: str(each.get("Default", "")) for name, each in template.get("Parameters", {}).items()
    }
    held = {
        each["ParameterKey"]: str(each.get("DefaultValue") or "")
        for each in seen.get("ProvisioningArtifactParameters", ())
    }
    if wanted != held:
        other = sorted(set(wanted.items()) ^ set(held.items()))
        names = ", ".join(dict.fromkeys(name for name, _ in other))
        message = f"version {change.product} {change.version} asks a launch for other parameters"
        raise AwsError(f"{message} than its template: {names}. It stays inactive", code="Smoke")


def _update(site: Site, product: str, version: str, **members: Any) -> None:
    site.call(
        "UpdateProvisioningArtifact",
        ProductId=site.products[product],
        ProvisioningArtifactId=version,
        **members,
    )
