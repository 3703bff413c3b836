"""deploy/systemd, docker and kubernetes, read by the tools that know them, and compared with the settings."""

import json
import re
import subprocess
import sys
from dataclasses import fields
from fnmatch import fnmatch
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import kubernetes_validate
import pytest
import yaml  # type: ignore[import-untyped]

from imgurl.cli.worker import NICENESS
from imgurl.config import Settings, variable_of
from tests.pages import ROOT
from tests.servers.process import needed

DEPLOY = ROOT / "deploy"
UNITS = ("imgurl.service", "imgurl-worker.service")
DOCKERFILE = (DEPLOY / "docker" / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "docker" / "compose.yaml").read_text())
OBJECTS: list[dict[str, Any]] = list(yaml.safe_load_all((DEPLOY / "kubernetes" / "imgurl.yaml").read_text()))
SETTINGS: dict[str, Any] = {variable_of(setting.name): setting.default for setting in fields(Settings)}
#: Every file of the kit that people fill in or copy.
TEXTS = {
    path.relative_to(DEPLOY).as_posix(): path
    for path in sorted(DEPLOY.rglob("*"))
    if path.is_file() and path.suffix != ".gif"
}

#: Seconds in which a server or worker ends by itself.
NEEDED = float(SETTINGS["IMGURL_UNREADY_SECONDS"]) + float(SETTINGS["IMGURL_DRAIN_SECONDS"])


def run(*command: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a tool."""
    return subprocess.run(command, check=False, cwd=cwd, capture_output=True, text=True)


def tool(name: str) -> str:
    """Return a tool of the environment that the tests run in."""
    return needed(name, f"pip install {name}", Path(sys.executable).parent)


def object_of(kind: str, name: str = "imgurl") -> dict[str, Any]:
    """Return an object of Kubernetes."""
    (found,) = (each for each in OBJECTS if (each["kind"], each["metadata"]["name"]) == (kind, name))
    return found


def directives(unit: str) -> list[str]:
    """Return the lines of a unit that say something."""
    lines = (DEPLOY / "systemd" / unit).read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("path", TEXTS)
def test_settings_that_a_file_names_exist(path: str) -> None:
    """No file of the kit sets what imgurl does not read."""
    named = set(re.findall(r"\bIMGURL_[A-Z_]+\b", TEXTS[path].read_text()))
    assert named <= set(SETTINGS)


@pytest.mark.parametrize("path", TEXTS)
def test_no_file_has_a_secret(path: str) -> None:
    """What is to be secret is a placeholder, or comes from elsewhere."""
    text = TEXTS[path].read_text()
    values = re.findall(
        r"^\s*(?:# )?[A-Z_]*(?:PASSWORD|SECRET|KEYS|SECRET_ACCESS_KEY)[A-Z_]*[ ]*[:=][ ]*(.*)$", text, re.MULTILINE
    )
    assert all(not value or value.startswith("${") or "…" in value for value in values), values
    assert all(word in {"PASSWORD", "${POSTGRES_PASSWORD:?see .env.example}", "${REDIS_PASSWORD:?see .env.example}"}
               for word in re.findall(r"://\w*:([^@\s]+)@", text))  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_takes_the_unit_and_finds_it_tight(unit: str, tmp_path: Path) -> None:
    """``verify`` has nothing to say, and ``security`` puts the exposure at 1.5 of 10 at the most."""
    analyze = needed("systemd-analyze", "systemd")
    copy = tmp_path / unit
    program = Path(sys.executable).parent / "imgurl"
    copy.write_text((DEPLOY / "systemd" / unit).read_text().replace("/opt/imgurl/bin/imgurl", str(program)))
    verified = run(analyze, "verify", "--man=no", str(copy))
    assert (verified.returncode, verified.stdout, verified.stderr) == (0, "", "")
    judged = run(analyze, "security", "--offline=yes", "--no-pager", "--threshold=15", str(copy))
    assert judged.returncode == 0, judged.stdout


def test_both_units_have_the_same_few_rights() -> None:
    """What the server may not, a worker may not; each has the time that it needs to end, and is started again."""
    server, worker = (set(directives(unit)) for unit in UNITS)
    assert {line.partition("=")[0] for line in server ^ worker} == {
        "Description", "ExecStart", "Nice", "CPUWeight", "IOWeight",
    }  # fmt: skip
    for lines in (server, worker):
        assert "Restart=always" in lines
        # Renderers end with requests, not before; one that is killed for its memory ends nobody else.
        assert {"KillMode=mixed", "OOMPolicy=continue"} <= lines
        (seconds,) = [int(line.partition("=")[2]) for line in lines if line.startswith("TimeoutStopSec=")]
        assert seconds > NEEDED + float(SETTINGS["IMGURL_DRAIN_SECONDS"])
    # Workers become nicer by themselves, which is no privilege.
    assert NICENESS > 0


def test_hadolint_has_nothing_to_say() -> None:
    """Of the Dockerfile."""
    judged = run(tool("hadolint"), str(DEPLOY / "docker" / "Dockerfile"))
    assert (judged.returncode, judged.stdout) == (0, "")


def test_the_image_is_of_what_the_wheel_needs_and_nobodys_root() -> None:
    """What is copied exists and reaches the builder; the base has a tag; the user is a number; nothing is secret."""
    ignored = (DEPLOY / "docker" / "Dockerfile.dockerignore").read_text().splitlines()
    allowed = [line[1:] for line in ignored if line.startswith("!")]
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE)
    sources = [source for line in copied for source in line.split()]
    assert sorted(sources) == sorted(allowed)
    assert all((ROOT / source).exists() for source in sources)
    packed = re.findall(r'^"([a-z]+)(?:/[\w-]+)?" = "imgurl/_', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert set(packed) <= set(sources)
    assert re.search(r"^ARG PYTHON=python:\d+\.\d+-slim-\w+$", DOCKERFILE, re.MULTILINE)
    assert re.findall(r"^USER (.*)$", DOCKERFILE, re.MULTILINE) == ["10001:10001"]
    assert not any(fnmatch(line, "*ARG*") for line in DOCKERFILE.splitlines() if "SECRET" in line or "KEY" in line)


def test_compose_is_valid() -> None:
    """By the schema of the Compose specification."""
    schema = files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
    jsonschema.Draft7Validator(json.loads(schema.read_text())).validate(COMPOSE)


def test_compose_gives_each_service_little() -> None:
    """Tags of images, no new privileges, a health check or a reason; imgurl has no root file system to write to."""
    services = COMPOSE["services"]
    assert set(services) == {"server", "worker", "postgres", "redis", "store", "bucket"}
    for name, service in services.items():
        assert re.search(r":[\w.-]*\d[\w.-]*$", service["image"]), name
        assert service["security_opt"] == ["no-new-privileges:true"]
    for name in ("server", "worker"):
        service = services[name]
        assert (service["read_only"], service["cap_drop"], service["init"]) == (True, ["ALL"], True)
        assert int(service["stop_grace_period"].removesuffix("s")) > NEEDED
    assert all(published.startswith("127.0.0.1:") for published in services["server"]["ports"])
    assert not any("ports" in service for name, service in services.items() if name != "server")
    assert COMPOSE["networks"]["back"] == {"internal": True}
    wanted = set(re.findall(r"\$\{(\w+)", (DEPLOY / "docker" / "compose.yaml").read_text()))
    offered = set(re.findall(r"^(\w+)=", (DEPLOY / "docker" / ".env.example").read_text(), re.MULTILINE))
    assert wanted == offered


def test_kubernetes_takes_every_object() -> None:
    """By the schemas of Kubernetes, without a key that they do not know."""
    for each in OBJECTS:
        kubernetes_validate.validate(each, "1.37", strict=True)
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate({**OBJECTS[0], "unknown": 1}, "1.37", strict=True)


@pytest.mark.parametrize(("kind", "name"), [("Deployment", "imgurl"), ("StatefulSet", "imgurl-worker")])
def test_pods_have_few_rights_and_time_to_end(kind: str, name: str) -> None:
    """Not root, nothing to write to but two folders, secrets by reference, and no variables of Services."""
    pod = object_of(kind, name)["spec"]["template"]["spec"]
    settings = object_of("ConfigMap")["data"]
    seconds = float(settings["IMGURL_UNREADY_SECONDS"]) + float(settings["IMGURL_DRAIN_SECONDS"])
    assert pod["terminationGracePeriodSeconds"] > seconds
    # A Service named imgurl would be IMGURL_PORT=tcp://… in each pod.
    assert (pod["enableServiceLinks"], pod["automountServiceAccountToken"]) == (False, False)
    assert (pod["securityContext"]["runAsNonRoot"], pod["securityContext"]["runAsUser"]) == (True, 10001)
    (container,) = pod["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]},
    }  # fmt: skip
    assert container["envFrom"] == [{"configMapRef": {"name": "imgurl"}}, {"secretRef": {"name": "imgurl"}}]
    assert {mount["mountPath"] for mount in container["volumeMounts"]} == {"/data", "/tmp"}
    assert "Secret" not in {each["kind"] for each in OBJECTS}


def test_probes_and_selectors_find_what_they_look_for() -> None:
    """Ports and labels agree; a pod that is not ready for a while is not killed for it."""
    deployment = object_of("Deployment")
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    probes = {name: container[f"{name}Probe"]["httpGet"] for name in ("startup", "readiness", "liveness")}
    assert {name: probe["path"] for name, probe in probes.items()} == {
        "startup": "/healthz", "readiness": "/readyz", "liveness": "/healthz",
    }  # fmt: skip
    assert {probe["port"] for probe in probes.values()} == {container["ports"][0]["name"]} == {"http"}
    readiness = container["readinessProbe"]
    unready = float(object_of("ConfigMap")["data"]["IMGURL_UNREADY_SECONDS"])
    assert readiness["periodSeconds"] * readiness["failureThreshold"] < unready
    for selector in (
        deployment["spec"]["selector"]["matchLabels"], object_of("Service")["spec"]["selector"],
        object_of("PodDisruptionBudget")["spec"]["selector"]["matchLabels"],
        object_of("NetworkPolicy")["spec"]["podSelector"]["matchLabels"],
    ):  # fmt: skip
        assert selector.items() <= labels.items()
    assert object_of("HorizontalPodAutoscaler")["spec"]["scaleTargetRef"]["name"] == deployment["metadata"]["name"]
    paths = [path["path"] for path in object_of("Ingress")["spec"]["rules"][0]["http"]["paths"]]
    assert paths == ["/i/", "/v1/", "/studio"]
