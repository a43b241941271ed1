"""The words of the portal in Dutch, for tests that are not about the words."""

from portal import i18n


def dutch(message: str, **values: object) -> str:
    with i18n.speaking("nl"):
        return i18n.gettext(message, **values)
