"""A PostgreSQL server of our own: made in a temporary directory, on a private socket, stopped at the end."""
import os
import pathlib
import pwd
import shutil
import subprocess
import tempfile

# Tuned for the benchmark: all data fit into the buffers, bulk loads need no replication, nothing runs beside the
# measurement; commits are as durable as they are by default.
SETTINGS = {
    "listen_addresses": "''",
    "shared_buffers": "1GB",
    "work_mem": "256MB",
    "maintenance_work_mem": "512MB",
    "effective_cache_size": "4GB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "fsync": "on",
    "synchronous_commit": "on",
    "autovacuum": "off",
    "jit": "off",
    "client_min_messages": "warning",
}


def find_binaries():
    """The newest installed server's bin directory, or None."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    return found[-1].parent if found else None


class Server:
    """A context manager; `conninfo` is what libpq connects to."""

    def __init__(self, binaries, directory, settings=None):
        self.binaries = binaries
        self.settings = settings or SETTINGS
        # The path of a socket must be short, so it does not lie beside the data.
        self.base = pathlib.Path(tempfile.mkdtemp(prefix="pg-", dir=directory))
        self.sockets = pathlib.Path(tempfile.mkdtemp(prefix="pg-"))
        self.data = self.base / "data"
        self.user = None
        if os.geteuid() == 0:
            self.user = "postgres"  # initdb refuses to run as root; Debian's package makes this user
            account = pwd.getpwnam(self.user)
            for path in (self.base, self.sockets):
                os.chown(path, account.pw_uid, account.pw_gid)
        self.conninfo = f"host={self.sockets} dbname=postgres user={self.user or pwd.getpwuid(os.geteuid()).pw_name}"

    def _run(self, program, *arguments):
        command = [str(self.binaries / program), *map(str, arguments)]
        if self.user:
            command = ["runuser", "-u", self.user, "--", *command]
        done = subprocess.run(command, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{program} failed:\n{done.stdout[-2000:]}")

    def __enter__(self):
        try:
            hurry = ["--no-sync"] if self.settings.get("fsync") == "off" else []
            self._run("initdb", *hurry, "--auth=trust", "--encoding=UTF8", "--locale=C", "-D", self.data)
            with open(self.data / "postgresql.auto.conf", "a", encoding="utf-8") as conf:
                conf.writelines(f"{name} = {value}\n" for name, value in self.settings.items())
                conf.write(f"unix_socket_directories = '{self.sockets}'\n")
            self._run("pg_ctl", "-D", self.data, "-l", self.base / "log", "-w", "start")
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(self, *_):
        try:
            self._run("pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop")
        finally:
            self._remove()

    def _remove(self):
        shutil.rmtree(self.base, ignore_errors=True)
        shutil.rmtree(self.sockets, ignore_errors=True)
