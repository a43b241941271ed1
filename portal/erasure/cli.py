"""What operators type: `flask --app wsgi retention run`."""

import click
from flask.cli import AppGroup

from portal import clock
from portal.erasure import actions, queries, rules

commands = AppGroup("retention", help="Erasing whom we have known for long enough.")


@commands.command("run")
@click.option("--dry-run", is_flag=True, help="Only say how many it would be.")
def run(dry_run: bool) -> None:
    """Do now what the worker does every night."""
    now = clock.now()
    if dry_run:
        due = queries.count_due(rules.borders(clock.local_day(now)))
        click.echo(f"{due} would be erased")
    else:
        click.echo(f"{actions.erase_due(now=now)} erased")
