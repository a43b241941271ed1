"""What operators type: `flask --app wsgi db|access|accounts|report|run-worker …`."""

import json
import logging
import os
import signal
import sys

import click
import peewee
from flask import Flask, current_app
from flask.cli import AppGroup

from portal import access, config, jobs, migrating

db_commands = AppGroup("db", help="Tables: upgrade, downgrade, check.")
access_commands = AppGroup("access", help="Who may see what.")


def install(app: Flask) -> None:
    app.cli.add_command(db_commands)
    app.cli.add_command(access_commands)
    app.cli.add_command(run_worker)


@db_commands.command("upgrade")
def upgrade() -> None:
    """Bring the tables up to date."""
    for name in migrating.upgrade(config.current()):
        click.echo(f"applied {name}")


@db_commands.command("downgrade")
def downgrade() -> None:
    """Revert the newest migration."""
    for name in migrating.downgrade(config.current()):
        click.echo(f"reverted {name}")


@db_commands.command("check")
def check() -> None:
    """Exit 1 when migrations are pending or the tables differ from the models."""
    try:
        problems = [f"pending: {name}" for name in migrating.pending()] or migrating.drift()
    except peewee.PeeweeException as error:
        problems = [f"database: {type(error).__name__}: {str(error).splitlines()[0]}"]
    for problem in problems:
        click.echo(problem)
    if problems:
        sys.exit(1)
    click.echo("tables are up to date")


@access_commands.command("list")
@click.option("--format", "form", type=click.Choice(["json", "text"]), default="text")
def list_access(form: str) -> None:
    """Every endpoint with its path, methods and permission."""
    rows = list(access.policy(current_app))
    if form == "json":
        click.echo(json.dumps(rows, indent=1))
        return
    for row in rows:
        click.echo(f"{row['permission']:<24} {row['path']} [{row['endpoint']}]")


@click.command("run-worker")
def run_worker() -> None:
    """Mail, reminders, waiting lists, retention: what happens without a person asking."""
    logging.basicConfig(level=logging.WARNING)
    consumer = jobs.consumer()
    click.echo(f"worker {os.getpid()} started")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    consumer.run()
