"""Where moto's server finds the responses of this SageMaker."""

from moto.sagemaker.urls import url_bases

from compiler.sandbox.sagemaker.responses import SandboxSageMakerResponses

__all__ = ["url_bases", "url_paths"]

url_paths = {"{0}/$": SandboxSageMakerResponses.dispatch}
