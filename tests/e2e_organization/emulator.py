"""MiniStack on loopback, as a process of its own with nothing of the caller's environment."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import boto3
from botocore.config import Config

REGION = "us-east-1"
# The emulator takes an access key of twelve digits for its account.
ENGINE = "111122223333"


class Emulator:
    """A server with an empty world; ends with the `with` block."""

    def __enter__(self) -> Emulator:
        self._folder = Path(tempfile.mkdtemp(prefix="roledrift-ministack-"))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._log = (self._folder / "log").open("w")
        environment = plain_environment() | {
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            # Where the functions find AWS.
            "AWS_ENDPOINT_URL": self.url,
            "TMPDIR": str(self._folder),
        }
        self._process = subprocess.Popen(
            [Path(sys.executable).with_name("ministack")],
            cwd=self._folder,
            env=environment,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        # A request without proxies: the server is on loopback whatever the environment says.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        until = time.monotonic() + 60
        while True:
            try:
                opener.open(f"{self.url}/_ministack/health", timeout=5).close()
                return self
            except (urllib.error.URLError, OSError) as error:
                if self._process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"the emulator does not answer: {self.log()[-2000:]}") from error
                time.sleep(0.1)

    def __exit__(self, *_exception) -> None:
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def log(self) -> str:
        return (self._folder / "log").read_text(errors="replace")

    def client(self, service: str, account: str = ENGINE):
        """Returns a client of an account."""
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id=account,
            aws_secret_access_key="emulated",
            config=Config(proxies={}, retries={"max_attempts": 1}, s3={"addressing_style": "path"}),
        )

    def environment(self) -> dict[str, str]:
        """Returns the whole environment of a program that is to ask the emulator as the engine's account."""
        return plain_environment() | {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": ENGINE,
            "AWS_SECRET_ACCESS_KEY": "emulated",
        }


def plain_environment() -> dict[str, str]:
    """Builds an environment from nothing, so that no profile, proxy or setting of the caller leaks in."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    return kept | {
        "LC_ALL": "C.UTF-8",
        "NO_COLOR": "1",
        "NO_PROXY": "*",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
