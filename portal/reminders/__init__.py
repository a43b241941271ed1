"""Reminders before a talk, and the question afterwards how it went when nobody said so.

What is planned is the truth; the rows here follow from it. Every minute the worker arms: it finds the talks whose rows
are missing or were made for another start or before people were told anew, and writes the moment each is due. So a
talk that was booked, moved or imported by whatever way gets its rows, and a worker that was away catches up: nothing
is lost because somebody forgot to say so. Then it claims what is due, one transaction per person and talk: it holds
the talk, sets `sent_for_start` to the very start the row was made for, only where that start is still planned and was
not claimed before, and writes the mail in the same transaction. So two workers send once, a crash leaves the row
unclaimed and sends nothing, and a talk at another time is a start that was never claimed.

A mail may still wait when the talk changes, because the mail server is down. Moving, cancelling and marking a talk
take such mails back in their own transaction (`sessions.mails.take_back_reminders`); they wait for a claim that holds
the talk, so they see its mail. Who claims after them finds no such start planned.
"""
