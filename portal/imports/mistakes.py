"""Everything that can be wrong with a file, a value, or lines beside each other; none of it says what stood there."""

from portal.errors import DomainError
from portal.i18n import N_
from portal.imports.rules import FileName

# -- what is wrong with a file


class NoFiles(DomainError):
    field = "files"
    message = N_("There is none of the six files here: %(names)s.")

    def __init__(self) -> None:
        super().__init__(names=", ".join(FileName))


class UnknownFile(DomainError):
    field = "files"
    message = N_("This is none of the six files. Use the names %(names)s.")

    def __init__(self) -> None:
        super().__init__(names=", ".join(FileName))


class FileTwice(DomainError):
    field = "files"
    message = N_("Two files have the same name.")


class UploadTooLarge(DomainError):
    field = "files"
    message = N_("This is too large: together the files may be 96 MB, and a zip 48 MB.")


class BrokenZip(DomainError):
    field = "files"
    message = N_("This zip cannot be opened. Pack it again, without a password.")


class NotUtf8(DomainError):
    message = N_("This is not UTF-8. Save the file as 'CSV UTF-8'.")


class UnreadableCharacter(DomainError):
    message = N_("There is a character in it that cannot be shown. Take it out.")


class NotCsv(DomainError):
    message = N_("This cannot be read as CSV: look at the quotation marks.")


class NoHeader(DomainError):
    message = N_("The first line must name the columns: %(columns)s.")


class SemicolonsBetween(DomainError):
    message = N_("There are semicolons between the columns. Save the file with commas.")


class ColumnMissing(DomainError):
    message = N_("This column is missing.")


class ColumnUnknown(DomainError):
    message = N_("There is no such column.")


class ColumnTwice(DomainError):
    message = N_("This column is there twice.")


class WrongNumberOfCells(DomainError):
    message = N_("This line has %(found)s values, and there are %(columns)s columns.")


# -- what is wrong with a value


class Missing(DomainError):
    message = N_("Fill this in.")


class UnknownCode(DomainError):
    message = N_("This is not one of the codes. Use: %(codes)s.")


class CodeTwice(DomainError):
    message = N_("The same code is there twice.")


class NotADay(DomainError):
    message = N_("This is not a day. Write it as 2020-04-15.")


class NotAMonth(DomainError):
    message = N_("This is not a month. Write it as 2020-04.")


class NotAnInstant(DomainError):
    message = N_("This is not a day and time. Write it as 2020-04-15 09:30.")


class NoSuchHour(DomainError):
    message = N_("This time did not exist: the clock went an hour forward. Write the right time, or add a zone.")


class TimeMissing(DomainError):
    message = N_("There is no time in it. Write it as 2020-04-15 09:30.")


class NotAWholeNumber(DomainError):
    message = N_("This must be a whole number from %(least)s up to and including %(most)s.")


class NotYesOrNo(DomainError):
    message = N_("Write yes or no.")


class NotAPc4(DomainError):
    message = N_("Write the four digits of the postcode only.")


class Pc4BeginsWithZero(DomainError):
    message = N_("A Dutch postcode does not begin with 0. Look at it again.")


class UnknownRegion(DomainError):
    message = N_("There is no region with this code.")


class TooLong(DomainError):
    message = N_("This is too long. Use at most %(most)s characters.")


class NotAnAnswer(DomainError):
    message = N_("Write answers as code:number;code:na, with the codes of this programme: %(codes)s.")


# -- what does not fit


class RefTwice(DomainError):
    message = N_("Line %(line)s has the same ref.")


class RowTwice(DomainError):
    message = N_("Line %(line)s says the same.")


class CoachTwice(DomainError):
    message = N_("Line %(line)s has the same address: one coach has one line.")


class UnknownRef(DomainError):
    message = N_("This ref is not in %(file)s, and was not loaded before.")


class StillToCome(DomainError):
    message = N_("This is still to come.")


class BeforeEnrolment(DomainError):
    message = N_("This is before the enrolment.")


class BeforeMatch(DomainError):
    message = N_("This is before the coupling with the coach.")


class BeforeStart(DomainError):
    message = N_("This is before the day from which the coach was available.")


class WithoutWithdrawal(DomainError):
    message = N_("There is a reason, but no day of withdrawal.")


class StillOpen(DomainError):
    message = N_("There is a reason, but the status says that this is still open.")


class NoCoach(DomainError):
    message = N_("Fill in the coach: no other activity of this enrolment says who it was.")


class ConsentMissing(DomainError):
    message = N_("A warm handover needs consent before anything is sent.")


class NothingAnswered(DomainError):
    message = N_("There is an answer, but this evaluation was not answered.")


class PeriodReversed(DomainError):
    message = N_("This is before the first day of the period.")


class CoachBusy(DomainError):
    message = N_("At this time the coach has the activity of line %(line)s.")


class ParticipantBusy(DomainError):
    message = N_("At this time the participant has the activity of line %(line)s.")


class CoachBusyHere(DomainError):
    message = N_("At this time the coach is taken already in the portal.")


class ParticipantBusyHere(DomainError):
    message = N_("At this time the participant is taken already in the portal.")


class NotToBeLoaded(DomainError):
    status = 409
    message = N_("This does not wait to be loaded any more. Look at how far it is.")


class OtherLoad(DomainError):
    status = 409
    message = N_("Something else was stored meanwhile that this load depends on. Nothing was loaded. Try it again.")
