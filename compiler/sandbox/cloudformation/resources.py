"""The resources of one stack: made, changed, replaced and removed in CloudFormation's order.

moto deletes before it creates, leaves a resource alone when only its condition changed, never
replaces, and stops halfway when something fails. CloudFormation creates and updates first, deletes
what is left over in a cleanup phase afterwards, and goes back when something fails.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from moto.cloudformation.exceptions import UnformattedGetAttTemplateException, ValidationError
from moto.cloudformation.parsing import Export, ResourceMap
from moto.ec2.models import ec2_backends
from moto.ec2.models.core import TaggedEC2Resource

from compiler.sandbox.cloudformation.handled import authorise
from compiler.sandbox.cloudformation.intrinsics import NO_VALUE, Scope, resolve
from compiler.sandbox.cloudformation.made import (
    Made,
    Record,
    ResourceError,
    is_retained,
    reason_of,
)
from compiler.sandbox.cloudformation.registry import model_of, physical_name

if TYPE_CHECKING:
    from compiler.sandbox.cloudformation.plan import Place, Plan


class StackResources(ResourceMap):
    """moto's map of a stack's resources, which holds only what exists."""

    def __init__(self, place: Place, exports: dict[str, Export]) -> None:
        super().__init__(
            place.stack_id,
            place.stack_name,
            {},
            {},
            region_name=place.region,
            account_id=place.account_id,
            template={},
            cross_stack_resources=exports,
        )
        self.place = place
        self.role_arn: str | None = None
        """The role whose permissions are all that the stack has; without one it may do anything."""
        self.plan: Plan | None = None
        self.made: dict[str, Made] = {}
        self.shown: dict[str, Any] = {}
        """The outputs of the last plan that succeeded: they stay while a deletion fails."""

    def __getitem__(self, key: str) -> Any:
        return self.made[key].resource

    def __len__(self) -> int:
        return len(self.made)

    @property
    def resources(self) -> Iterable[str]:
        return self.made

    def load(self) -> None:
        """Nothing is loaded ahead: a plan says everything."""

    def is_changed_by(self, plan: Plan) -> bool:
        """Whether a plan comes to anything else than what there is."""
        before = self.plan
        return (
            before is None
            or before.parameters != plan.parameters
            or before.tags != plan.tags
            or set(plan.order) != set(self.made)
            or any(self.define(n, plan) != self.made[n].definition for n in plan.order)
            or self.shown != self.outputs(plan)
        )

    def apply(self, plan: Plan, record: Record, finish: Callable[[], None], *, undo: bool) -> None:
        """Make the stack what the plan says.

        :param finish: called when all resources stand; if it fails, the stack has failed.
        :param undo: whether a failure takes everything back.
        :raises ResourceError: if it fails.
        """
        before, shown, undoings = self.plan, self.shown, list[Callable[[], None]]()
        kept: list[Made] = []
        logical_id = ""
        self.plan = plan
        try:
            for logical_id in plan.order:
                self._settle(logical_id, plan, record, undoings, kept)
            logical_id = self.place.stack_name
            self.shown = self.outputs(plan)
            finish()
        except Exception as error:
            # Whatever a model raises is what AWS's handler would have failed with.
            self.shown = shown
            undone = undo and _undo(undoings)
            if undone:
                self.plan = before
            raise ResourceError(logical_id, reason_of(error), undone=undone) from error
        left_over = [self.made.pop(name) for name in set(self.made).difference(plan.order)]
        self._clean_up([*left_over, *kept], before, record)

    def define(self, logical_id: str, plan: Plan) -> dict[str, Any]:
        """A resource of the template with everything resolved."""
        resource = plan.template["Resources"][logical_id]
        definition: dict[str, Any] = resolve(
            {key: value for key, value in resource.items() if key != "Condition"}, self.scope(plan)
        )
        definition.setdefault("Properties", {})
        model = model_of(definition["Type"])
        if hasattr(model, "with_stack_tags"):
            definition["Properties"] = model.with_stack_tags(definition["Properties"], plan.tags)
        return definition

    def outputs(self, plan: Plan) -> dict[str, Any]:
        """The outputs whose condition holds, resolved."""
        wanted = {
            name: {key: value for key, value in output.items() if key != "Condition"}
            for name, output in plan.template.get("Outputs", {}).items()
            if "Condition" not in output or plan.conditions[output["Condition"]]
        }
        outputs: dict[str, Any] = resolve(wanted, self.scope(plan))
        return {name: output for name, output in outputs.items() if "Value" in output}

    def scope(self, plan: Plan) -> Scope:
        """What the template may refer to, given what exists."""
        exports = self.cross_stack_resources or {}
        return Scope(
            values=plan.values,
            mappings=plan.template.get("Mappings", {}),
            conditions=plan.conditions,
            reference=lambda name: self._standing(name).physical_id,
            attribute=self._attribute,
            exports={name: export.value for name, export in exports.items()},
        )

    def is_replaced_by(self, made: Made, definition: Mapping[str, Any]) -> bool:
        """Whether a change of its definition makes a resource anew."""
        if made.kind != definition["Type"]:
            return True
        model = model_of(made.kind)
        if hasattr(model, "replaced_by"):
            return bool(model.replaced_by(made.definition["Properties"], definition["Properties"]))
        return hasattr(model.update_from_cloudformation_json, "__isabstractmethod__")

    def remove_all(self, record: Record) -> None:
        """Delete every resource, dependents first.

        :raises ResourceError: if something cannot be deleted; the rest is deleted all the same.
        """
        failures: list[tuple[Made, str]] = []
        for made in self._newest_first(self.made.values(), self.plan):
            try:
                self._delete(made, record, kept=is_retained(made, "DeletionPolicy"))
            except Exception as error:  # noqa: BLE001 - moto's models raise anything
                failures.append((made, reason_of(error)))
                record(made, "DELETE_FAILED", reason_of(error))
            else:
                del self.made[made.logical_id]
        if failures:
            made, reason = failures[0]
            raise ResourceError(made.logical_id, reason)

    def _settle(
        self,
        logical_id: str,
        plan: Plan,
        record: Record,
        undoings: list[Callable[[], None]],
        kept: list[Made],
    ) -> None:
        definition, before = self.define(logical_id, plan), self.made.get(logical_id)
        if before is None:
            undoings.append(lambda: self._take_back(logical_id, None, record))
            self.made[logical_id] = self._create(logical_id, definition, record)
        elif before.definition == definition:
            return
        elif self.is_replaced_by(before, definition):
            undoings.append(lambda: self._take_back(logical_id, before, record))
            self.made[logical_id] = self._create(logical_id, definition, record)
            kept.append(before)
        else:
            after = Made(logical_id=logical_id, definition=definition, resource=before.resource)
            undoings.append(lambda: self._revert(after, before, record))
            self.made[logical_id] = self._update(before, definition, record)

    def _create(self, logical_id: str, definition: dict[str, Any], record: Record) -> Made:
        coming = Made(logical_id=logical_id, definition=definition, resource=None)
        record(coming, "CREATE_IN_PROGRESS", None)
        model = model_of(coming.kind)
        name = physical_name(definition, self.place.stack_name, logical_id)
        try:
            authorise(self.role_arn, "create", definition, name, self.place)
            resource = model.create_from_cloudformation_json(
                name,
                copy.deepcopy(definition),
                self.place.account_id,
                self.place.region,
                LogicalId=logical_id,
                StackId=self.place.stack_id,
                ResourceType=coming.kind,
            )
        except Exception as error:
            record(coming, "CREATE_FAILED", reason_of(error))
            raise
        made = self._known(logical_id, definition, resource)
        if isinstance(resource, TaggedEC2Resource):
            self._tag(resource, logical_id)
        record(made, "CREATE_COMPLETE", None)
        return made

    def _update(self, before: Made, definition: dict[str, Any], record: Record) -> Made:
        record(before, "UPDATE_IN_PROGRESS", None)
        previous = before.definition["Properties"]
        try:
            authorise(self.role_arn, "update", definition, before.physical_id, self.place, previous)
            resource = model_of(before.kind).update_from_cloudformation_json(
                original_resource=before.resource,
                new_resource_name=physical_name(
                    definition, self.place.stack_name, before.logical_id
                ),
                cloudformation_json={
                    **copy.deepcopy(definition),
                    "PreviousProperties": copy.deepcopy(previous),
                },
                account_id=self.place.account_id,
                region_name=self.place.region,
            )
        except Exception as error:
            record(before, "UPDATE_FAILED", reason_of(error))
            raise
        made = self._known(before.logical_id, definition, resource)
        record(made, "UPDATE_COMPLETE", None)
        return made

    def _take_back(self, logical_id: str, before: Made | None, record: Record) -> None:
        """Undo a creation: it may not have come to anything."""
        made = self.made.pop(logical_id, None)
        if made is not None and made is not before:
            # Of the policies that keep a resource, only Retain holds when a creation is undone.
            self._delete(made, record, kept=made.definition.get("DeletionPolicy") == "Retain")
        if before is not None:
            self.made[logical_id] = before

    def _revert(self, after: Made, before: Made, record: Record) -> None:
        """Undo an update, or the part of it that was done before it failed."""
        current = self.made[after.logical_id]
        changed = Made(
            logical_id=after.logical_id, definition=after.definition, resource=current.resource
        )
        self.made[after.logical_id] = self._update(changed, before.definition, record)

    def _clean_up(self, left_over: list[Made], before: Plan | None, record: Record) -> None:
        for made in self._newest_first(left_over, before):
            replaced = made.logical_id in self.made
            policy = "UpdateReplacePolicy" if replaced else "DeletionPolicy"
            try:
                self._delete(made, record, kept=is_retained(made, policy))
            except Exception as error:  # noqa: BLE001 - moto's models raise anything
                # On AWS too, what cannot be deleted here stays behind and the update succeeds.
                record(made, "DELETE_FAILED", reason_of(error))

    def _delete(self, made: Made, record: Record, *, kept: bool) -> None:
        if kept:
            record(made, "DELETE_SKIPPED", None)
            return
        record(made, "DELETE_IN_PROGRESS", None)
        authorise(self.role_arn, "delete", made.definition, made.physical_id, self.place)
        self._delete_resource(made.resource, copy.deepcopy(made.definition))
        record(made, "DELETE_COMPLETE", None)

    def _known(self, logical_id: str, definition: dict[str, Any], resource: Any) -> Made:
        """Name a resource as moto's responses expect it."""
        resource.cf_resource_type = definition["Type"]
        resource.logical_resource_id = logical_id
        return Made(logical_id=logical_id, definition=definition, resource=resource)

    def _tag(self, resource: TaggedEC2Resource, logical_id: str) -> None:
        tags = {
            **(self.plan.tags if self.plan else {}),
            "aws:cloudformation:stack-name": self.place.stack_name,
            "aws:cloudformation:stack-id": self.place.stack_id,
            "aws:cloudformation:logical-id": logical_id,
        }
        ec2 = ec2_backends[self.place.account_id][self.place.region]
        ec2.create_tags([getattr(resource, "physical_resource_id")], tags)  # noqa: B009 - no attribute of its type

    def _standing(self, logical_id: str) -> Made:
        if logical_id not in self.made:
            raise ValidationError(
                message=f"Template format error: Unresolved resource dependencies [{logical_id}] "
                "in the Resources block of the template"
            )
        return self.made[logical_id]

    def _attribute(self, logical_id: str, name: str) -> Any:
        made = self._standing(logical_id)
        try:
            # By way of the model: moto's backends make objects of moto's own classes.
            value = model_of(made.kind).get_cfn_attribute(made.resource, name)
        except (UnformattedGetAttTemplateException, AttributeError, NotImplementedError) as error:
            text = UnformattedGetAttTemplateException.description.format(logical_id, name)
            raise ValidationError(message=text) from error
        return NO_VALUE if value is None else value

    @staticmethod
    def _newest_first(made: Iterable[Made], plan: Plan | None) -> list[Made]:
        order = {name: place for place, name in enumerate(plan.order if plan else ())}
        return sorted(made, key=lambda one: order.get(one.logical_id, len(order)), reverse=True)


def _undo(undoings: list[Callable[[], None]]) -> bool:
    try:
        for step in reversed(undoings):
            step()
    except Exception:  # noqa: BLE001 - whatever it is, the stack's status tells of it
        return False
    return True
