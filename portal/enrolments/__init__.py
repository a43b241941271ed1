"""Signing up: the five steps and their draft, confirmation, consent, and what happened to an enrolment."""
