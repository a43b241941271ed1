"""Registrations from spreadsheets: read and checked as a whole, written as a whole or not at all."""
