"""moto's CloudFormation, over stacks that are planned before they are touched.

The module has moto's name for it: a backend finds its urls beside its models.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.cloudformation.exceptions import AlreadyExistsException, ValidationError
from moto.cloudformation.models import Change, ChangeSet, CloudFormationBackend, Stack, StackSet
from moto.cloudformation.utils import (
    generate_changeset_id,
    generate_stack_id,
    validate_create_change_set,
)

from compiler.sandbox.cloudformation.made import ResourceError
from compiler.sandbox.cloudformation.stack import SandboxStack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.sandbox.cloudformation.plan import Plan

NO_CHANGES = (
    "The submitted information didn't contain changes. "
    "Submit different information to create a change set."
)
"""Why a change set without changes has failed; ``aws cloudformation deploy`` reads these words."""


class SandboxChange(Change):
    """One change of a change set, with what moto leaves out of it."""

    def __init__(
        self, action: str, logical_id: str, kind: str, physical_id: str, replacement: str | None
    ) -> None:
        super().__init__(action, logical_id, kind)
        self.physical_resource_id = physical_id or None
        self.replacement = replacement


class SandboxChangeSet(ChangeSet):
    """A change set that knows parameters, conditions and replacements."""

    stack: SandboxStack

    def __init__(self, *, plan: Plan, **details: Any) -> None:
        self.plan = plan
        super().__init__(**details)
        # moto reads these as the parameters of the set.
        self.parameters = dict(plan.parameters)

    def _parse_template(self) -> None:
        self.template_dict = dict(self.plan.template)

    def diff(self) -> list[Change]:
        """What executing the set would do, as far as it can be known before it is done."""
        resources, definitions = self.stack.resource_map, self.plan.template["Resources"]
        changes: list[Change] = []
        for name in self.plan.order:
            made, kind = resources.made.get(name), definitions[name]["Type"]
            if made is None:
                changes.append(SandboxChange("Add", name, kind, "", None))
                continue
            try:
                coming = resources.define(name, self.plan)
            except ValidationError:
                # It refers to what the set would add: whether that replaces it, AWS cannot say.
                changes.append(SandboxChange("Modify", name, kind, made.physical_id, "Conditional"))
                continue
            if coming != made.definition:
                replaced = str(resources.is_replaced_by(made, coming))
                changes.append(SandboxChange("Modify", name, kind, made.physical_id, replaced))
        for name, made in resources.made.items():
            if name not in self.plan.order:
                changes.append(SandboxChange("Remove", name, made.kind, made.physical_id, None))
        return changes


class SandboxCloudFormationBackend(CloudFormationBackend):
    """CloudFormation of one account and Region."""

    def create_stack(
        self,
        name: str,
        template: str,
        parameters: dict[str, Any],
        notification_arns: list[str] | None = None,
        tags: dict[str, str] | None = None,
        role_arn: str | None = None,
        enable_termination_protection: bool | None = False,
        timeout_in_mins: int | None = None,
        stack_policy_body: str | None = None,
        on_failure: str = "ROLLBACK",
    ) -> Stack:
        """Create a stack. A creation that fails leaves a stack whose status says so.

        :param on_failure: see :meth:`SandboxStack.create`.
        :raises ValidationError: if CloudFormation would refuse the call; then nothing is created.
        """
        if self._named(name) is not None:
            raise AlreadyExistsException(f"Stack [{name}] already exists")
        stack = SandboxStack(
            generate_stack_id(name, self.region_name, self.account_id),
            name,
            template,
            parameters,
            self.account_id,
            self.region_name,
            notification_arns=notification_arns,
            tags=tags,
            role_arn=role_arn,
            cross_stack_resources=None,
            enable_termination_protection=enable_termination_protection,
            timeout_in_mins=timeout_in_mins,
            stack_policy_body=stack_policy_body,
        )
        self._share_exports(stack)
        self.stacks[stack.stack_id] = stack
        stack.disable_rollback = on_failure == "DO_NOTHING"
        if stack.coming is not None:
            stack.create(stack.coming, on_failure=on_failure)
        if stack.status == "ROLLBACK_COMPLETE" and on_failure == "DELETE":
            self.delete_stack(stack.stack_id)
        return stack

    def update_stack(
        self,
        name: str,
        template: str,
        role_arn: str | None,
        parameters: list[dict[str, Any]],
        tags: dict[str, str] | None,
    ) -> Stack:
        """Update a stack; an update that fails leaves it as it was.

        :raises ValidationError: if CloudFormation would refuse the call, or nothing would change.
        """
        stack = self._updatable(name)
        plan = stack.plan(template, self.update_parameters(stack, parameters), tags)
        if not stack.resource_map.is_changed_by(plan):
            raise ValidationError(message="No updates are to be performed.")
        # Without one the stack keeps the role that it has.
        stack.role_arn = role_arn or stack.role_arn
        stack.change(template, plan)
        return stack

    def create_change_set(
        self,
        stack_name: str,
        change_set_name: str,
        template: str,
        parameters: dict[str, Any],
        description: str,
        change_set_type: str,
        notification_arns: list[str] | None = None,
        tags: dict[str, str] | None = None,
        role_arn: str | None = None,
    ) -> tuple[str, str]:
        """Make a change set; one without changes has failed, as on AWS.

        :raises ValidationError: if CloudFormation would refuse the call.
        """
        validate_create_change_set(change_set_name)
        stack = self._for_change_set(stack_name, change_set_name, change_set_type, tags)
        change_set = SandboxChangeSet(
            plan=stack.plan(template, parameters, tags),
            change_set_type=change_set_type,
            change_set_id=generate_changeset_id(change_set_name, self.region_name, self.account_id),
            change_set_name=change_set_name,
            stack=stack,
            template=template,
            parameters=parameters,
            description=description,
            notification_arns=notification_arns,
            tags=tags,
            role_arn=role_arn,
        )
        if stack.status == "CREATE_PENDING":
            self.stacks[stack.stack_id] = stack
            stack.status = "REVIEW_IN_PROGRESS"
        changes = stack.resource_map.is_changed_by(change_set.plan)
        change_set.status = "CREATE_COMPLETE" if changes else "FAILED"
        change_set.execution_status = "AVAILABLE" if changes else "UNAVAILABLE"
        change_set.status_reason = None if changes else NO_CHANGES
        self.change_sets[change_set.change_set_id] = change_set
        return change_set.change_set_id, stack.stack_id

    def describe_change_set(
        self, change_set_name: str, stack_name: str | None = None
    ) -> ChangeSet | None:
        """The newest change set of a name, or the one with an ARN.

        :raises ValidationError: if there is none.
        """
        for change_set in reversed(self.change_sets.values()):
            of_stack = stack_name in (None, change_set.stack_name, change_set.stack_id)
            if change_set.change_set_id == change_set_name or (
                change_set.change_set_name == change_set_name and of_stack
            ):
                return change_set
        raise ValidationError(message=f"ChangeSet [{change_set_name}] does not exist")

    def execute_change_set(self, change_set_name: str, stack_name: str | None = None) -> None:
        """Do what a change set says.

        :raises ValidationError: if there is no such set, or it cannot be executed.
        """
        change_set = self.describe_change_set(change_set_name, stack_name)
        if not isinstance(change_set, SandboxChangeSet) or (
            change_set.execution_status != "AVAILABLE"
        ):
            raise ValidationError(
                message=f"ChangeSet [{change_set_name}] cannot be executed in its current status"
            )
        stack = change_set.stack
        change_set.execution_status = "EXECUTE_COMPLETE"
        stack.role_arn = change_set.role_arn or stack.role_arn
        if stack.status == "REVIEW_IN_PROGRESS":
            stack.template = change_set.template
            stack.create(change_set.plan, on_failure="ROLLBACK")
        else:
            stack.require_updatable()
            stack.change(change_set.template, change_set.plan)

    def delete_stack(self, name_or_stack_id: str, role_arn: str | None = None) -> None:
        """Delete a stack; deleting one that does not exist succeeds.

        :param role_arn: the role to do it with, where that is not the stack's own.
        :raises ValidationError: if the stack is protected from termination.
        """
        stack = self.stacks.get(name_or_stack_id) or self._named(name_or_stack_id)
        if stack is None:
            return
        if str(stack.enable_termination_protection).lower() == "true":
            raise ValidationError(
                message=f"Stack [{stack.name}] cannot be deleted while TerminationProtection "
                "is enabled"
            )
        stack.role_arn = role_arn or stack.role_arn
        export_names = [export.name for export in stack.exports]
        try:
            stack.delete()
        except ResourceError:
            # The call succeeds; the stack stays, and says DELETE_FAILED.
            return
        for name in export_names:
            self.exports.pop(name, None)
        self.deleted_stacks[stack.stack_id] = self.stacks.pop(stack.stack_id)

    def update_parameters(
        self, instance: Stack | StackSet, incoming_params: list[dict[str, Any]]
    ) -> dict[str, Any]:
        """The parameters of an update, with the previous values where it says to keep them.

        What the update leaves out is left out here, and so takes its default, as on AWS.
        """
        previous: Mapping[str, Any] = (
            instance.stack_parameters if isinstance(instance, Stack) else instance.parameters
        )
        given: dict[str, Any] = {}
        for parameter in incoming_params:
            name = parameter["ParameterKey"]
            # moto's queries carry booleans as text.
            if str(parameter.get("UsePreviousValue", "")).lower() != "true":
                given[name] = parameter.get("ParameterValue", "")
            elif name in previous:
                given[name] = previous[name]
        return given

    def _resolve_update_parameters(
        self, instance: Stack | StackSet, incoming_params: list[dict[str, Any]]
    ) -> dict[str, Any]:
        return self.update_parameters(instance, incoming_params)

    def _for_change_set(
        self, name: str, change_set_name: str, kind: str, tags: dict[str, str] | None
    ) -> SandboxStack:
        if kind != "CREATE":
            return self._updatable(name)
        existing = self._named(name)
        if existing is not None and existing.status != "REVIEW_IN_PROGRESS":
            raise ValidationError(
                message=f"Stack [{name}] already exists and cannot be created again with the "
                f"changeSet [{change_set_name}]."
            )
        if isinstance(existing, SandboxStack):
            return existing
        stack = SandboxStack(
            generate_stack_id(name, self.region_name, self.account_id),
            name,
            {},
            {},
            self.account_id,
            self.region_name,
            tags=tags,
        )
        self._share_exports(stack)
        return stack

    def _share_exports(self, stack: SandboxStack) -> None:
        # moto's stack takes an empty dictionary for none, and would not see later exports.
        stack.cross_stack_resources = self.exports
        stack.resource_map.cross_stack_resources = self.exports

    def _named(self, name: str) -> Stack | None:
        return next((stack for stack in self.stacks.values() if stack.name == name), None)

    def _updatable(self, name: str) -> SandboxStack:
        stack = self.stacks.get(name) or self._named(name)
        if not isinstance(stack, SandboxStack):
            raise ValidationError(message=f"Stack [{name}] does not exist")
        stack.require_updatable()
        return stack
