"""Put the statements of a persona into policies that fit IAM's quotas, stably named.

Policy1 to PolicyN are filled next-fit, in the order of the catalog: a change moves only statements
that come after it, and only when something no longer fits. A role may have ten policies attached
and an account may hold 1,500, so a policy is filled before the next one is begun.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.diagnostic import Diagnostic
from compiler.entitlement import meaning
from compiler.iam import quota
from compiler.weigh import weigh, weigh_trust

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.entitlement import Entitlement, Entitlements

_EMPTY = quota.characters({"Version": quota.VERSION, "Statement": []})


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A policy, and what is in it."""

    name: str
    statements: tuple[Entitlement, ...]
    characters: int
    """What IAM counts at most."""

    @property
    def switches(self) -> frozenset[str] | None:
        """The controls of which one must be on for the policy to hold anything; None if always."""
        named = {each.when for each in self.statements}
        return None if None in named else frozenset(each for each in named if each)


@dataclass(frozen=True, slots=True, kw_only=True)
class Packing:
    """The policies of a persona."""

    entitlements: Entitlements
    policies: tuple[Policy, ...]
    trust_characters: int

    @property
    def attachments(self) -> int:
        """Managed policies attached to the role, those of AWS included."""
        own = len(self.policies) if self.entitlements.storage == "managed" else 0
        return own + len(self.entitlements.managed_policies)


def pack(entitlements: Entitlements) -> Packing:
    """Fill policies with the statements of a persona, in their order.

    A statement that is too large for any policy has one of its own; `overfull` says so.
    """
    limit = _limit(entitlements)
    policies: list[Policy] = []
    held: list[Entitlement] = []
    size = _EMPTY
    for each in entitlements.statements:
        weight = weigh(each, entitlements.parameters)
        if held and limit and size + 1 + weight > limit:
            policies.append(_policy(len(policies) + 1, held, size))
            held, size = [], _EMPTY
        size += weight + bool(held)
        held.append(each)
    if held:
        policies.append(_policy(len(policies) + 1, held, size))
    return Packing(
        entitlements=entitlements,
        policies=tuple(policies),
        trust_characters=weigh_trust(entitlements.trust),
    )


def overfull(packing: Packing) -> tuple[Diagnostic, ...]:
    """What does not fit, by how much, and what to drop."""
    return tuple(_overfull(packing))


def _overfull(packing: Packing) -> Iterator[Diagnostic]:
    entitlements = packing.entitlements
    quotas = entitlements.quotas
    where = "in the longest form that its launch parameters admit"
    if packing.trust_characters > quotas.trust_policy_characters:
        over = packing.trust_characters - quotas.trust_policy_characters
        yield Diagnostic(
            rule="trust-too-long",
            severity="error",
            message=f"the trust policy has {packing.trust_characters:,} characters, {over:,} more"
            f" than the quota of {quotas.trust_policy_characters:,}",
            place=entitlements.trust[0].origin,
            hint="drop a statement, or a condition, of the trust",
        )
    if entitlements.storage == "inline":
        total = sum(policy.characters for policy in packing.policies)
        if total > quota.INLINE_POLICIES:
            over = total - quota.INLINE_POLICIES
            yield Diagnostic(
                rule="inline-policies-too-long",
                severity="error",
                message=f"the inline policies have {total:,} characters {where}, {over:,} more than"
                f" the quota of {quota.INLINE_POLICIES:,}",
                place=entitlements.origin,
                hint=f"{_to_drop(packing, over)}, or set 'policies: managed'",
            )
        return
    for policy in packing.policies:
        if policy.characters > quota.MANAGED_POLICY:
            over = policy.characters - quota.MANAGED_POLICY
            yield Diagnostic(
                rule="statement-too-long",
                severity="error",
                message=f"this statement fills a policy of {policy.characters:,} characters"
                f" {where}, {over:,} more than the quota of {quota.MANAGED_POLICY:,}",
                place=policy.statements[0].origin,
                hint="split its actions or its resources over two statements,"
                " or lower the max_items of its parameters",
            )
    if packing.attachments > quotas.attached_policies:
        over = packing.attachments - quotas.attached_policies
        own = len(packing.policies)
        theirs = len(entitlements.managed_policies)
        excess = sum(each.characters - _EMPTY for each in packing.policies[-over:])
        yield Diagnostic(
            rule="too-many-policies",
            severity="error",
            message=f"the role needs {packing.attachments} attached policies, {own} of its own and"
            f" {theirs} AWS managed, {over} more than the quota of {quotas.attached_policies}",
            place=entitlements.origin,
            hint=_to_drop(packing, excess) if over < own else f"attach {_fewer(over)} of AWS's",
        )


def _fewer(over: int) -> str:
    return f"{over} fewer" if over > 1 else "one fewer"


def _to_drop(packing: Packing, excess: int) -> str:
    """The smallest activity whose loss is enough, or else the largest of all."""
    entitlements = packing.entitlements
    needed = Counter(
        said
        for statements in entitlements.activities.values()
        for said in {meaning(each) for each in statements}
    )
    # What another activity needs too stays when the one is dropped.
    sizes = {
        name: sum(
            weigh(each, entitlements.parameters) + 1
            for each in statements
            if needed[meaning(each)] == 1
        )
        for name, statements in entitlements.activities.items()
    }
    enough = {name: size for name, size in sizes.items() if size >= excess}
    best = min(enough, key=enough.__getitem__) if enough else max(sizes, key=sizes.__getitem__)
    more = "" if enough else " and others"
    return (
        f"{excess:,} characters must go: drop the activity '{best}' ({sizes[best]:,}){more},"
        " or lower the max_items of its parameters"
    )


def _limit(entitlements: Entitlements) -> int | None:
    return quota.MANAGED_POLICY if entitlements.storage == "managed" else None


def _policy(number: int, statements: list[Entitlement], characters: int) -> Policy:
    return Policy(name=f"Policy{number}", statements=tuple(statements), characters=characters)
