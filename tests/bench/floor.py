"""The floor of the speed budget: a bare Flask application that renders one small page."""

from flask import Flask, render_template_string

PAGE = "<!doctype html><html lang=nl><title>{{ title }}</title><h1>{{ title }}</h1><p>{{ text }}</p></html>"

app = Flask("floor")


@app.get("/")
def page() -> str:
    return render_template_string(PAGE, title="Zorg", text="Welkom")
