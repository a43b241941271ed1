"""What the browser gets: light, our own, legible, and exactly the htmx that we chose."""

import gzip
import os
import re
from hashlib import sha256

import pytest

from portal.config import ROOT
from portal.serving import StaticFiles

STATIC = ROOT / "static"
CSS = (STATIC / "app.css").read_text()
COLOURS = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", CSS))


def luminance(colour):
    digits = colour.removeprefix("#")
    digits = "".join(d * 2 for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_stylesheet_stays_under_ten_kilobytes():
    assert len(gzip.compress(CSS.encode(), 9)) <= 10_000


def test_script_stays_under_three_kilobytes():
    assert (STATIC / "app.js").stat().st_size < 3_000


@pytest.mark.parametrize("paper", ["paper", "sand", "mist", "sun-soft", "wrong-soft", "good-soft"])
@pytest.mark.parametrize("ink", ["ink", "ink-soft", "petrol"])
def test_text_is_legible_on_every_background(ink, paper):
    assert contrast(COLOURS[ink], COLOURS[paper]) >= 4.5


@pytest.mark.parametrize(
    ("ink", "paper"), [("wrong", "wrong-soft"), ("wrong", "paper"), ("good", "good-soft"), ("sun-ink", "sun-soft")]
)
def test_colours_with_a_meaning_are_legible_on_their_own_background(ink, paper):
    assert contrast(COLOURS[ink], COLOURS[paper]) >= 4.5


@pytest.mark.parametrize(("seconds", "form"), [(5, "gzip"), (-5, None)])
def test_a_compressed_form_counts_only_while_it_is_newer_than_its_file(tmp_path, seconds, form):
    sheet, packed = tmp_path / "app.css", tmp_path / "app.css.gz"
    sheet.write_text("body { margin: 0 }" * 50)
    packed.write_bytes(gzip.compress(sheet.read_bytes()))
    made_at = sheet.stat().st_mtime + seconds
    os.utime(packed, (made_at, made_at))
    files = StaticFiles(None)
    files.add_files(str(tmp_path), prefix="static/")
    response = files.files["/static/app.css"].get_response("GET", {"HTTP_ACCEPT_ENCODING": "gzip"})
    response.file.close()
    assert dict(response.headers).get("Content-Encoding") == form
    assert "/static/app.css.gz" not in files.files


def test_focus_ring_is_visible_on_light_and_dark():
    assert contrast(COLOURS["ink"], COLOURS["paper"]) >= 3
    assert contrast(COLOURS["sun"], COLOURS["petrol-deep"]) >= 3


def test_nothing_is_loaded_from_elsewhere():
    assert set(re.findall(r"url\(([^)]*)\)", CSS)) == {'"fonts/source-sans-3-latin.woff2"'}
    assert "@import" not in CSS


def test_htmx_is_the_one_whose_hash_we_wrote_down():
    noted = re.search(r"sha256\s+([0-9a-f]{64})", (STATIC / "vendor/README.txt").read_text())
    assert noted is not None
    assert sha256((STATIC / "vendor/htmx.min.js").read_bytes()).hexdigest() == noted[1]


def test_every_borrowed_file_has_its_licence_beside_it():
    assert "Zero-Clause BSD" in (STATIC / "vendor/htmx.LICENSE.txt").read_text()
    assert "SIL OPEN FONT LICENSE" in (STATIC / "fonts/OFL.txt").read_text()


def test_every_class_of_the_macros_is_in_the_stylesheet():
    sources = [(ROOT / "templates" / name).read_text() for name in ("ui.html", "base.html")]
    used = {name for text in sources for value in re.findall(r'class="([a-z0-9 -]+)"', text) for name in value.split()}
    assert used - set(re.findall(r"\.([a-z][a-z0-9-]*)", CSS)) == set()
