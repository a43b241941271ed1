"""What operators type: `flask --app wsgi imports load DIR [--dry-run]`."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import AppGroup

from portal import clock
from portal.access import PORTAL
from portal.errors import DomainError
from portal.i18n import DEFAULT, gettext, speaking
from portal.imports import actions
from portal.imports.loads import Load
from portal.imports.mistakes import NoFiles
from portal.imports.rules import MOST_PROBLEMS, FileName, Progress

commands = AppGroup("imports", help="Registrations from spreadsheets: load.")


@commands.command("load")
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check everything and store nothing.")
def load(directory: Path, dry_run: bool) -> None:
    """Load the CSV files in DIRECTORY: all of them, or nothing if any line is wrong. Mails nobody."""
    with speaking(DEFAULT):
        files = {name: (directory / name).read_bytes() for name in FileName if (directory / name).is_file()}
        try:
            if not files:
                raise NoFiles
            with _progress() as told:
                loaded = actions.load(PORTAL, files, now=clock.now(), dry_run=dry_run, told=told)
        except DomainError as error:
            click.echo(str(error), err=True)
            sys.exit(1)
        if loaded.problems:
            _say_what_is_wrong(loaded)
            sys.exit(1)
        _say_what_changes(loaded, dry_run=dry_run)


@contextmanager
def _progress() -> Iterator[Progress]:
    """A bar where somebody looks on; nothing in a log."""
    with click.progressbar(length=1, file=sys.stderr, show_pos=False) as bar:

        def told(done: int, total: int) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield told


def _say_what_is_wrong(loaded: Load) -> None:
    for problem in loaded.problems[:MOST_PROBLEMS]:
        place = ":".join(filter(None, (problem.file, str(problem.line or ""), problem.column)))
        click.echo(f"{place}: {problem.error}", err=True)
    number = len(loaded.problems)
    if number > MOST_PROBLEMS:
        click.echo(gettext("And %(number)s more.", number=number - MOST_PROBLEMS), err=True)
    click.echo(gettext("Mistakes: %(number)s. Nothing was loaded.", number=number), err=True)


def _say_what_changes(loaded: Load, *, dry_run: bool) -> None:
    for name, counts in loaded.counts.items():
        said = gettext(
            "%(new)s new, %(changed)s changed, %(same)s the same",
            new=counts.new,
            changed=counts.changed,
            same=counts.same,
        )
        click.echo(f"{name}: {said}")
    click.echo(gettext("Checked; nothing was loaded.") if dry_run else gettext("Loaded."))
