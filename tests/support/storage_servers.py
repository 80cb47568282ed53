"""A Postgres that a test may stop and start again."""

from pathlib import Path

from agente_hotelero.storage.embedded.postgres import EmbeddedPostgres


class RestartablePostgres:
    """One data directory, one URL, and a server that comes and goes."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._server = EmbeddedPostgres(data_dir=data_dir)
        self.url = self._server.url

    def start(self) -> None:
        self._server = EmbeddedPostgres(data_dir=self._data_dir)
        self._server.start()

    def stop(self) -> None:
        self._server.stop()
