#!/usr/bin/env python3
"""A moto server on loopback that counts requests, and that can deny and throttle chosen operations.

    python tests/e2e/moto_server.py [--port PORT]

prints its address on the first line of stdout and serves until it is interrupted.
Everything is AWS's own wire format except three paths:

    GET  /__counts    {"iam:ListRoles": 1, ...} since the last call, and starts again from nothing
    POST /__deny      [{"operation": "ListRolePolicies", "role": "NAME" or null}, ...] answers matching
                      requests with AccessDenied; `*` and `iam:*` match any operation; [] clears
    POST /__throttle  {"operation": "ListRoles", "times": 2} answers the next two with Throttling; 0 clears

Denied and throttled requests count like any other: a client has made them.
"""

from __future__ import annotations

import argparse
import collections
import io
import json
import logging
import os
import re
import subprocess
import sys
import threading
import urllib.request
import uuid
from pathlib import Path
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

ACCOUNT = "123456789012"
REGION = "us-east-1"
CALLER = f"arn:aws:iam::{ACCOUNT}:user/auditor"
NAMESPACES = {
    "iam": "https://iam.amazonaws.com/doc/2010-05-08/",
    "sts": "https://sts.amazonaws.com/doc/2011-06-15/",
}
SCOPE = re.compile(r"Credential=[^/]+/\d+/[^/]+/([a-z0-9-]+)/aws4_request")


class Gate:
    """The WSGI application in front of moto: counts each request, then refuses it or passes it on."""

    def __init__(self, application):
        self._application = application
        self._lock = threading.Lock()
        self._counts: collections.Counter[str] = collections.Counter()
        self._denials: list[dict] = []
        self._throttles: dict[str, int] = {}

    def __call__(self, environ, start_response):
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length) if length else b""
        path = environ["PATH_INFO"]
        if path.startswith("/__"):
            return self._control(path, body, start_response)
        if path.startswith("/moto-api/"):
            environ["wsgi.input"] = io.BytesIO(body)
            return self._application(environ, start_response)

        scope = SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
        service = scope.group(1) if scope else "unsigned"
        fields = parse_qs(body.decode("latin1"))
        operation = fields.get("Action", [f"{environ['REQUEST_METHOD']} {path}"])[0]
        role = fields.get("RoleName", [None])[0]
        refusal = self._judge(service, operation, role)
        if refusal:
            return respond_with_error(start_response, service, *refusal)
        environ["wsgi.input"] = io.BytesIO(body)
        return self._application(environ, start_response)

    def _judge(self, service, operation, role):
        """Counts the request and returns (HTTP status, code, message) when it is to be refused."""
        with self._lock:
            self._counts[f"{service}:{operation}"] += 1
            if self._throttles.get(operation, 0) > 0:
                self._throttles[operation] -= 1
                return "400 Bad Request", "Throttling", "Rate exceeded"
            for denial in self._denials:
                if denial["operation"] not in ("*", f"{service}:*", operation):
                    continue
                if denial.get("role") in (None, role):
                    resource = f"role {role}" if role else "*"
                    return (
                        "403 Forbidden",
                        "AccessDenied",
                        f"User: {CALLER} is not authorized to perform: {service}:{operation} on resource: "
                        f"{resource} because no identity-based policy allows the {service}:{operation} action",
                    )
        return None

    def _control(self, path, body, start_response):
        with self._lock:
            answer: object = {}
            if path == "/__counts":
                answer = dict(sorted(self._counts.items()))
                self._counts.clear()
            elif path == "/__deny":
                self._denials = json.loads(body)
            elif path == "/__throttle":
                wish = json.loads(body)
                self._throttles[wish["operation"]] = wish["times"]
            else:
                start_response("404 Not Found", [("Content-Length", "0")])
                return [b""]
        payload = json.dumps(answer).encode()
        start_response(
            "200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(payload)))]
        )
        return [payload]


def respond_with_error(start_response, service, status, code, message):
    """Answers as the query protocol of IAM and STS does."""
    request = str(uuid.uuid4())
    payload = (
        f'<ErrorResponse xmlns="{NAMESPACES.get(service, NAMESPACES["iam"])}">\n  <Error>\n'
        f"    <Type>Sender</Type>\n    <Code>{code}</Code>\n    <Message>{escape(message)}</Message>\n"
        f"  </Error>\n  <RequestId>{request}</RequestId>\n</ErrorResponse>\n"
    ).encode()
    start_response(
        status,
        [
            ("Content-Type", "text/xml"),
            ("Content-Length", str(len(payload))),
            ("x-amzn-RequestId", request),
        ],
    )
    return [payload]


def serve(port: int, until_stdin_closes: bool) -> None:
    """Runs the server in this process until it is interrupted."""
    # moto reads these while it is imported. Disk and outside network stay untouched.
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
    os.environ["MOTO_ACCOUNT_ID"] = ACCOUNT
    sys.dont_write_bytecode = True
    logging.getLogger("werkzeug").setLevel(logging.ERROR)

    from moto.iam.models import iam_backends
    from moto.moto_server.werkzeug_app import (
        DomainDispatcherApplication,
        MotoRequestHandler,
        create_backend_app,
    )
    from werkzeug.serving import make_server

    # Loads AWS's managed policies now, so that no client's first request waits for them.
    assert iam_backends[ACCOUNT]["aws"].managed_policies
    server = make_server(
        "127.0.0.1",
        port,
        Gate(DomainDispatcherApplication(create_backend_app)),
        threaded=True,
        request_handler=MotoRequestHandler,
    )
    if until_stdin_closes:
        # The parent holds the other end, so the server cannot outlive it.
        threading.Thread(
            target=lambda: (sys.stdin.buffer.read(), os._exit(0)), daemon=True
        ).start()
    print(f"http://127.0.0.1:{server.port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


class Server:
    """A server in a process of its own, with an empty account; ends with the `with` block.

    `python` is an interpreter that has moto.
    """

    def __init__(self, python: str = sys.executable):
        self._python = python

    def __enter__(self) -> Server:
        self._process = subprocess.Popen(
            [self._python, str(Path(__file__).resolve()), "--until-stdin-closes"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=client_environment(None),
            text=True,
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()
        if not self.url:
            raise RuntimeError(f"the server ended with status {self._process.wait()} before it was ready")
        # Role and policy ids come from here, and they decide the order of moto's listings.
        self._call("/moto-api/seed?a=7", b"")
        return self

    def __exit__(self, *_exception) -> None:
        # `communicate` closes stdin, which is the server's signal to end.
        self._process.communicate()

    @property
    def pid(self) -> int:
        return self._process.pid

    def counts(self) -> dict[str, int]:
        """Returns the requests per operation since the last call."""
        return self._call("/__counts")

    def deny(self, *operations: str, role: str | None = None) -> None:
        """Denies these operations, for one role or for all; without any, nothing is denied any more."""
        self._call("/__deny", json.dumps([{"operation": o, "role": role} for o in operations]).encode())

    def throttle(self, operation: str, times: int) -> None:
        """Throttles the next `times` requests of one operation."""
        self._call("/__throttle", json.dumps({"operation": operation, "times": times}).encode())

    def environment(self) -> dict[str, str]:
        """Returns the whole environment of a client of this server."""
        return client_environment(self.url)

    def _call(self, path, body=None):
        # A request without proxies: the server is on loopback whatever the environment says.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(urllib.request.Request(self.url + path, data=body), timeout=30) as answer:
            return json.loads(answer.read() or b"null")


def client_environment(url: str | None) -> dict[str, str]:
    """Builds an environment from nothing, so that no profile, proxy or setting of the caller leaks in."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "SYSTEMROOT") if name in os.environ}
    environment = kept | {
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
        "NO_PROXY": "*",
        "PYTHONDONTWRITEBYTECODE": "1",
        "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
        # moto knows too little of what the roles serve.
        "ROLEDRIFT_SKIP_OWNERS": "true",
    }
    return environment | ({"AWS_ENDPOINT_URL": url} if url else {})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1 (default: any free one)")
    parser.add_argument("--until-stdin-closes", action="store_true", help="end when stdin reaches its end")
    arguments = parser.parse_args()
    serve(arguments.port, arguments.until_stdin_closes)


if __name__ == "__main__":
    main()
