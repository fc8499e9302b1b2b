"""One combination of a template's options, rendered with all of its switches on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.case import Added
from compiler.gate import OPEN, both
from compiler.switches import GatedBody, GatedText

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.gate import Gate
    from compiler.iam.document import Statement
    from compiler.render import Rendered
    from compiler.subject import Held
    from compiler.switches import SwitchResolver

MOST_DENIALS = 4
"""Groups of switches that Deny statements depend on: each doubles what has to be looked at."""


class Rendering:
    """What one combination holds, and what each switch adds to it."""

    def __init__(
        self, resolver: SwitchResolver, chosen: Mapping[str, str], rendered: Rendered, held: Held
    ) -> None:
        """Take in what was rendered; more Deny statements than can be looked at are tangled."""
        self.resolver, self.chosen, self.held = resolver, chosen, held
        self.gates = dict(_gates(resolver, rendered, held))
        denying = {gate for each, gate in self.gates.items() if each.effect == "Deny"}
        if len(denying) > MOST_DENIALS:
            resolver.tangled |= {each for gate in denying for group in gate for each in group}

    def added(self, names: Mapping[str, str]) -> Added | None:
        """What switches add; None where there are none."""
        off = self.resolver.off or frozenset()
        adding = {each for gate in self.gates.values() for group in gate for each in group}
        if self.held.identity is None or not (adding or off or self.resolver.needed):
            return None
        return Added(
            policies=self.held.identity.policies,
            gates=self.gates,
            usable=frozenset(adding - off),
            off=off,
            needed=self.resolver.needed,
            names=names,
        )


def _gates(
    resolver: SwitchResolver, rendered: Rendered, held: Held
) -> Iterator[tuple[Statement, Gate]]:
    """The statements that depend on switches."""
    if held.identity is None:
        return
    # Those that the template makes come first, by their logical names.
    standing = {each: resolver.standing(each) for each in resolver.asked.policy_resources}
    of_own = [standing.pop(each.name, OPEN) for each in rendered.policies]
    of_theirs = [
        each.gate if isinstance(each, GatedText) else OPEN for each in rendered.managed_policy_arns
    ]
    for policy, outer in zip(held.identity.policies, of_own + of_theirs, strict=True):
        for each in policy.statements:
            inner = each.body.gate if isinstance(each.body, GatedBody) else OPEN
            if (gate := both(outer, inner)) != OPEN:
                yield each, gate
