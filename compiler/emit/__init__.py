"""Turn packed policies into a CloudFormation template, by troposphere and awacs.

The one door to both. `values` says how the catalog's texts become intrinsic functions,
`statements` has the policies, `product` the template around them; `boundary` and `launch_role` are
the templates of an account, `bootstrap` and `launch_accounts` those of the hub; `portfolio` is no
template, but what publishing has to make of one.
"""

from compiler.emit.bootstrap import emit_bootstrap
from compiler.emit.boundary import emit_boundary
from compiler.emit.launch_accounts import emit_launch_accounts
from compiler.emit.launch_role import emit_launch_role
from compiler.emit.portfolio import Digests, emit_portfolio
from compiler.emit.product import emit

__all__ = [
    "Digests",
    "emit",
    "emit_bootstrap",
    "emit_boundary",
    "emit_launch_accounts",
    "emit_launch_role",
    "emit_portfolio",
]
