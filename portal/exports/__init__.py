"""Files to take away: tables as spreadsheets, and what was asked for, made by the worker and kept for a day."""
