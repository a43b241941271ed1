"""The portal: career coaching for zorg en welzijn. Assembly only; the order below is the order of the house."""

import logging

import structlog
from flask import Flask

from portal import access, cli, config, crypto, i18n, jobs, web
from portal.accounts import views as accounts
from portal.config import ROOT, Settings
from portal.db import connect_to, database
from portal.pages import views as pages
from portal.second_factor import views as second_factor

BLUEPRINTS = [pages.bp, accounts.bp, second_factor.bp]


def create_app(settings: Settings | None = None) -> Flask:
    """The application, with settings from the environment unless given."""
    settings = settings or config.from_environment()
    app = Flask("portal", root_path=str(ROOT / "portal"), template_folder=str(ROOT / "templates"), static_folder=None)
    app.extensions["portal"] = settings
    _install_logging()
    _install_database(settings)
    crypto.install(settings.sealing_keys)
    web.install(app, settings)
    i18n.install(app)
    jobs.install(app, settings)
    accounts.install(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    web.install_macros(app)
    access.install(app, to_sign_in=accounts.to_sign_in)
    cli.install(app)
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
            structlog.processors.dict_tracebacks,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=False,
    )
