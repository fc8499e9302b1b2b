"""Where moto's server finds the responses of this S3."""

from moto.s3.urls import url_bases
from moto.s3.urls import url_paths as moto_paths

from compiler.sandbox.s3.responses import SandboxS3Response

__all__ = ["url_bases", "url_paths"]

url_paths = {
    path: getattr(SandboxS3Response, handler.__name__) for path, handler in moto_paths.items()
}
