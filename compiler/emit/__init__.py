"""Turn packed policies into a CloudFormation template, by troposphere and awacs.

The one door to both. `values` says how the catalog's texts become intrinsic functions,
`statements` has the policies, `product` the template around them.
"""

from compiler.emit.product import emit

__all__ = ["emit"]
