"""What operators type: `flask --app wsgi accounts invite|link …`. What cannot be done is one line, and exit 1."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask.cli import AppGroup

from portal import clock, outbox
from portal.access import PORTAL, REGION, WITH_SECOND_FACTOR, Role
from portal.accounts import actions, rules
from portal.errors import DomainError
from portal.regions import queries as regions

commands = AppGroup("accounts", help="People: invite, link.")
ROLES = [role.value for role in Role if role in WITH_SECOND_FACTOR]
OF_A_REGION = REGION | {Role.COACH}


@commands.command("invite")
@click.option("--role", required=True, help=" | ".join(ROLES))
@click.option("--email", required=True, help="Where the invitation goes.")
@click.option("--region", "first_region", multiple=True, help="Such as RA0205; one or more.")
@click.argument("more_regions", nargs=-1, metavar="")
def invite(role: str, email: str, first_region: tuple[str, ...], more_regions: tuple[str, ...]) -> None:
    """Mail somebody an invitation to take a role; it works for seven days, and a newer one ends the older."""
    wanted = [*first_region, *more_regions]
    check_codes("role", [role], ROLES)
    check_codes("region", wanted, list(regions.region_names(clock.local_day(clock.now()))))
    if wanted and Role(role) not in OF_A_REGION:
        raise click.ClickException(f"The role {role} has no region: leave --region out.")
    with in_one_line():
        actions.invite(PORTAL, address=email, role=Role(role), regions=wanted, now=clock.now())
    click.echo("The invitation is on its way.")


@commands.command("link")
@click.argument("email")
def link(email: str) -> None:
    """Print a sign-in link that works once, for ten minutes, in the first browser where its button is pressed."""
    with in_one_line():
        path = actions.make_helpdesk_link(rules.check_address(email), now=clock.now())
    if path is None:
        raise click.ClickException("Nobody with this address can sign in.")
    click.echo(outbox.link(path))


def check_codes(what: str, given: list[str], known: list[str]) -> None:
    for code in given:
        if code not in known:
            raise click.ClickException(f"There is no {what} {code!r}. Choose from: {', '.join(sorted(known))}.")


@contextmanager
def in_one_line() -> Iterator[None]:
    """A broken rule as operators read it: in English, without a traceback."""
    try:
        yield
    except DomainError as error:
        raise click.ClickException(error.message % error.values) from error
