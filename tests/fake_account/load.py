#!/usr/bin/env python3
"""Measures the fake account: requests a second over keep-alive, CPU per request, memory.

    cargo build --release --no-default-features --features fake-account --example fake_account
    python3 tests/fake_account/load.py [--accounts N] [--connections N] [--seconds N]

Standard library only, loopback only. The clients are processes of their own and cost more CPU than
the server, so that CPU per request is sounder than requests a second.
"""

import argparse
import hashlib
import hmac
import json
import multiprocessing
import os
import pathlib
import selectors
import socket
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent
SECRET = "fake-secret-of-every-account"


def signed(host, account, service, form):
    """Returns a request's bytes, good for a quarter of an hour."""
    date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    scope = f"{date[:8]}/us-east-1/{service}/aws4_request"
    body = hashlib.sha256(form.encode()).hexdigest()
    canonical = f"POST\n/\n\nhost:{host}\nx-amz-date:{date}\n\nhost;x-amz-date\n{body}"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    key = f"AWS4{SECRET}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    text = f"AWS4-HMAC-SHA256\n{date}\n{scope}\n{digest}"
    signature = hmac.digest(key, text.encode(), "sha256").hex()
    return (
        f"POST / HTTP/1.1\r\nhost: {host}\r\nx-amz-date: {date}\r\n"
        f"authorization: AWS4-HMAC-SHA256 Credential=AKIAFAKE{account}/{scope}, "
        f"SignedHeaders=host;x-amz-date, Signature={signature}\r\n"
        f"content-length: {len(form)}\r\n\r\n{form}"
    ).encode()


def client(host, requests, connections, until, results):
    """Sends requests over some connections, one at a time on each, until a moment."""
    selector = selectors.DefaultSelector()
    answered = received = failed = 0
    address, port = host.split(":")
    for place in range(connections):
        stream = socket.create_connection((address, int(port)))
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        stream.sendall(requests[place % len(requests)])
        selector.register(stream, selectors.EVENT_READ, bytearray())
    place = connections
    while time.monotonic() < until:
        for key, _ in selector.select(1):
            stream, buffer = key.fileobj, key.data
            buffer += stream.recv(1 << 18)
            end = buffer.find(b"\r\n\r\n")
            if end < 0:
                continue
            start = buffer.find(b"content-length: ") + 16
            length = int(buffer[start:buffer.find(b"\r", start)])
            if len(buffer) < end + 4 + length:
                continue
            failed += not buffer.startswith(b"HTTP/1.1 200")
            answered += 1
            received += len(buffer)
            buffer.clear()
            stream.sendall(requests[place % len(requests)])
            place += 1
    results.put((answered, received, failed))


def cost(process):
    """Returns CPU seconds and resident MiB of a process."""
    stat = pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    status = pathlib.Path(f"/proc/{process}/status").read_text()
    resident = int(status.split("VmRSS:")[1].split()[0]) / 1024
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK"), resident


def measure(title, server, host, requests, arguments):
    results = multiprocessing.Queue()
    cpu, _ = cost(server.pid)
    began = time.monotonic()
    until = began + arguments.seconds
    share = len(requests) // arguments.processes or 1
    clients = [
        multiprocessing.Process(target=client, args=(
            host, requests[place * share:][:share] or requests,
            arguments.connections // arguments.processes, until, results))
        for place in range(arguments.processes)
    ]
    for one in clients:
        one.start()
    totals = [results.get() for _ in clients]
    passed = time.monotonic() - began
    for one in clients:
        one.join()
    answered, received, failed = (sum(column) for column in zip(*totals))
    after, resident = cost(server.pid)
    print(f"{title:44} {answered / passed:7.0f} requests/s  "
          f"{(after - cpu) / answered * 1e6:5.0f} us CPU each  "
          f"{received / answered / 1024:6.1f} KiB each  {resident:6.1f} MiB  {failed} failed",
          flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default=HERE.parents[1] / "target/release/examples/fake_account")
    parser.add_argument("--accounts", type=int, default=10_000)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=8)
    arguments = parser.parse_args()
    command = [arguments.binary, HERE / "accounts/fleet.json", "--accounts", arguments.accounts]
    server = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE)
    try:
        ready = json.loads(server.stdout.readline())
        host = ready["url"].removeprefix("http://")
        first = int(ready["access_key"][-12:])
        ids = [first + 7919 * place for place in range(arguments.accounts)]
        print(f"{arguments.accounts} accounts, {arguments.connections} connections; "
              f"{cost(server.pid)[1]:.1f} MiB at the start")
        sts = "Action=GetCallerIdentity&Version=2011-06-15"
        roles = "Action=ListRoles&Version=2010-05-08&PathPrefix=%2Faws-service-role%2F"
        details = "Action=GetAccountAuthorizationDetails&Version=2010-05-08&Filter.member.1=Role"
        measure("GetCallerIdentity, accounts in turn", server, host,
                [signed(host, account, "sts", sts) for account in ids], arguments)
        measure("ListRoles, one account", server, host,
                [signed(host, ids[0], "iam", roles)], arguments)
        scan = [
            signed(host, account, service, form)
            for account in ids
            for service, form in [("sts", sts), ("iam", roles), ("iam", details)] +
            [("iam", f"Action=ListRolePolicies&Version=2010-05-08&RoleName=application-{place:02}")
             for place in range(7)]
        ]
        measure("ten calls for each account, in turn", server, host, scan, arguments)
        measure("GetAccountAuthorizationDetails, in turn", server, host,
                [signed(host, account, "iam", details) for account in ids], arguments)
        measure("the same again", server, host,
                [signed(host, account, "iam", details) for account in ids], arguments)
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
