"""Turn packed policies into a CloudFormation template, by troposphere and awacs.

The one door to both. `values` says how the catalog's texts become intrinsic functions,
`statements` has the policies, `product` the template around them, `boundary` that of an account.
"""

from compiler.emit.boundary import emit_boundary
from compiler.emit.product import emit

__all__ = ["emit", "emit_boundary"]
