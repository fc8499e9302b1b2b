"""A launch, made ready: what it would do, and everything that is found before it does."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from compiler.release.launching.choice import chosen_path, chosen_version
from compiler.release.launching.finding import error, errors, note
from compiler.release.launching.offer import form, offered, slug
from compiler.release.launching.preflight import account_findings
from compiler.release.launching.provisioned import named
from compiler.release.launching.values import faults, tag_faults, unmet
from compiler.release.token import token

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.release.aws import Aws
    from compiler.release.launching.choice import Bump
    from compiler.release.launching.clone import Clone
    from compiler.release.launching.finding import Finding
    from compiler.release.launching.offer import Form, Offer, OfferedVersion, Path
    from compiler.release.launching.provisioned import Provisioned

_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,127}")
"""https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ProvisionProduct.html"""

Operation = Literal["launch", "update", "terminate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What whoever launches asks for."""

    product: str
    """An id, a title, or a persona."""

    version: str | None = None
    path: str | None = None
    name: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A launch or an update that can begin, unless there are errors among its findings."""

    operation: Operation
    region: str
    account: str
    offer: Offer
    version: OfferedVersion
    path: Path
    name: str
    values: Mapping[str, str]
    """What was given."""

    kept: tuple[str, ...] = ()
    """Parameters that keep their value."""

    tags: Mapping[str, str]
    hidden: frozenset[str] = frozenset()
    """Parameters whose values are shown to nobody."""

    token: str
    """What makes the same request the same to AWS."""

    findings: tuple[Finding, ...]
    standing: Provisioned | None = None
    """What stands under the name."""

    previous: str = ""
    """The version that stands, by name."""

    bump: Bump | None = None
    is_begun: bool = False
    """Whether this very request runs, or ran, already."""

    is_current: bool = False
    """Whether all is as wanted: nothing is to be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A version by a path, and what is known of its form."""

    offer: Offer
    version: OfferedVersion
    path: Path
    form: Form
    template: dict[str, Any] | None
    """Where a clone has it."""

    constraints: Mapping[str, Mapping[str, Any]]
    """As a clone has them, by type."""

    @property
    def declared(self) -> Mapping[str, Mapping[str, Any]]:
        """Parameter to what is declared of it; a template tells more than the API."""
        declared: Mapping[str, Mapping[str, Any]] = self.form.parameters
        return declared if self.template is None else self.template.get("Parameters", {})

    @property
    def hidden(self) -> frozenset[str]:
        """Parameters whose values are shown to nobody."""
        return frozenset(name for name, each in self.declared.items() if each.get("NoEcho"))

    @property
    def launch_role(self) -> str | None:
        """The name or the ARN of the launch role, where it is known."""
        launch = self.constraints.get("LAUNCH", {})
        return self.form.launch_role or launch.get("LocalRoleName") or launch.get("RoleArn")

    @property
    def rules(self) -> Mapping[str, Any]:
        """Rules of the template, and of the portfolio's template constraints."""
        own = {} if self.template is None else self.template.get("Rules", {})
        pinned = self.form.rules
        if not pinned and (self.form.rules is None or "TEMPLATE" in self.path.constraints):
            pinned = self.constraints.get("TEMPLATE", {}).get("Rules")
        # The API may tell the template's own rules too: what is the same is decided once.
        more = {name: it for name, it in (pinned or {}).items() if own.get(name) != it}
        return {**own, **{f"{name}.2" if name in own else name: it for name, it in more.items()}}


def ready_to_launch(aws: Aws, wish: Wish, clone: Clone) -> Ready:
    """Choose version and path, and look at everything that a launch needs.

    Raises:
        ChoiceError: where it cannot be told what is asked for.
        AwsError: where AWS refuses, or cannot be reached.
    """
    offer = offered(aws, wish.product, clone)
    version = chosen_version(offer.versions, wish.version, retired=retired(clone, offer))
    chosen = chosen_of(aws, offer, version, wish.path, clone)
    name = wish.name or default_name(offer)
    made = token(
        "ProvisionProduct",
        product=offer.id,
        version=version.id,
        path=chosen.path.id,
        name=name,
        values=dict(wish.values),
        tags=dict(wish.tags),
    )
    standing = named(aws, name) if _NAME.fullmatch(name) else None
    begun = standing is not None and _is_of(standing, chosen, made)
    found: list[Finding] = []
    if not begun:
        found = [*_name_findings(name, standing, chosen), *_clone_note(clone)]
        found += findings(aws, chosen, given=wish.values, tags=wish.tags)
    return Ready(
        operation="launch",
        region=aws.region,
        account=aws.account,
        offer=offer,
        version=version,
        path=chosen.path,
        name=name,
        values=wish.values,
        tags=wish.tags,
        hidden=chosen.hidden,
        token=made,
        findings=tuple(found),
        standing=standing,
        is_begun=begun,
    )


def chosen_of(
    aws: Aws, offer: Offer, version: OfferedVersion, path: str | None, clone: Clone
) -> Chosen:
    """A version by a path, with what the API and a clone know of it.

    Raises:
        ChoiceError: where it is not told which path, or none has the name.
        AwsError: where AWS refuses, or cannot be reached.
    """
    way = chosen_path(offer.paths, path, clone.titles)
    known = clone.product(offer.persona or offer.title)
    return Chosen(
        offer=offer,
        version=version,
        path=way,
        form=form(aws, offer.id, version.id, way.id),
        template=clone.template(version.sha256),
        constraints=clone.constraints(way.name, known.id) if known else {},
    )


def findings(  # noqa: PLR0913 - all that a launch is made of
    aws: Aws,
    chosen: Chosen,
    *,
    given: Mapping[str, str],
    tags: Mapping[str, str],
    previous: Mapping[str, str] | None = None,
    kept: tuple[str, ...] = (),
    new: bool = True,
) -> tuple[Finding, ...]:
    """Everything that is found about the values, and about the account.

    Args:
        aws: the account.
        chosen: what is launched or updated to.
        given: parameter to value.
        tags: those of the launch.
        previous: the values that stand and are kept, where they are known.
        kept: all parameters that keep their value.
        new: whether something is launched, and not updated.

    Raises:
        AwsError: where AWS cannot be reached, or does not take the credentials.
    """
    declared = chosen.declared
    defaults = {key: str(each["Default"]) for key, each in declared.items() if "Default" in each}
    hidden = {key for key in kept if previous is None or key not in previous}
    values = {**{key: value for key, value in defaults.items() if key not in hidden}}
    values |= {**(previous or {}), **given}
    found = [*faults(declared, {**(previous or {}), **given}, hidden)]
    found += tag_faults(tags, chosen.form.tag_options, chosen=not new)
    if tags and not new and chosen.form.tag_updates == "NOT_ALLOWED":
        found.append(error("tag", "the portfolio does not let tags be changed", "leave --tag out"))
    wrong = any(each.about == "parameter" for each in errors(found))
    complete = not wrong and all(key in values for key in declared)
    if complete:
        found += unmet(declared, values, chosen.rules)
        if chosen.template is None and chosen.form.rules is None:
            found.append(note("rule", "the rules of the template are not known: no look at them"))
    elif not wrong:
        found.append(note("rule", "some values that stand may not be read: no look at rules"))
    found += account_findings(
        aws, chosen.launch_role, chosen.template, values, complete=complete, new=new
    )
    return tuple(found)


def retired(clone: Clone, offer: Offer) -> frozenset[str]:
    """The versions of a product that a clone says are retired or removed."""
    known = clone.product(offer.persona or offer.title)
    versions = known.versions if known else {}
    return frozenset(
        name for name, each in versions.items() if each.lifecycle in ("retired", "removed")
    )


def default_name(offer: Offer) -> str:
    """How a launch is called that is given no name: as the persona."""
    return offer.persona or slug(offer.title)


def _is_of(standing: Provisioned, chosen: Chosen, made: str) -> bool:
    """Whether what stands was made by this very request."""
    if (standing.product, standing.version) != (chosen.offer.id, chosen.version.id):
        return False
    # A token that AWS does not tell is no reason to leave what has just begun.
    return standing.token.startswith(made) if standing.token else standing.status == "UNDER_CHANGE"


def _name_findings(name: str, standing: Provisioned | None, chosen: Chosen) -> list[Finding]:
    if not _NAME.fullmatch(name):
        form_of = "1 to 128 letters, digits and . _ -, the first a letter or a digit"
        return [error("name", f"a launch cannot be called '{name}'", form_of)]
    if standing is None:
        return []
    if standing.product != chosen.offer.id:
        message = f"another product was launched as '{name}'"
        return [error("name", message, "choose another name by --name")]
    if standing.status in ("ERROR", "TAINTED"):
        message = f"the launch '{name}' stands at {standing.status}"
        hint = "terminate it by --terminate, or choose another name by --name"
        return [error("name", message, hint)]
    names = {each.id: each.name for each in chosen.offer.versions}
    version = names.get(standing.version, standing.version)
    message = f"'{name}' is launched already, with version {version} or other values"
    hint = "change it by --update, or choose another name by --name"
    return [error("name", message, hint)]


def _clone_note(clone: Clone) -> list[Finding]:
    return [note("clone", f"output is not read: {clone.problem}")] if clone.problem else []
