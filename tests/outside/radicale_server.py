"""A real CalDAV server: radicale, on a free port, with its files in a folder of the test."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from tests.live import free_port, wait_for_port

MAKE = b"""<?xml version="1.0" encoding="UTF-8"?>
<create xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><set><prop>
<resourcetype><collection/><C:calendar/></resourcetype><displayname>Agenda</displayname>
</prop></set></create>"""


@dataclass(frozen=True)
class Radicale:
    """A calendar on the server; as with every CalDAV server, GET on it exports all that is in it."""

    port: int

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        return f"http://{self.host}/bram/agenda/"

    def put(self, name: str, text: str) -> None:
        self._ask("PUT", f"/bram/agenda/{name}.ics", text.encode(), {"Content-Type": "text/calendar"})

    def delete(self, name: str) -> None:
        self._ask("DELETE", f"/bram/agenda/{name}.ics")

    def make(self) -> None:
        self._ask("MKCOL", "/bram/")
        self._ask("MKCOL", "/bram/agenda/", MAKE)

    def _ask(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        said = response.read()
        connection.close()
        assert response.status < 300, (method, path, response.status, said)


@contextmanager
def radicale(folder: Path) -> Iterator[Radicale]:
    rights, port = folder / "rights", free_port()
    rights.write_text("[everybody]\nuser: .*\ncollection: .*\npermissions: RrWw\n")
    command = [
        sys.executable, "-m", "radicale", "--config", "", "--server-hosts", f"127.0.0.1:{port}", "--auth-type", "none",
        "--rights-type", "from_file", "--rights-file", str(rights), "--storage-filesystem-folder", str(folder / "data"),
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_for_port(port, process)
            server = Radicale(port)
            server.make()
            yield server
        finally:
            process.terminate()
            process.wait(timeout=20)
