"""Launches: provisioning a product, updating what was provisioned, and terminating it.

https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ProvisionProduct.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.utils import utcnow

from compiler.sandbox.constraints import ValidationException
from compiler.sandbox.service_catalog import identifiers
from compiler.sandbox.service_catalog.errors import InvalidParametersException
from compiler.sandbox.service_catalog.launch import Launch, Source
from compiler.sandbox.service_catalog.launch_path import (
    launch_role,
    lets_tags_change,
    notification_arns,
    rules,
)
from compiler.sandbox.service_catalog.launch_tags import auto_tags, launch_tags
from compiler.sandbox.service_catalog.provisioned_product import (
    AVAILABLE,
    ERROR,
    TAINTED,
    UNDER_CHANGE,
    ProvisionedProduct,
)
from compiler.sandbox.service_catalog.provisioned_product_properties import (
    ProvisionedProductProperties,
)
from compiler.sandbox.service_catalog.record import Outcome, Record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from compiler.sandbox.service_catalog.launch_path import LaunchPath
    from compiler.sandbox.service_catalog.product import ProvisioningArtifact

Tags = list[dict[str, str]]


class Provisioning(ProvisionedProductProperties):
    """The operations by which people launch, update and terminate."""

    def provision_product(
        self,
        accept_language: str | None,
        product_id: str | None,
        product_name: str | None,
        provisioning_artifact_id: str | None,
        provisioning_artifact_name: str | None,
        path_id: str | None,
        path_name: str | None,
        provisioned_product_name: str,
        provisioning_parameters: Sequence[Mapping[str, str]] | None,
        provisioning_preferences: Mapping[str, Any] | None,
        tags: Tags | None,
        notification_arns: Sequence[str] | None,
        provision_token: str,
    ) -> dict[str, Any]:
        _refuse_stack_sets(provisioning_preferences)
        product = self.reached_product(product_id, product_name)
        path = self.chosen_path(product, path_id, path_name)
        artifact = self.chosen_artifact(
            product, provisioning_artifact_id, provisioning_artifact_name
        )
        if artifact.guidance == "DEPRECATED":
            raise InvalidParametersException(
                f"Provisioning artifact {artifact.id} is deprecated and cannot be launched."
            )
        if any(one.name == provisioned_product_name for one in self.provisioned.values()):
            # The words, and the error, are AWS's.
            raise InvalidParametersException(
                f"A stack named {provisioned_product_name} already exists."
            )
        caller, identifier, began = self.caller, identifiers.new("pp"), utcnow()
        provisioned = ProvisionedProduct(
            id=identifier,
            name=provisioned_product_name,
            account_id=self.account_id,
            region_name=self.region_name,
            created_time=began,
            idempotency_token=provision_token,
            product_id=product.id,
            product_name=product.name,
            artifact_id=artifact.id,
            artifact_name=artifact.name,
            path_id=path.id,
            user_arn=caller.arn,
            session_arn=caller.session_arn,
            tags=launch_tags(path, self.tag_choices(path), tags or []),
            launch_role_arn=self._role(path),
        )
        provisioned.tags |= auto_tags(provisioned, path, artifact)
        source = self._source(path, artifact, provisioned.tags, notification_arns or ())
        source = _with_parameters(source, provisioning_parameters or ())
        outcome, provisioned.stack_id = self._launch(provisioned).create(source)
        self.provisioned[identifier] = provisioned
        return self._ended(provisioned, "PROVISION_PRODUCT", outcome, began, on_failure=ERROR)

    def update_provisioned_product(
        self,
        accept_language: str | None,
        provisioned_product_name: str | None,
        provisioned_product_id: str | None,
        product_id: str | None,
        product_name: str | None,
        provisioning_artifact_id: str | None,
        provisioning_artifact_name: str | None,
        path_id: str | None,
        path_name: str | None,
        provisioning_parameters: Sequence[Mapping[str, Any]] | None,
        provisioning_preferences: Mapping[str, Any] | None,
        tags: Tags | None,
        update_token: str,
    ) -> dict[str, Any]:
        _refuse_stack_sets(provisioning_preferences)
        provisioned = self.provisioned_product(provisioned_product_id, provisioned_product_name)
        product = self.reached_product(product_id, product_name)
        path = self.chosen_path(product, path_id, path_name)
        artifact = self.chosen_artifact(
            product, provisioning_artifact_id, provisioning_artifact_name
        )
        if provisioned.status == UNDER_CHANGE:
            raise InvalidParametersException(
                f"Provisioned product {provisioned.id} is under change."
            )
        constraints = self.constraints_of(path.portfolio, product.id)
        changed = lets_tags_change(constraints)
        if tags and not changed:
            raise InvalidParametersException(
                "Tags cannot be updated: no RESOURCE_UPDATE constraint allows it."
            )
        provisioned.launch_role_arn = provisioned.own_launch_role_arn or self._role(path)
        # Tags of a launch stay as they are, unless a constraint lets them change.
        wanted = provisioned.tags
        if changed:
            wanted = launch_tags(path, self.tag_choices(path), tags or [], provisioned.tags)
            wanted |= auto_tags(provisioned, path, artifact)
        source = _with_parameters(
            self._source(path, artifact, wanted, ()), provisioning_parameters or ()
        )
        began = utcnow()
        outcome = self._launch(provisioned).update(source)
        if outcome.error is None:
            provisioned.product_id, provisioned.product_name = product.id, product.name
            provisioned.artifact_id, provisioned.artifact_name = artifact.id, artifact.name
            provisioned.path_id, provisioned.tags = path.id, wanted
        failed = TAINTED if provisioned.stack_id and provisioned.settled != ERROR else ERROR
        return self._ended(
            provisioned,
            "UPDATE_PROVISIONED_PRODUCT",
            outcome,
            began,
            on_failure=failed,
            artifact_id=artifact.id,
            path_id=path.id,
        )

    def terminate_provisioned_product(
        self,
        provisioned_product_name: str | None,
        provisioned_product_id: str | None,
        terminate_token: str,
        ignore_errors: bool | None,
        accept_language: str | None,
        retain_physical_resources: bool | None,
    ) -> dict[str, Any]:
        try:
            provisioned = self.provisioned_product(provisioned_product_id, provisioned_product_name)
        except InvalidParametersException as error:
            # The model of the operation has no such error.
            raise ValidationException(error.message) from error
        if provisioned.status == UNDER_CHANGE:
            raise ValidationException(f"Provisioned product {provisioned.id} is under change.")
        began = utcnow()
        outcome = self._launch(provisioned).delete(retain=bool(retain_physical_resources))
        if outcome.error is not None and ignore_errors:
            # It is no longer managed; what it made stays.
            outcome = Outcome()
        answer = self._ended(
            provisioned, "TERMINATE_PROVISIONED_PRODUCT", outcome, began, on_failure=TAINTED
        )
        if outcome.error is None:
            del self.provisioned[provisioned.id]
        return answer

    def _role(self, path: LaunchPath) -> str | None:
        constraints = self.constraints_of(path.portfolio, path.product.id)
        return launch_role(constraints, self.account_id, self.partition)

    def _launch(self, provisioned: ProvisionedProduct) -> Launch:
        return Launch(
            account_id=self.account_id,
            region=self.region_name,
            partition=self.partition,
            stack_name=provisioned.stack_name,
            stack_id=provisioned.stack_id,
            role_arn=provisioned.own_launch_role_arn or provisioned.launch_role_arn,
        )

    def _source(
        self,
        path: LaunchPath,
        artifact: ProvisioningArtifact,
        tags: Mapping[str, str],
        topics: Sequence[str],
    ) -> Source:
        """What the stack is made from, before anyone said its parameters."""
        constraints = self.constraints_of(path.portfolio, path.product.id)
        return Source(
            template=artifact.template,
            template_url=artifact.template_url,
            rules=rules(constraints),
            parameters={},
            kept_parameters=frozenset(),
            tags=tags,
            notification_arns=tuple(dict.fromkeys([*notification_arns(constraints), *topics])),
        )

    def _ended(
        self,
        provisioned: ProvisionedProduct,
        kind: str,
        outcome: Outcome,
        began: datetime,
        *,
        on_failure: str,
        artifact_id: str | None = None,
        path_id: str | None = None,
    ) -> dict[str, Any]:
        """Keep the record of what was done, and answer as if it had just begun."""
        caller = self.caller
        record = Record(
            identifier=identifiers.new("rec"),
            type=kind,
            provisioned_product_id=provisioned.id,
            provisioned_product_name=provisioned.name,
            product_id=provisioned.product_id,
            artifact_id=artifact_id or provisioned.artifact_id,
            path_id=path_id or provisioned.path_id,
            created_time=began,
            updated_time=utcnow(),
            launch_role_arn=provisioned.own_launch_role_arn or provisioned.launch_role_arn,
            tags=dict(provisioned.tags),
            user_arn=caller.arn,
            session_arn=caller.session_arn,
            outcome=outcome,
        )
        self.records[record.id] = record
        provisioned.records.append(record)
        provisioned.settled = AVAILABLE if outcome.error is None else on_failure
        provisioned.message = outcome.error
        return {"RecordDetail": record.detail()}


def _with_parameters(source: Source, given: Sequence[Mapping[str, Any]]) -> Source:
    """The source with the parameters of a request.

    :raises InvalidParametersException: if one is given twice, or with neither a value nor the wish
        to keep the one that it has.
    """
    values: dict[str, str] = {}
    kept: set[str] = set()
    for parameter in given:
        name = parameter.get("Key", "")
        if name in values or name in kept:
            raise InvalidParametersException(f"Parameter {name} is given more than once.")
        if parameter.get("UsePreviousValue"):
            kept.add(name)
        else:
            values[name] = parameter.get("Value", "")
    return Source(
        template=source.template,
        template_url=source.template_url,
        rules=source.rules,
        parameters=values,
        kept_parameters=frozenset(kept),
        tags=source.tags,
        notification_arns=source.notification_arns,
    )


def _refuse_stack_sets(preferences: Mapping[str, Any] | None) -> None:
    if preferences:
        raise InvalidParametersException("this sandbox launches no StackSets")
