"""Calendars that coaches keep elsewhere: fetched by the worker; what is planned there closes their hours here."""
