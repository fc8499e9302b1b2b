"""Who runs which version of the products, which launches are behind, and what was not seen."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compiler.diagnostic import suggest
from compiler.hub import PRODUCT_TAG
from compiler.release.aws import DENIED, Aws, AwsError
from compiler.release.launching.accounts import Unseen, role_arn, shared_accounts
from compiler.release.launching.choice import ChoiceError, bump, newest
from compiler.release.launching.offer import OfferedVersion, slug
from compiler.release.launching.provisioned import search
from compiler.semver import numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from compiler.release.launching.clone import Clone
    from compiler.release.launching.provisioned import Provisioned

SCHEMA = "personac.launches/1"

AT_ONCE = 8
"""Accounts and Regions that are looked into at a time."""

View = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked."""

    regions: tuple[str | None, ...]
    """None is the environment's."""

    product: str | None = None
    """A persona, a title, or an id; None for all products of ours."""

    account_role: str | None = None
    """A role that each shared account has, with its path where it has one."""

    is_behind: bool = False
    """Whether only those are listed that are behind, or run a withdrawn version."""


def launches_view(question: Question, clone: Clone) -> View:
    """Everything that could be seen.

    Raises:
        ChoiceError: where the product is none that is known, or was seen.
        AwsError: where AWS cannot be reached, or does not take the credentials.
    """
    own = [Aws(region) for region in question.regions]
    own[0].greet()
    shared = shared_accounts(own[0], clone)
    looked = [_of_own(aws, question, clone) for aws in own]
    unseen = list(shared.unseen)
    if question.account_role is None:
        reason = "listings reach the caller's account: name a role of each by --account-role"
        unseen += [Unseen(target=each, region=None, reason=reason) for each in shared.accounts]
    else:
        looked += _of_others(own, shared.accounts, question, clone)
    seen = [each for each in looked if isinstance(each, _Looked)]
    unseen += [each for each in looked if isinstance(each, Unseen)]
    notes = [f"output is not read: {clone.problem}"] if clone.problem else []
    notes += [each.note for each in seen if each.note]
    if question.account_role is not None and not shared.accounts:
        notes.append("no role is assumed: no other account is known that portfolios are shared to")
    rows = [row for each in seen for row in each.rows]
    if seen and not rows:
        _refuse_unknown(question.product, {each for one in seen for each in one.titles}, clone)
    if question.is_behind:
        rows = [each for each in rows if each["behind"] or each["withdrawn"]]
    rows.sort(key=lambda each: (each["account"], each["region"], each["title"], each["name"]))
    return {
        "schema": SCHEMA,
        "regions": [each.region for each in own],
        "launches": rows,
        "behind": {
            kind: sum(each["behind"] == kind for each in rows)
            for kind in ("major", "minor", "patch")
        },
        "withdrawn": sum(each["withdrawn"] for each in rows),
        "seen": [
            {"account": each.account, "region": each.region, "level": each.level.lower()}
            for each in seen
        ],
        "unseen": [
            {"target": each.target, "region": each.region, "reason": each.reason} for each in unseen
        ],
        "notes": notes,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    """What was seen in an account and Region."""

    account: str
    region: str
    rows: list[View]
    titles: frozenset[str]
    """Of all that is launched there, ours or not."""

    level: str
    """Account, Role or User."""

    @property
    def note(self) -> str:
        """What was not seen for want of permissions; empty where all was."""
        if self.level == "Account":
            return ""
        whose = "of the role that asks" if self.level == "Role" else "of who asks"
        where = f"{self.account} in {self.region}"
        return f"{where}: only launches {whose} may be seen, not those of the account"


def _refuse_unknown(product: str | None, titles: set[str], clone: Clone) -> None:
    if product is None or product.startswith("prod-") or clone.product(product):
        return
    known = [*(clone.desired.products if clone.desired else ()), *sorted(titles)]
    there_are = f"there are {', '.join(known)}" if known else "nothing is launched"
    raise ChoiceError(f"there is no product '{product}'", suggest(product, known) or there_are)


def _of_own(aws: Aws, question: Question, clone: Clone) -> _Looked | Unseen:
    """What stands in the account that asks, in one Region."""
    try:
        return _of_account(aws, question, clone)
    except AwsError as error:
        if error.code not in DENIED:
            raise
        return Unseen(target=aws.account, region=aws.region, reason=str(error))


def _of_others(
    own: Sequence[Aws], accounts: Sequence[str], question: Question, clone: Clone
) -> list[_Looked | Unseen]:
    """What stands in other accounts, each entered by its role."""

    def look(job: tuple[Aws, str]) -> _Looked | Unseen:
        aws, account = job
        try:
            entered = aws.assuming(role_arn(aws, account, str(question.account_role)))
            return _of_account(entered, question, clone)
        except AwsError as error:
            return Unseen(target=account, region=aws.region, reason=str(error))

    jobs = [(aws, account) for account in accounts for aws in own]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(look, jobs))


def _of_account(aws: Aws, question: Question, clone: Clone) -> _Looked:
    seen = search(aws)
    wanted = _filter(question.product, clone)
    ours = [each for each in seen.products if wanted(each)]
    versions = {each: _versions(aws, each) for each in {one.product for one in ours}}
    return _Looked(
        account=aws.account,
        region=aws.region,
        rows=[_row(aws, each, versions[each.product], clone) for each in ours],
        titles=frozenset(each.title for each in seen.products),
        level=seen.level,
    )


def _filter(product: str | None, clone: Clone) -> Callable[[Provisioned], bool]:
    """Whether a provisioned product is one that is asked for."""
    products = {} if clone.desired is None else clone.desired.products
    titles = {each.title for each in products.values()}

    def is_ours(each: Provisioned) -> bool:
        return PRODUCT_TAG in each.tags or each.title in titles

    if product is None:
        return is_ours
    known = clone.product(product)
    names = {product, known.title if known else product}

    def is_wanted(each: Provisioned) -> bool:
        if names & {each.product, each.title, _persona(each, clone)}:
            return True
        return slug(each.title) == slug(product)

    return is_wanted


def _persona(each: Provisioned, clone: Clone) -> str | None:
    if PRODUCT_TAG in each.tags:
        return each.tags[PRODUCT_TAG].rpartition("/")[2]
    known = clone.product(each.title)
    return known.id if known else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Versions:
    """The versions of a product."""

    newest: str | None
    names: Mapping[str, str]
    """Id to name."""

    offered: frozenset[str] | None
    """The ids of those that are active; None where Service Catalog does not tell."""


def _versions(aws: Aws, product: str) -> _Versions:
    """What Service Catalog offers of a product, to who administers it or who may launch it."""
    for operation, member, key in (
        ("ListProvisioningArtifacts", "ProductId", "ProvisioningArtifactDetails"),
        ("DescribeProduct", "Id", "ProvisioningArtifacts"),
    ):
        try:
            answer = aws.call("servicecatalog", operation, **{member: product})
        except AwsError as error:
            if not error.code:
                raise
            continue
        return _told(answer[key])
    return _Versions(newest=None, names={}, offered=None)


def _told(listed: Iterable[Mapping[str, Any]]) -> _Versions:
    told = list(listed)
    versions = [
        OfferedVersion(
            id=each["Id"],
            name=each.get("Name", ""),
            is_deprecated=each.get("Guidance") == "DEPRECATED" or not each.get("Active", True),
        )
        for each in told
    ]
    found = newest(versions)
    return _Versions(
        newest=found.name if found else None,
        names={each.id: each.name for each in versions},
        # Whoever administers it is told of those that are inactive too, whoever launches is not.
        offered=frozenset(each["Id"] for each in told if each.get("Active", True)),
    )


def _row(aws: Aws, each: Provisioned, versions: _Versions, clone: Clone) -> View:
    version = each.version_name or versions.names.get(each.version, each.version)
    could = _declared(each, clone) if versions.offered is None else versions.newest
    step = bump(version, could) if could else None
    is_behind = step in ("major", "minor", "patch")
    is_withdrawn = _is_withdrawn(each, version, versions, clone)
    is_left = is_behind or (is_withdrawn and could != version)
    return {
        "account": aws.account,
        "region": aws.region,
        "name": each.name,
        "id": each.id,
        "product": _persona(each, clone),
        "product_id": each.product,
        "title": each.title,
        "version": version,
        "status": each.status,
        "launched_by": each.launched_by,
        "launched_at": each.created.isoformat(timespec="seconds") if each.created else None,
        "behind": step if is_behind else None,
        "withdrawn": is_withdrawn,
        "could_take": could if is_left else None,
    }


def _is_withdrawn(each: Provisioned, version: str, versions: _Versions, clone: Clone) -> bool:
    """Whether what runs is offered no more: inactive, deleted, or retired by the catalog."""
    if versions.offered is not None:
        return bool(each.version) and each.version not in versions.offered
    known = clone.product(each.title)
    declared = known.versions.get(version) if known else None
    return declared is not None and declared.lifecycle in ("retired", "removed")


def _declared(each: Provisioned, clone: Clone) -> str | None:
    """The newest version that the clone says is active."""
    known = clone.product(each.title)
    if known is None:
        return None
    active = [name for name, it in known.versions.items() if it.lifecycle == "active"]
    ordered = [(order, name) for name in active if (order := numbers(name))]
    return max(ordered)[1] if ordered else None
