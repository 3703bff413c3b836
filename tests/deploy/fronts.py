"""The fronts of deploy/fronts, each as Debian has it, started with its file as it is written there but for places."""

import contextlib
import os
import re
import shlex
import shutil
import socket
import ssl
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.deploy.relay import Relay, running_relay
from tests.pages import ROOT
from tests.servers.process import Process, answers, free_port, needed
from tests.servers.tls import tls_pair

FOLDER: Final = ROOT / "deploy" / "fronts"
HOST: Final = "img.example.com"
IS_ROOT: Final = os.geteuid() == 0


@dataclass(frozen=True)
class Front:
    """A running front: where it listens, with TLS too where it speaks it, and where it writes."""

    name: str
    port: int
    tls_port: int | None
    relay: Relay
    folder: Path
    trust: ssl.SSLContext
    process: Process

    @property
    def has_cache(self) -> bool:
        """Whether it keeps pictures."""
        return self.name in {"nginx", "Varnish", "Apache"}

    def wait_until_ready(self, is_ready: Callable[[int], bool]) -> None:
        """Wait until it hands requests on to the server."""
        self.process.wait_until(lambda: answers(self.port) and is_ready(self.port))

    def connect_tls(self, protocol: str) -> ssl.SSLSocket:
        """Open a connection with TLS for one protocol."""
        assert self.tls_port is not None
        self.trust.set_alpn_protocols([protocol])
        plain = socket.create_connection(("127.0.0.1", self.tls_port), timeout=60)
        return self.trust.wrap_socket(plain, server_hostname=HOST)

    def logs(self) -> str:
        """Return everything that it wrote."""
        places = [self.folder / "log", *sorted((self.folder / "logs").iterdir())]
        return "".join(place.read_text(errors="replace") for place in places)


@dataclass(frozen=True)
class Places:
    """Where things are in a test: ports, and a folder that every user may read."""

    port: int
    tls_port: int
    backend: int
    folder: Path

    def write(self, name: str, text: str, replaced: Mapping[str, str]) -> Path:
        """Write a file with other places; each must be in it."""
        for written, here in replaced.items():
            assert written in text, f"{name} has no {written}"
            text = text.replace(written, here)
        path = self.folder / name
        path.write_text(text)
        return path


def written(name: str) -> str:
    """Return a file of deploy/fronts."""
    return (FOLDER / name).read_text()


def _nginx(places: Places) -> list[str]:
    folder = places.folder
    conf = places.write("site.conf", written("nginx.conf"), {
        "listen 443 ssl http2;": f"listen 127.0.0.1:{places.port}; listen 127.0.0.1:{places.tls_port} ssl http2;",
        "server 127.0.0.1:8000": f"server 127.0.0.1:{places.backend}",
        "/etc/ssl/img.example.com.pem": f"{folder}/certificate.pem",
        "/etc/ssl/img.example.com.key": f"{folder}/key.pem",
        "/var/cache/nginx/imgurl": f"{folder}/cache",
        "/var/log/nginx": f"{folder}/logs",
    })  # fmt: skip
    around = f"""
daemon off; pid {folder}/pid; error_log {folder}/log warn; {"user root;" if IS_ROOT else ""}
events {{ worker_connections 256; }}
http {{
    client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {conf};
}}
"""
    (folder / "nginx.conf").write_text(around)
    return [needed("nginx", "nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf")]


def _haproxy(places: Places) -> list[str]:
    folder = places.folder
    conf = places.write("haproxy.cfg", written("haproxy.cfg"), {
        "bind :80": f"bind 127.0.0.1:{places.port}",
        "# bind :443": f"bind 127.0.0.1:{places.tls_port}",
        "/etc/haproxy/img.example.com.pem": f"{folder}/both.pem",
        "/etc/haproxy/errors": str(FOLDER),
        "127.0.0.1:8000": f"127.0.0.1:{places.backend}",
        "log /dev/log local0": "log stdout format raw local0",
    })  # fmt: skip
    return [needed("haproxy", "haproxy"), "-db", "-f", str(conf)]


def _caddy(places: Places) -> list[str]:
    folder = places.folder
    conf = places.write("Caddyfile", written("Caddyfile"), {
        "\n{\n": f"\n{{\n\tadmin off\n\tauto_https disable_redirects\n\thttp_port {places.port}\n",
        f"\n{HOST} {{": f"\n:{places.port} {{\n\tbind 127.0.0.1",
        "127.0.0.1:8000": f"127.0.0.1:{places.backend}",
        "/etc/caddy/imgurl": str(FOLDER),
        "/var/log/caddy": f"{folder}/logs",
    })  # fmt: skip
    plain = f"\n:{places.port} {{"
    site = conf.read_text().partition(plain)[2]
    with conf.open("a") as file:
        file.write(f"\nhttps://{HOST}:{places.tls_port} {{\n\ttls {folder}/certificate.pem {folder}/key.pem{site}")
    return [needed("caddy", "caddy"), "run", "--config", str(conf), "--adapter", "caddyfile"]


def _varnish(places: Places) -> list[str]:
    text = written("varnish.vcl")
    conf = places.write("varnish.vcl", text, {
        '.port = "8000"': f'.port = "{places.backend}"',
        'acl fronts {\n    "127.0.0.1"': 'acl fronts {\n    "192.0.2.1"',
    })  # fmt: skip
    (command,) = re.findall(r"^# +(varnishd .*)$", text, re.MULTILINE)
    options = command.split()[1:]
    options[options.index("-a") + 1] = f"127.0.0.1:{places.port}"
    options[options.index("-f") + 1] = str(conf)
    options[options.index("-s") + 1] = "malloc,64m"
    return [needed("varnishd", "varnish"), "-F", "-j", "none", "-n", str(places.folder / "varnish"), *options]


def _apache(places: Places) -> list[str]:
    folder = places.folder
    text = written("apache.conf")
    conf = places.write("site.conf", text, {
        "<VirtualHost *:80>": f"<VirtualHost 127.0.0.1:{places.port}>",
        "http://127.0.0.1:8000": f"http://127.0.0.1:{places.backend}",
        "/var/cache/apache2/mod_cache_disk": f"{folder}/cache",
        "/var/log/apache2": f"{folder}/logs",
        "/var/www/imgurl": str(FOLDER),
    })  # fmt: skip
    secured = conf.read_text().replace(f":{places.port}>", f":{places.tls_port}>").replace("imgurl\n\n<V", "tls\n\n<V")
    for line in ("SSLEngine", "SSLCertificateFile", "SSLCertificateKeyFile", "Protocols"):
        secured = secured.replace(f"# {line}", line)
    secured = secured.replace("/etc/ssl/img.example.com.pem", f"{folder}/certificate.pem")
    secured = secured.replace("/etc/ssl/img.example.com.key", f"{folder}/key.pem")
    (folder / "secured.conf").write_text(secured)
    (enabled,) = re.findall(r"^# +a2enmod (.*?) &&", text, re.MULTILINE)
    # Those that Debian enables, and those that the file wants besides. ssl needs a cache for sessions.
    wanted = [f"/etc/apache2/mods-available/{name}.load" for name in ("socache_shmcb", *enabled.split())]
    modules = "\n".join(f"Include {load}" for load in wanted)
    user = "User www-data\nGroup www-data" if IS_ROOT else ""
    (folder / "apache.conf").write_text(
        f"Define APACHE_RUN_DIR {folder}\nServerRoot /etc/apache2\nServerName localhost\nPidFile {folder}/pid\n"
        f"DefaultRuntimeDir {folder}\nErrorLog {folder}/log\n{user}\nInclude mods-enabled/*.load\n{modules}\n"
        f"Include mods-enabled/*.conf\nListen 127.0.0.1:{places.port}\nListen 127.0.0.1:{places.tls_port} https\n"
        f"Include {conf}\nInclude {folder}/secured.conf\n"
    )
    return [needed("apache2", "apache2"), "-DFOREGROUND", "-f", str(folder / "apache.conf")]


#: What writes the files of a front and returns its command, by the name of the column in docs/fronts.md.
FRONTS: Final[dict[str, Callable[[Places], list[str]]]] = {
    "nginx": _nginx, "Caddy": _caddy, "HAProxy": _haproxy, "Varnish": _varnish, "Apache": _apache,
}  # fmt: skip


@contextlib.contextmanager
def running_front(name: str, backend: int) -> Iterator[Front]:
    """Run a front, and a relay between it and a server at a port."""
    folder = Path(tempfile.mkdtemp(prefix=f"front-{name}-"))
    folder.chmod(0o755)
    for part in ("cache", "logs"):
        (folder / part).mkdir()
        (folder / part).chmod(0o777)
    _, trust = tls_pair(folder, HOST)
    (folder / "both.pem").write_bytes((folder / "certificate.pem").read_bytes() + (folder / "key.pem").read_bytes())
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        relay = stack.enter_context(running_relay(backend))
        places = Places(free_port(), free_port(), relay.port, folder)
        homes = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
        process = Process(FRONTS[name](places), folder / "log", environment=homes)
        process.launch()
        stack.callback(process.stop)
        if name == "Varnish":
            (command,) = re.findall(r"^# +varnishncsa (.*)$", written("varnish.vcl"), re.MULTILINE)
            options = [
                "-n",
                str(folder / "varnish"),
                "-t",
                "20",
                "-w",
                str(folder / "logs" / "access"),
                *shlex.split(command),
            ]
            logger = Process([needed("varnishncsa", "varnish"), *options], folder / "log")
            logger.launch()
            stack.callback(logger.stop)
        yield Front(name, places.port, None if name == "Varnish" else places.tls_port, relay, folder, trust, process)
