"""A stack that fails as CloudFormation's do: what went wrong is undone, and the status says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import Event, Stack
from moto.cloudformation.parsing import Export, OutputMap, ResourceMap

from compiler.sandbox.cloudformation.made import Made, ResourceError
from compiler.sandbox.cloudformation.plan import Place, Plan, make_plan
from compiler.sandbox.cloudformation.resources import StackResources
from compiler.sandbox.cloudformation.template import verify

if TYPE_CHECKING:
    from collections.abc import Mapping

UPDATABLE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")
"""The statuses in which a stack can be updated, of those that the sandbox has.
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html"""


class SandboxStack(Stack):
    """moto's stack over our resources."""

    resource_map: StackResources

    def __init__(
        self,
        stack_id: str,
        name: str,
        template: str | dict[str, Any],
        parameters: dict[str, Any],
        account_id: str,
        region_name: str,
        *arguments: Any,
        **options: Any,
    ) -> None:
        self.place = Place(
            account_id=account_id, region=region_name, stack_id=stack_id, stack_name=name
        )
        self.stack_status_reason: str | None = None
        super().__init__(
            stack_id, name, template, parameters, account_id, region_name, *arguments, **options
        )
        # What is refused is refused before the stack exists.
        self.coming: Plan | None = self.plan(str(template), parameters) if template else None

    def plan(
        self, body: str, parameters: Mapping[str, Any], tags: Mapping[str, str] | None = None
    ) -> Plan:
        """What this stack would become.

        :raises ValidationError: for everything that CloudFormation refuses without trying.
        """
        template = verify(body, self.region_name)
        return make_plan(template, parameters, self.tags if tags is None else tags, self.place)

    def create_resources(self) -> None:
        """Create what was planned, and roll back if that fails."""
        if self.coming is not None:
            self.create(self.coming, on_failure="ROLLBACK")

    def create(self, plan: Plan, *, on_failure: str) -> None:
        """Create the resources of a plan.

        :param on_failure: ``ROLLBACK``, ``DELETE`` or ``DO_NOTHING``.
            https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
        """
        self._change(plan, "CREATE", "ROLLBACK", undo=on_failure != "DO_NOTHING")

    def change(self, body: str, plan: Plan) -> None:
        """Update the stack to a plan, and roll back if that fails.

        :param body: the template of the plan, which the stack keeps if it succeeds.
        """
        if self._change(plan, "UPDATE", "UPDATE_ROLLBACK", undo=True):
            self.template = body

    def require_updatable(self) -> None:
        """Refuse an update where the last operation did not leave a sound stack.

        :raises ValidationError: in AWS's words.
        """
        if self.status not in UPDATABLE:
            raise ValidationError(
                message=f"Stack:{self.stack_id} is in {self.status} state and can not be updated."
            )

    def delete(self) -> None:
        """Delete every resource.

        :raises ResourceError: if one cannot be deleted; the stack is then DELETE_FAILED.
        """
        self._say("DELETE_IN_PROGRESS", "User Initiated")
        self.resource_map.role_arn = self.role_arn
        try:
            self.resource_map.remove_all(self._record)
        except ResourceError as failure:
            self._say(
                "DELETE_FAILED",
                f"The following resource(s) failed to delete: [{failure.logical_id}]. ",
            )
            raise
        self._say("DELETE_COMPLETE", None)

    @staticmethod
    def cloudformation_name_type() -> str:
        return ""

    def is_created(self) -> bool:
        return True

    @property
    def outputs(self) -> list[dict[str, Any]] | None:
        rows = [
            {
                "OutputKey": name,
                "OutputValue": output["Value"],
                "Description": output.get("Description"),
                "ExportName": output.get("Export", {}).get("Name"),
            }
            for name, output in self.resource_map.shown.items()
        ]
        return rows or None

    @property
    def exports(self) -> list[Export]:
        return [
            Export(self.stack_id, output["ExportName"], output["OutputValue"])
            for output in self.outputs or ()
            if output["ExportName"]
        ]

    @property
    def parameter_list(self) -> list[dict[str, Any]]:
        plan = self.resource_map.plan
        return [
            {"ParameterKey": name, "ParameterValue": "****" if name in plan.no_echo else value}
            for name, value in (plan.parameters if plan else {}).items()
            if plan
        ]

    @property
    def stack_parameters(self) -> dict[str, Any]:
        plan = self.resource_map.plan
        return dict(plan.parameters) if plan else {}

    def _create_resource_map(self) -> ResourceMap:
        return StackResources(self.place, self.cross_stack_resources)

    def _create_output_map(self) -> OutputMap:
        # Outputs are resolved from the plan; moto's map stays empty.
        return OutputMap(self.resource_map, {}, self.stack_id)

    def _parse_template(self) -> None:
        # Templates are read in plan(), by the words of CloudFormation and not of PyYAML.
        self.template_dict = {}

    def _change(self, plan: Plan, action: str, rollback: str, *, undo: bool) -> bool:
        before = self.tags, self.template_dict, self.description, self.parameters
        self._say(f"{action}_IN_PROGRESS", "User Initiated")
        self.resource_map.role_arn = self.role_arn
        self.tags = dict(plan.tags)
        self.template_dict = dict(plan.template)
        self.description = plan.template.get("Description")
        self.parameters = dict(plan.parameters)
        try:
            self.resource_map.apply(plan, self._record, self._publish_exports, undo=undo)
        except ResourceError as failure:
            what = "create" if action == "CREATE" else "update"
            text = f"The following resource(s) failed to {what}: [{failure.logical_id}]. "
            text += failure.reason
            if not undo:
                self._say(f"{action}_FAILED", text)
                return False
            self._say(f"{rollback}_IN_PROGRESS", f"{text} Rollback requested by user.")
            if action == "UPDATE":
                self.tags, self.template_dict, self.description, self.parameters = before
            self._say(f"{rollback}_COMPLETE" if failure.undone else f"{rollback}_FAILED", text)
            return False
        self._say(f"{action}_COMPLETE", None)
        return True

    def _publish_exports(self) -> None:
        mine = {export.name: export for export in self.exports}
        published = self.cross_stack_resources
        for name in mine:
            if name in published and published[name].exporting_stack_id != self.stack_id:
                owner = published[name].exporting_stack_id
                raise ValidationError(
                    message=f"Export with name {name} is already exported by stack {owner}"
                )
        for name in [n for n, one in published.items() if one.exporting_stack_id == self.stack_id]:
            del published[name]
        published.update(mine)

    def _say(self, status: str, reason: str | None) -> None:
        self.status = status
        self.stack_status_reason = (
            reason if status.endswith(("FAILED", "ROLLBACK_COMPLETE")) else None
        )
        self._add_stack_event(status, resource_status_reason=reason)

    def _record(self, made: Made, status: str, reason: str | None) -> None:
        self.events.append(
            Event(
                stack_id=self.stack_id,
                stack_name=self.name,
                logical_resource_id=made.logical_id,
                physical_resource_id=made.physical_id,
                resource_type=made.kind,
                resource_status=status,
                resource_status_reason=reason,
                resource_properties=None,
            )
        )
