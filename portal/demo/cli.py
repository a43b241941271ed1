"""`make demo`: a database full of made-up people, a web server and a worker, in one go."""

import os
import subprocess
import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from portal import clock, config, jobs, migrating
from portal.accounts.models import Account
from portal.demo import actions
from portal.demo.queries import CAST
from portal.i18n import speaking

commands = AppGroup("demo", help="The demo: made-up people, web and worker.")


@commands.command("load")
def load() -> None:
    """Bring the tables up to date and make the people, unless they are there."""
    _prepare()


@commands.command("serve")
def serve() -> None:
    """Prepare, then serve the portal and run the worker until Ctrl-C."""
    _prepare()
    settings = config.current()
    _introduce(settings.public_url)
    web = subprocess.Popen(_server(os.environ.get("PORT", "8000")))
    try:
        jobs.consumer().run()
    finally:
        web.terminate()
        web.wait(timeout=10)


@commands.command("reset")
@click.pass_context
def reset(context: click.Context) -> None:
    """Throw the demo's database away and start afresh."""
    url = config.current().database_url
    if not url.startswith("sqlite:///"):
        raise click.ClickException("demo reset works on the demo's SQLite file only.")
    path = Path(url.removeprefix("sqlite:///"))
    for leftover in path.parent.glob(path.name + "*"):
        leftover.unlink()
    context.invoke(serve)


def _prepare() -> None:
    migrating.upgrade(config.current())
    if Account.select().exists():
        return
    click.echo("Making the people of the demo …")
    made = actions.load(clock.now())
    jobs.queue.flush()  # Every mail of the past was sent in the past: nothing is left to be woken for.
    click.echo(", ".join(f"{number} {what}" for what, number in made.items()))


def _introduce(address: str) -> None:
    click.echo(f"\nThe portal is at {address}")
    click.echo(f"Be one of these with one click at {address}/demo, read every mail at {address}/demo/post\n")
    with speaking("en"):
        for member in CAST:
            click.echo(f"  {member.name:<6} {member.who}")
    click.echo("\nStop with Ctrl-C.\n")


def _server(port: str) -> list[str]:
    """One blocking thread per worker process, as in production."""
    granian = Path(sys.executable).parent / "granian"
    workers = str(min(2, os.cpu_count() or 1))
    return [
        str(granian), "--interface", "wsgi", "--host", "127.0.0.1", "--port", port,
        "--workers", workers, "--blocking-threads", "1", "--log-level", "warning", "wsgi:app",
    ]  # fmt: skip
