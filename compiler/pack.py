"""Put the statements of a persona into policies that fit IAM's quotas, stably named.

Policy1 to PolicyN are filled next-fit, in the order of the catalog: a change moves only statements
that come after it, and only when something no longer fits. A role may have ten policies attached
and an account may hold 1,500, so a policy is filled before the next one is begun.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from compiler.diagnostic import Diagnostic
from compiler.entitlement import meaning
from compiler.gate import any_of
from compiler.iam import quota
from compiler.weigh import weigh, weigh_trust

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.entitlement import Entitlement, Entitlements
    from compiler.gate import Gate

_EMPTY = quota.characters({"Version": quota.VERSION, "Statement": []})


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A policy, and what is in it."""

    name: str
    statements: tuple[Entitlement, ...]
    characters: int
    """What IAM counts at most."""

    storage: Literal["managed", "inline"] = "managed"

    @property
    def when(self) -> Gate:
        """The switches of which one must be on for the policy to hold anything."""
        return any_of(each.when for each in self.statements)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Packing:
    """The policies of a persona."""

    entitlements: Entitlements
    policies: tuple[Policy, ...]
    trust_characters: int

    @property
    def attachments(self) -> int:
        """Managed policies attached to the role, those of AWS included."""
        return len(self.managed) + len(self.entitlements.attachments)

    @property
    def managed(self) -> tuple[Policy, ...]:
        """The policies that are managed policies."""
        return tuple(each for each in self.policies if each.storage == "managed")

    @property
    def inline(self) -> tuple[Policy, ...]:
        """The policies that stand in the role itself."""
        return tuple(each for each in self.policies if each.storage == "inline")


def pack(entitlements: Entitlements) -> Packing:
    """Fill policies with the statements of a persona, in their order.

    A statement that is too large for any policy has one of its own; `overfull` says so.
    """
    room = _room(entitlements)
    policies: list[Policy] = []
    held: list[Entitlement] = []
    size = _EMPTY

    def close() -> None:
        is_managed = room is None or len(policies) < room
        policies.append(
            Policy(
                name=f"Policy{len(policies) + 1}",
                statements=tuple(held),
                characters=size,
                storage="managed" if is_managed else "inline",
            )
        )

    for each in entitlements.statements:
        weight = weigh(each, entitlements.parameters)
        # What stands in the role is one policy: only their sum is bounded.
        is_full = room is None or len(policies) < room
        if held and is_full and size + 1 + weight > quota.MANAGED_POLICY:
            close()
            held, size = [], _EMPTY
        size += weight + bool(held)
        held.append(each)
    if held:
        close()
    return Packing(
        entitlements=entitlements,
        policies=tuple(policies),
        trust_characters=weigh_trust(entitlements.trust),
    )


def _room(entitlements: Entitlements) -> int | None:
    """How many managed policies of its own the role may have before the rest goes into the role."""
    match entitlements.storage:
        case "managed":
            return None
        case "inline":
            return 0
        case "both":
            attached = len(entitlements.attachments)
            return max(0, entitlements.quotas.attached_policies - attached)


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
    if packing.inline:
        total = sum(policy.characters for policy in packing.inline)
        if total > quota.INLINE_POLICIES:
            over = total - quota.INLINE_POLICIES
            yield Diagnostic(
                rule="inline-policies-too-long",
                severity="error",
                message=f"the inline policies have {total:,} characters {where}, {over:,} more than"
                f" the quota of {quota.INLINE_POLICIES:,}",
                place=entitlements.origin,
                hint=f"{_to_drop(packing, over)}{_other_storage(entitlements)}",
            )
    for policy in packing.managed:
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
    if entitlements.kind == "access" and len(packing.policies) > 1:
        total = _EMPTY + sum(each.characters - _EMPTY + 1 for each in packing.policies) - 1
        over = total - quota.MANAGED_POLICY
        yield Diagnostic(
            rule="access-too-long",
            severity="error",
            message=f"what people may do has {total:,} characters {where}, {over:,} more than one"
            f" policy holds, {quota.MANAGED_POLICY:,}",
            place=entitlements.origin,
            hint=f"{_to_drop(packing, over)}",
        )
    elif packing.attachments > quotas.attached_policies:
        over = packing.attachments - quotas.attached_policies
        own = len(packing.managed)
        theirs = len(entitlements.attachments)
        excess = sum(each.characters - _EMPTY for each in packing.managed[-over:])
        yield Diagnostic(
            rule="too-many-policies",
            severity="error",
            message=f"the role needs {packing.attachments} attached policies, {own} of its own and"
            f" {theirs} AWS managed, {over} more than the quota of {quotas.attached_policies}",
            place=entitlements.origin,
            hint=f"{_to_drop(packing, excess)}{_other_storage(entitlements)}"
            if over < own
            else f"attach {_fewer(over)} of AWS's",
        )


def _other_storage(entitlements: Entitlements) -> str:
    others = {"inline": "set 'policies: managed'", "managed": "set 'policies: both'"}
    found = [others[entitlements.storage]] if entitlements.storage in others else []
    if entitlements.attachments and entitlements.storage != "inline":
        found.append("attach fewer of AWS's policies")
    return "".join(f", or {each}" for each in found)


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
