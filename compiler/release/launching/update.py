"""An update of what is launched, made ready: to another version, or to other values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostic import suggest
from compiler.release.aws import AwsError
from compiler.release.launching.choice import ChoiceError, bump, chosen_version
from compiler.release.launching.finding import error, warning
from compiler.release.launching.launch import Ready, chosen_of, default_name, findings, retired
from compiler.release.launching.offer import form, offered
from compiler.release.launching.provisioned import launched_by_another, search, stack_parameters
from compiler.release.token import token

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from compiler.release.aws import Aws
    from compiler.release.launching.clone import Clone
    from compiler.release.launching.finding import Finding
    from compiler.release.launching.launch import Chosen, Wish
    from compiler.release.launching.offer import Offer
    from compiler.release.launching.provisioned import Provisioned

UPDATE = "UPDATE_PROVISIONED_PRODUCT"
"""The type of the record of an update."""


def ready_to_update(aws: Aws, wish: Wish, clone: Clone) -> Ready:
    """Find what is launched, choose the version, and look at everything that an update needs.

    Values that are not given stay as they are.

    Raises:
        ChoiceError: where it cannot be told what is asked for.
        AwsError: where AWS refuses, or cannot be reached.
    """
    offer = offered(aws, wish.product, clone)
    standing = held(aws, offer, wish.name)
    version = chosen_version(
        offer.versions, wish.version, deprecated=True, retired=retired(clone, offer)
    )
    chosen = chosen_of(aws, offer, version, wish.path or _own_path(aws, standing, offer), clone)
    previous = _previous_name(standing, offer)
    known = stack_parameters(aws, standing.stack(aws.account))
    names = _previous_names(aws, standing, chosen, clone, previous) if known is None else set(known)
    kept = tuple(each for each in chosen.declared if each in names and each not in wish.values)
    readable = {
        name: value
        for name, value in (known or {}).items()
        if name in kept and not chosen.declared[name].get("NoEcho")
    }
    same = known is not None and all(known.get(key) == it for key, it in wish.values.items())
    is_current = (
        standing.version == version.id
        and standing.status == "AVAILABLE"
        and not wish.tags
        and (same or not wish.values)
    )
    found: list[Finding] = []
    begun = False
    if not is_current:
        begun = standing.status == "UNDER_CHANGE" and _is_running(aws, standing, version.id)
    if not (begun or is_current):
        found = list(_standing_findings(standing, previous, version.name))
        if another := launched_by_another(aws, standing):
            found.append(warning("stack", f"'{standing.name}' was launched by {another}"))
        found += findings(
            aws,
            chosen,
            given=wish.values,
            tags=wish.tags,
            previous=readable,
            kept=kept,
            new=False,
        )
    return Ready(
        operation="update",
        region=aws.region,
        account=aws.account,
        offer=offer,
        version=version,
        path=chosen.path,
        name=standing.name,
        values=wish.values,
        kept=kept,
        tags=wish.tags,
        hidden=chosen.hidden,
        token=token(
            "UpdateProvisionedProduct",
            id=standing.id,
            after=standing.succeeded_record,
            version=version.id,
            path=chosen.path.id,
            values=dict(wish.values),
            tags=dict(wish.tags),
        ),
        findings=tuple(found),
        standing=standing,
        previous=previous,
        bump=bump(previous, version.name),
        is_begun=begun,
        is_current=is_current,
    )


def held(aws: Aws, offer: Offer, name: str | None) -> Provisioned:
    """The launch of a product that is meant: by its name, or the only one.

    Raises:
        ChoiceError: where there is none, or several are.
        AwsError: where AWS refuses, or cannot be reached.
    """
    seen = search(aws, f"productId:{offer.id}")
    # The query is a search, and finds what is alike too.
    ours = [each for each in seen.products if each.product == offer.id]
    names = [each.name for each in ours]
    reach = "" if seen.level == "Account" else "; others' launches may not be seen"
    if not ours:
        raise ChoiceError(f"'{offer.title}' is not launched in {aws.region}{reach}")
    wanted = name or (default_name(offer) if len(ours) > 1 else names[0])
    found = next((each for each in ours if each.name == wanted), None)
    if found is None and name is None:
        message = f"'{offer.title}' is launched {len(ours)} times"
        raise ChoiceError(message, f"name one by --name: {', '.join(sorted(names))}{reach}")
    if found is None:
        hint = suggest(wanted, names) or f"there are {', '.join(sorted(names))}"
        raise ChoiceError(f"no launch of '{offer.title}' is called '{wanted}'", f"{hint}{reach}")
    return found


def _own_path(aws: Aws, standing: Provisioned, offer: Offer) -> str | None:
    """The path that it was launched by, where there are several and that one is left."""
    if len(offer.paths) == 1 or not standing.succeeded_record:
        return None
    record = aws.call("servicecatalog", "DescribeRecord", Id=standing.succeeded_record)
    path: str = record["RecordDetail"].get("PathId", "")
    return path if any(each.id == path for each in offer.paths) else None


def _previous_name(standing: Provisioned, offer: Offer) -> str:
    names = {each.id: each.name for each in offer.versions}
    return standing.version_name or names.get(standing.version, standing.version)


def _previous_names(
    aws: Aws, standing: Provisioned, chosen: Chosen, clone: Clone, previous: str
) -> Collection[str]:
    """The parameters of the version that stands, where its stack may not be read."""
    offer = chosen.offer
    if any(each.id == standing.version for each in offer.versions):
        try:
            return set(form(aws, offer.id, standing.version, chosen.path.id).parameters)
        except AwsError as problem:
            if not problem.code:
                raise
    product = clone.product(offer.persona or offer.title)
    version = product.versions.get(previous) if product else None
    template = clone.template(version.sha256) if version else None
    declared: Mapping[str, object] = chosen.declared
    return set(template["Parameters"]) if template else set(declared)


def _is_running(aws: Aws, standing: Provisioned, version: str) -> bool:
    """Whether what changes it now is an update to this version."""
    record = aws.call("servicecatalog", "DescribeRecord", Id=standing.last_record)["RecordDetail"]
    running = (record.get("RecordType"), record.get("ProvisioningArtifactId"))
    return running == (UPDATE, version)


def _standing_findings(standing: Provisioned, previous: str, version: str) -> list[Finding]:
    if standing.status in ("UNDER_CHANGE", "PLAN_IN_PROGRESS"):
        message = f"'{standing.name}' is being changed by somebody"
        return [error("stack", message, "try again once that has ended")]
    if standing.status == "ERROR":
        message = f"'{standing.name}' stands at ERROR: {standing.message or 'it failed'}"
        hint = "terminate it by --terminate, and launch again"
        return [error("stack", message, hint)]
    if bump(previous, version) == "back":
        message = f"{version} is older than {previous}, which is launched"
        return [warning("stack", message, "what the newer one gave is taken away")]
    return []
