"""Where moto's server finds the responses of IAM: they are moto's own."""

from moto.iam.urls import url_bases, url_paths

__all__ = ["url_bases", "url_paths"]
