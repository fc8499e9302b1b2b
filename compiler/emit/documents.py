"""Policy documents: statements that exist with switches stand under conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import NoValue

from compiler.emit.conditions import condition_of
from compiler.emit.statements import emit_statement
from compiler.iam import quota

if TYPE_CHECKING:
    from compiler.pack import Packing, Policy
    from compiler.template import Body


def document_of(policy: Policy, packing: Packing) -> Body:
    """The document of a policy, as JSON."""
    whole = condition_of(packing, policy.when)
    statements = []
    for each in policy.statements:
        statement = emit_statement(each, packing.entitlements.parameters)
        condition = condition_of(packing, each.gate)
        if condition and condition != whole:
            statement = {"Fn::If": [condition, statement, NoValue.data]}
        statements.append(statement)
    return {"Version": quota.VERSION, "Statement": statements}
