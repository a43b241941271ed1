"""What the portal itself says of urgent help, in the language of who reads it; all else is as its keeper wrote it."""

from collections.abc import Mapping

from portal.i18n import N_, gettext

CALL_THE_GP = (
    "Bel de eigen huisarts. Is die dicht: de huisartsenspoedpost. De crisisdienst komt via de huisarts, 112 of 113."
)
# As it stands in data/destinations.csv. When a keeper changes the words, they stay as they are.
BROUGHT_ALONG: Mapping[str, str] = {
    "113 Zelfmoordpreventie": N_("113 Suicide Prevention"),
    "Huisarts, huisartsenspoedpost of crisisdienst": N_("GP, the GP's emergency post or crisis service"),
    "Direct gevaar voor iemand.": N_("Immediate danger for somebody."),
    "Bel samen en blijf erbij.": N_("Call together and stay with them."),
    "Gedachten aan zelfdoding.": N_("Thoughts of suicide."),
    "Bellen of chatten, gratis en anoniem. Bellen kan ook via 0800-0113.": N_(
        "Call or chat, free and anonymous. You can also call 0800-0113."
    ),
    "Acute psychische nood.": N_("Acute mental distress."),
    CALL_THE_GP: N_(
        "Call one's own GP. When it is closed: the GP's emergency post. The crisis service comes through the GP, 112 "
        "or 113."
    ),
    "Dag en nacht": N_("Day and night"),
}


def in_own_language(text: str) -> str:
    return gettext(BROUGHT_ALONG[text]) if text in BROUGHT_ALONG else text
