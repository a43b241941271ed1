"""The portal: career coaching for zorg en welzijn. Assembly only; the order below is the order of the house."""

import logging
import os

import structlog
from flask import Flask
from structlog.tracebacks import ExceptionDictTransformer

from portal import access, cli, config, crypto, i18n, jobs, serving, web
from portal.accounts import browser
from portal.accounts import cli as account_cli
from portal.accounts import jobs as account_jobs
from portal.accounts import views as accounts
from portal.agenda import views as agenda
from portal.availability import jobs as availability_jobs
from portal.bookingrules import views as bookingrules
from portal.coaches import jobs as coach_jobs
from portal.coaches import views as coaches
from portal.config import ROOT, Settings
from portal.dashboard import jobs as dashboard_jobs
from portal.dashboard import views as dashboard
from portal.db import connect_to, database
from portal.demo import cli as demo_cli
from portal.demo import views as demo
from portal.desk import views as desk
from portal.destinations import views as destinations
from portal.downloads import jobs as downloads_jobs
from portal.downloads import views as downloads
from portal.enrolments import jobs as enrolment_jobs
from portal.enrolments import views as enrolments
from portal.erasure import cli as erasure_cli
from portal.erasure import jobs as erasure_jobs
from portal.erasure import views as erasure
from portal.evaluations import jobs as evaluation_jobs
from portal.evaluations import views as evaluations
from portal.handovers import jobs as handover_jobs
from portal.handovers import views as handovers
from portal.holds import views as holds
from portal.imports import cli as import_cli
from portal.imports import jobs as import_jobs
from portal.imports import views as imports
from portal.later import jobs as later_jobs
from portal.later import views as later
from portal.matching import views as matching
from portal.measures import jobs as measure_jobs
from portal.measures import views as measures
from portal.mine import views as mine
from portal.offers import jobs as offer_jobs
from portal.offers import views as offers
from portal.operations import views as operations
from portal.outside import jobs as outside_jobs
from portal.outside import views as outside
from portal.pages import views as pages
from portal.privacy import views as privacy
from portal.questionnaires import views as questionnaires
from portal.referrals import views as referrals
from portal.remarks import jobs as remark_jobs
from portal.remarks import views as remarks
from portal.reminders import jobs as reminder_jobs
from portal.reports import cli as report_cli
from portal.reports import views as reports
from portal.results import views as results
from portal.roster import views as roster
from portal.schedule import views as schedule
from portal.second_factor import views as second_factor
from portal.sessions import jobs as session_jobs
from portal.sessions import views as sessions
from portal.trajectories import queries as trajectories
from portal.whynot import views as whynot
from portal.workday import views as workday
from portal.yearly import jobs as yearly_jobs
from portal.yearly import views as yearly

BLUEPRINTS = [
    pages.bp,
    accounts.bp,
    second_factor.bp,
    coaches.bp,
    enrolments.bp,
    matching.bp,
    outside.bp,
    sessions.bp,
    holds.bp,
    offers.bp,
    destinations.bp,
    referrals.bp,
    handovers.bp,
    questionnaires.bp,
    measures.bp,
    evaluations.bp,
    remarks.bp,
    later.bp,
    reports.bp,
    yearly.bp,
    downloads.bp,
    results.bp,
    mine.bp,
    schedule.bp,
    bookingrules.bp,
    agenda.bp,
    whynot.bp,
    workday.bp,
    roster.bp,
    desk.bp,
    dashboard.bp,
    operations.bp,
    erasure.bp,
    privacy.bp,
    imports.bp,
]
# What operators type, of features; the kernel's own commands are in portal.cli.
COMMANDS = [account_cli.commands, report_cli.commands, import_cli.commands, erasure_cli.commands]
# Imported so that the worker knows them.
JOBS = [
    account_jobs,
    availability_jobs,
    coach_jobs,
    dashboard_jobs,
    enrolment_jobs,
    erasure_jobs,
    evaluation_jobs,
    later_jobs,
    measure_jobs,
    import_jobs,
    handover_jobs,
    offer_jobs,
    outside_jobs,
    remark_jobs,
    reminder_jobs,
    yearly_jobs,
    downloads_jobs,
    session_jobs,
]


def create_app(settings: Settings | None = None) -> Flask:
    """The application, with settings from the environment unless given."""
    settings = settings or config.from_environment()
    if not settings.testing:
        os.umask(0o077)  # What the web server, the worker and commands write is for their own user only.
    app = Flask("portal", root_path=str(ROOT / "portal"), template_folder=str(ROOT / "templates"), static_folder=None)
    app.extensions["portal"] = settings
    _install_logging()
    _install_database(settings)
    crypto.install(settings.sealing_keys, settings.secret_key)
    serving.install(app, settings)
    web.install(app, settings)
    i18n.install(app)
    jobs.install(app, settings)
    browser.install(app)
    coaches.install(app, running_counts=trajectories.running_counts)
    for blueprint in [*BLUEPRINTS, demo.bp] if settings.demo else BLUEPRINTS:
        app.register_blueprint(blueprint)
    web.install_macros(app)
    access.install(app, to_sign_in=browser.to_sign_in)
    cli.install(app)
    for commands in COMMANDS:
        app.cli.add_command(commands)
    if settings.demo:
        app.cli.add_command(demo_cli.commands)
    return app


def _install_database(settings: Settings) -> None:
    try:
        database.initialize(connect_to(settings.database_url))
    except ValueError as error:
        raise config.WrongSetting(str(error)) from error
    if settings.database_url.startswith("sqlite"):
        settings.instance.mkdir(parents=True, exist_ok=True, mode=0o700)


def _install_logging() -> None:
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )
