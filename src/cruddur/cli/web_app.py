"""Builds the web application of an opened service, for `cruddur up` and for its worker processes."""

from litestar import Litestar

from cruddur.bootstrap import Application
from cruddur.config import Settings
from cruddur.web.app import create_app, make_context


def web_app(application: Application, settings: Settings) -> Litestar:
    """Returns the web application over everything that was opened."""
    context = make_context(
        application.messaging,
        application.identity,
        settings,
        application.limits,
        cache=application.cache,
        online=application.online,
        feeds=application.feeds,
        outbound=application.outbound,
        mails=application.mails,
    )
    return create_app(context)
