"""The files that somebody sends in."""

from flask_wtf.file import MultipleFileField
from wtforms.validators import DataRequired

from portal.forms import Form
from portal.i18n import lazy_gettext as _l


class UploadForm(Form):
    files = MultipleFileField(_l("Files"), [DataRequired(_l("Choose the files."))])

    @property
    def sent(self) -> list[tuple[str, bytes]]:
        """Every file with its name."""
        return [(file.filename or "", file.read()) for file in self.files.data]
