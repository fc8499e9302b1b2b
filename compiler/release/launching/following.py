"""Follow a launch, an update or a termination to its end: what happens, as it happens."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from compiler.release.aws import DENIED, AwsError
from compiler.release.launching.advice import advice
from compiler.release.launching.provisioned import NO_STACK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from compiler.release.aws import Aws
    from compiler.release.launching.launch import Operation
    from compiler.release.launching.provisioning import Record

SCHEMA = "personac.launch/1"

PAUSE = 2.0
"""Seconds between two looks."""

STACK_ARN = "CloudformationStackARN"
"""The output of a record that is not the stack's own, but its id."""

_CANCELLED = "cancelled"
_ENDED = {"SUCCEEDED": "succeeded", "FAILED": "failed"}

View = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Following:
    """One operation that is followed."""

    operation: Operation
    product: str
    """As it is typed."""

    title: str
    version: str
    """Its name."""

    name: str
    region: str
    account: str
    stack: str = ""
    """The name or the ARN of the stack, where it is known."""

    failures: list[View] = field(default_factory=list)
    """Events of resources that failed, the first one first."""

    _seen: set[str] = field(default_factory=set)
    _is_told: bool = False
    """Whether it is said that the stack's events may not be read."""

    def events(self, aws: Aws, record: Record, patience: float) -> Iterator[View]:
        """Everything that happens, and the result as the last of it.

        Args:
            aws: the account.
            record: what AWS answered to the request.
            patience: seconds after which it is left to itself.

        Raises:
            AwsError: where AWS cannot be reached any more.
        """
        until = time.monotonic() + patience
        self.stack = self.stack or f"SC-{self.account}-{record['ProvisionedProductId']}"
        told = ""
        while True:
            # The record is read first: what happened before its end is then among the events.
            record = aws.call("servicecatalog", "DescribeRecord", Id=record["RecordId"])[
                "RecordDetail"
            ]
            yield from self._stack_events(aws, record["CreatedTime"])
            if record["Status"] != told:
                told = record["Status"]
                yield self._event("record", record.get("UpdatedTime"), status=told)
            if told in _ENDED:
                yield self.result(aws, record)
                return
            if time.monotonic() >= until:
                yield self.unfinished(record)
                return
            time.sleep(PAUSE)

    def result(self, aws: Aws, record: Record) -> View:
        """How it ended, and what it gave.

        Raises:
            AwsError: where AWS refuses.
        """
        outputs: dict[str, str] = {}
        if record["Status"] == "SUCCEEDED" and self.operation != "terminate":
            listed = aws.pages("DescribeRecord", "RecordOutputs", Id=record["RecordId"])
            outputs = {each["OutputKey"]: each.get("OutputValue", "") for each in listed}
        reasons = self._reasons(record)
        return self._result(
            record,
            _ENDED[record["Status"]],
            outputs={key: outputs[key] for key in sorted(outputs) if key != STACK_ARN},
            stack=outputs.get(STACK_ARN, ""),
            reasons=reasons,
            advice=advice(self.operation, reasons, self.product, self.name)
            if record["Status"] == "FAILED"
            else [],
        )

    def unfinished(self, record: Record) -> View:
        """What there is to say where it is left to itself."""
        again = "it goes on: the same command again follows it"
        return self._result(record, "in-progress", advice=[again])

    def _result(self, record: Record, status: str, **more: Any) -> View:
        parts = {"outputs": {}, "stack": "", "reasons": [], "advice": [], **more}
        return {
            "schema": SCHEMA,
            "event": "result",
            "operation": self.operation,
            "status": status,
            "name": self.name,
            "id": record["ProvisionedProductId"],
            "product": self.title,
            "version": self.version,
            "account": self.account,
            "region": self.region,
            "record": record["RecordId"],
            **parts,
        }

    def _reasons(self, record: Record) -> list[View]:
        """Why it failed: the first resource that did, or what the record says."""
        if record["Status"] != "FAILED":
            return []
        if self.failures:
            first = self.failures[0]["resource"]
            return [
                {key: each[key] for key in ("resource", "type", "status", "reason")}
                for each in self.failures
                if each["resource"] == first
            ]
        return [
            {
                "resource": "",
                "type": "",
                "status": one.get("Code", ""),
                "reason": one["Description"],
            }
            for one in record.get("RecordErrors", ())
        ]

    def _stack_events(self, aws: Aws, since: datetime) -> Iterator[View]:
        try:
            new = self._new(aws, since)
        except AwsError as error:
            if error.code == NO_STACK:
                return
            if error.code not in DENIED:
                raise
            if not self._is_told:
                self._is_told = True
                yield self._event("note", None, message=f"resources are not shown: {error}")
            return
        for each in reversed(new):
            event = self._event(
                "stack",
                each["Timestamp"],
                resource=each["LogicalResourceId"],
                type=each["ResourceType"],
                status=each["ResourceStatus"],
                reason=each.get("ResourceStatusReason", ""),
            )
            is_resource = each.get("PhysicalResourceId") != each["StackId"]
            failed = event["status"].endswith("_FAILED")
            if failed and is_resource and _CANCELLED not in event["reason"].lower():
                self.failures.append(event)
            yield event

    def _new(self, aws: Aws, since: datetime) -> list[Mapping[str, Any]]:
        """Events that were not seen before, the last one first, as CloudFormation lists them."""
        # All that a new stack tells belongs to its launch. A record's time may be cut to seconds.
        begun = None if self.operation == "launch" else since.replace(microsecond=0)
        found: list[Mapping[str, Any]] = []
        token: str | None = None
        while True:
            answer = aws.call(
                "cloudformation", "DescribeStackEvents", StackName=self.stack, NextToken=token
            )
            for each in answer["StackEvents"]:
                # Only its ARN names a stack that is deleted.
                self.stack = each["StackId"]
                is_old = begun is not None and each["Timestamp"] < begun
                if each["EventId"] in self._seen or is_old:
                    return found
                self._seen.add(each["EventId"])
                found.append(each)
            token = answer.get("NextToken")
            if not token:
                return found

    def _event(self, kind: str, at: datetime | None, **more: str) -> View:
        when = None if at is None else at.isoformat(timespec="seconds")
        return {"schema": SCHEMA, "event": kind, "at": when, **more}
