"""Many processes that book, move and cancel at the same coaches at the same moment, through the pages of the portal.

`make hammer` runs sixteen processes with 500 attempts each on twenty coaches, on SQLite and on a throw-away PostgreSQL,
and says what became of every attempt. Afterwards all that was stored is looked at again without the portal's own code.
"""
