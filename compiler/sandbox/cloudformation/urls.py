"""Where moto's server finds the responses of this CloudFormation."""

from compiler.sandbox.cloudformation.responses import CloudFormationResponses

url_bases = [r"https?://cloudformation\.(.+)\.amazonaws\.com"]

url_paths = {"{0}/$": CloudFormationResponses.dispatch}
