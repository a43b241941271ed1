"""What a web server starts: `granian --interface wsgi wsgi:app`, and `flask --app wsgi`."""

from portal import create_app

app = create_app()
