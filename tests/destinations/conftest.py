"""The directory of these tests holds what they put into it."""

import pytest

from portal.destinations.models import Destination


@pytest.fixture(autouse=True)
def empty_directory(request):
    """Without the places that the portal begins with."""
    if "db" in request.fixturenames or "app" in request.fixturenames:
        request.getfixturevalue("db")
        Destination.delete().execute()
