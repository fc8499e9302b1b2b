"""Comparisons: operators exist, fit the types of their keys, and hold where a key is absent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.diagnostic import error, suggest
from compiler.iam import operators, reference
from compiler.rules.card import Card, activity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.diagnostic import Diagnostic
    from compiler.rules.view import StatementView, View

_FILE = "activities/example.yaml"
_OPERATORS = (
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
    "reference_policies_elements_condition_operators.html"
)
_SEVERAL = (
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
    "reference_policies_condition-single-vs-multi-valued-context-keys.html"
)


def _list(condition: str) -> str:
    return activity(f"""\
        - sid: List
          actions: [s3:ListBucket]
          resources: ["arn:${{AWS::Partition}}:s3:::${{Buckets}}"]
          conditions:
            {condition}
        """)


def _train(*conditions: str) -> str:
    head = activity("""\
        - sid: Train
          actions: [sagemaker:CreateTrainingJob]
          resources:
            - "arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}:training-job/*"
          conditions:
        """)
    return head + "".join(f"      {each}\n" for each in conditions)


CARDS = (
    Card(
        rule="unknown-operator",
        what="A condition operator that IAM does not have.",
        why="IAM refuses the policy, and so the launch.",
        file=_FILE,
        failing=_list("StringEqual: {s3:prefix: shared}"),
        passing=_list("StringEquals: {s3:prefix: shared}"),
        source=_OPERATORS,
    ),
    Card(
        rule="operator-type",
        what="A condition operator that does not fit the type of its key.",
        why="The comparison is never true, so an Allow never applies, nor does a Deny.",
        file=_FILE,
        failing=_list("StringEquals: {s3:max-keys: 10}"),
        passing=_list("NumericLessThanEquals: {s3:max-keys: 10}"),
        source=_OPERATORS,
    ),
    Card(
        rule="list-key",
        what="A key that holds several values, compared without ForAnyValue or ForAllValues.",
        why="AWS does not define the outcome: several values are compared as if they were one.",
        file=_FILE,
        failing=_train("StringEquals: {sagemaker:VpcSubnets: subnet-0123456789abcdef0}"),
        passing=_train(
            "ForAnyValue:StringEquals: {sagemaker:VpcSubnets: subnet-0123456789abcdef0}"
        ),
        source=_SEVERAL,
    ),
    Card(
        rule="single-key",
        what="ForAnyValue or ForAllValues with a key that holds one value.",
        why="AWS advises against it: ForAllValues is true where the key is absent.",
        file=_FILE,
        failing=_list("ForAnyValue:StringEquals: {s3:prefix: shared}"),
        passing=_list("StringEquals: {s3:prefix: shared}"),
        source=_SEVERAL,
    ),
    Card(
        rule="for-all-values",
        what="ForAllValues in an Allow without a Null guard; aws:TagKeys needs none.",
        why="ForAllValues is true where the key is absent: a job without a VPC would be allowed.",
        file=_FILE,
        failing=_train(
            "ForAllValues:StringEquals: {sagemaker:VpcSubnets: subnet-0123456789abcdef0}"
        ),
        passing=_train(
            "ForAllValues:StringEquals: {sagemaker:VpcSubnets: subnet-0123456789abcdef0}",
            'Null: {sagemaker:VpcSubnets: "false"}',
        ),
        source=_SEVERAL,
    ),
)

TAG_KEYS = "aws:tagkeys"
"""ForAllValues without a guard is what AWS itself advises here: a lawful request may lack tags.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html"""


def check(view: View) -> Iterator[Diagnostic]:
    """Every comparison of every statement."""
    for statement in view.statements:
        for written, keys in statement.conditions.items():
            operator = operators.parse(written)
            if operator is None:
                place = statement.place("conditions", written, on="key")
                message = f"IAM has no condition operator '{written}'"
                near = suggest(written.rpartition(":")[2], operators.OPERATORS)
                yield error("unknown-operator", message, place, near)
                continue
            for key in keys:
                yield from _comparison(statement, written, operator, key)


def _comparison(
    statement: StatementView, written: str, operator: operators.Operator, key: str
) -> Iterator[Diagnostic]:
    place = statement.place("conditions", written, key, on="key")
    kind = reference.key_type(key)
    if kind is None or operator.family == "Null":
        return
    if not operators.fits(operator, kind):
        allowed = " and ".join(f"{each}…" for each in operators.fitting(kind))
        message = f"{written} cannot compare '{key}', which is of type {kind}"
        yield error("operator-type", message, place, f"operators that fit are {allowed} and Null")
        return
    several = operators.is_list(kind)
    if several and not operator.quantifier:
        message = f"'{key}' holds several values; {written} compares one"
        hint = f"write ForAnyValue:{written} or ForAllValues:{written}"
        yield error("list-key", message, place, hint)
    if operator.quantifier and not several:
        message = f"'{key}' holds one value; {operator.quantifier} is for keys that hold several"
        yield error("single-key", message, place, f"write {written.partition(':')[2]}")
    if (
        several
        and operator.quantifier == "ForAllValues"
        and statement.statement.effect == "Allow"
        and key.lower() != TAG_KEYS
        and not _guarded(statement, key)
    ):
        message = f"{written} allows a request that carries no '{key}' at all"
        hint = f'add to the conditions: Null: {{{key}: "false"}}'
        yield error("for-all-values", message, place, hint)


def _guarded(statement: StatementView, key: str) -> bool:
    guards = {each.lower(): values for each, values in statement.conditions.get("Null", {}).items()}
    return guards.get(key.lower()) == ("false",)
