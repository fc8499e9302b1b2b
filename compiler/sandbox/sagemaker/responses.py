"""The answers of this SageMaker: moto's, and those about Studio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult, EmptyResult
from moto.sagemaker.responses import SageMakerResponse

from compiler.sandbox.constraints import arguments
from compiler.sandbox.sagemaker.models import SandboxSageMakerBackend, backend_of

if TYPE_CHECKING:
    from collections.abc import Callable


class SandboxSageMakerResponses(SageMakerResponse):
    """moto's dispatch over our backend."""

    @property
    def sagemaker_backend(self) -> SandboxSageMakerBackend:
        return backend_of(self.current_account, self.region)

    def create_domain(self) -> ActionResult:
        return ActionResult(self.sagemaker_backend.create_domain(**self._arguments()))

    def describe_domain(self) -> ActionResult:
        return ActionResult(self.sagemaker_backend.describe_domain(**self._arguments()))

    def update_domain(self) -> ActionResult:
        domain = self.sagemaker_backend.update_domain(**self._arguments())
        return ActionResult({"DomainArn": domain.arn})

    def delete_domain(self) -> ActionResult:
        self.sagemaker_backend.delete_domain(**self._arguments())
        return EmptyResult()

    def create_user_profile(self) -> ActionResult:
        profile = self.sagemaker_backend.create_user_profile(**self._arguments())
        return ActionResult({"UserProfileArn": profile.arn})

    def describe_user_profile(self) -> ActionResult:
        return ActionResult(self.sagemaker_backend.describe_user_profile(**self._arguments()))

    def update_user_profile(self) -> ActionResult:
        profile = self.sagemaker_backend.update_user_profile(**self._arguments())
        return ActionResult({"UserProfileArn": profile.arn})

    def list_user_profiles(self) -> ActionResult:
        return self._page("UserProfiles", self.sagemaker_backend.list_user_profiles)

    def delete_user_profile(self) -> ActionResult:
        self.sagemaker_backend.delete_user_profile(**self._arguments())
        return EmptyResult()

    def create_space(self) -> ActionResult:
        space = self.sagemaker_backend.create_space(**self._arguments())
        return ActionResult({"SpaceArn": space.arn})

    def describe_space(self) -> ActionResult:
        return ActionResult(self.sagemaker_backend.describe_space(**self._arguments()))

    def list_spaces(self) -> ActionResult:
        return self._page("Spaces", self.sagemaker_backend.list_spaces)

    def delete_space(self) -> ActionResult:
        self.sagemaker_backend.delete_space(**self._arguments())
        return EmptyResult()

    def create_app(self) -> ActionResult:
        app = self.sagemaker_backend.create_app(**self._arguments())
        return ActionResult({"AppArn": app.arn})

    def describe_app(self) -> ActionResult:
        return ActionResult(self.sagemaker_backend.describe_app(**self._arguments()))

    def list_apps(self) -> ActionResult:
        return self._page("Apps", self.sagemaker_backend.list_apps)

    def delete_app(self) -> ActionResult:
        self.sagemaker_backend.delete_app(**self._arguments())
        return EmptyResult()

    def _arguments(self) -> dict[str, Any]:
        return arguments("sagemaker", self._get_action(), self._get_params())

    def _page(self, name: str, listing: Callable[..., Any]) -> ActionResult:
        found, next_token = listing(**self._arguments())
        return ActionResult({name: [each.summary() for each in found], "NextToken": next_token})
