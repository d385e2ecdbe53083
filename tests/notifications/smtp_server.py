"""A mail server of its own process for tests: ``python smtp_server.py FOLDER [OPTIONS]``.

It writes its port, keeps each message that it took as FOLDER/N.json, and answers by the name before the ``@``:
``gone`` 550 at RCPT, ``full`` 452 at RCPT, ``policy`` 554 5.7.1 after the content, ``unknown`` 550 5.1.1 after the
content, ``broken`` closes the connection after the content, ``lost`` takes the first message and closes the connection
before it says so. ``FOLDER/busy`` makes it answer 421 to everything,
``FOLDER/no-sender`` what stands in it to every sender.

``--tls NOW`` speaks TLS from the first byte, ``--tls LATER`` offers STARTTLS, by ``--cert FILE --key FILE``.
With ``--login`` it takes mail only from ``claims`` with the password ``right``, by PLAIN or by LOGIN
(``FOLDER/no-plain`` leaves PLAIN out).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import ssl
import sys
from base64 import b64decode
from itertools import count
from pathlib import Path

numbers = count(1)
AT_RCPT = {"gone": "550 5.1.1 No such user here", "full": "452 4.2.2 Mailbox full, try later"}
AT_DATA = {"policy": "554 5.7.1 Content refused", "unknown": "550 5.1.1 User unknown"}


class Session:
    """One connection."""

    def __init__(
        self,
        options: argparse.Namespace,
        tls: ssl.SSLContext | None,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self.options, self.tls, self.reader, self.writer = options, tls, reader, writer
        self.folder: Path = options.folder
        self.safe = options.tls == "NOW"
        self.user = ""
        self.sender, self.to = "", ""

    def say(self, line: str) -> None:
        self.writer.write(line.encode() + b"\r\n")

    async def line(self) -> str:
        return (await self.reader.readline()).decode().strip()

    async def serve(self) -> None:
        self.say("220 ready")
        while line := await self.line():
            verb = line[:4].upper()
            if (self.folder / "busy").exists() and verb not in ("EHLO", "QUIT"):
                self.say("421 4.3.2 Not now")
                break
            if not await self.answer(verb, line):
                break
        await self.writer.drain()
        self.writer.close()

    async def answer(self, verb: str, line: str) -> bool:
        """Whether the connection goes on."""
        if verb == "EHLO":
            self.greet()
        elif verb == "STAR":
            self.say("220 go on")
            await self.writer.start_tls(self.tls)
            self.safe = True
        elif verb == "AUTH":
            await self.log_in(line.split())
        elif verb == "MAIL":
            self.sender = line.partition("<")[2].partition(">")[0]
            if (self.folder / "no-sender").exists():
                self.say((self.folder / "no-sender").read_text())
            elif self.options.login and not self.user:
                self.say("530 5.7.0 Authentication required")
            else:
                self.say("250 2.1.0 ok")
        elif verb == "RCPT":
            self.to = line.partition("<")[2].partition(">")[0]
            self.say(AT_RCPT.get(self.to.partition("@")[0], "250 2.1.5 ok"))
        elif verb == "DATA":
            return await self.take()
        elif verb == "QUIT":
            self.say("221 bye")
            return False
        else:
            self.say("250 ok")
        return True

    def greet(self) -> None:
        offered = ["here", "8BITMIME"]
        if self.tls is not None and not self.safe:
            offered.append("STARTTLS")
        if self.options.login:
            offered.append("AUTH LOGIN" if (self.folder / "no-plain").exists() else "AUTH PLAIN LOGIN")
        for one in offered[:-1]:
            self.say(f"250-{one}")
        self.say(f"250 {offered[-1]}")

    async def log_in(self, words: list[str]) -> None:
        if words[1].upper() == "PLAIN":
            _, user, password = b64decode(words[2]).decode().split("\0")
        else:
            user = b64decode(words[2]).decode()
            self.say("334 UGFzc3dvcmQ6")
            password = b64decode(await self.line()).decode()
        if (user, password) == ("claims", "right"):
            self.user = f"{user} by {words[1].upper()}{' over TLS' if self.safe else ''}"
            self.say("235 2.7.0 ok")
        else:
            self.say("535 5.7.8 Wrong user or password")

    async def take(self) -> bool:
        local = self.to.partition("@")[0].partition("+")[0]
        self.say("354 go on")
        lines = []
        while (one := await self.reader.readline()) not in (b".\r\n", b""):
            lines.append(one[1:] if one.startswith(b"..") else one)
        if local == "broken":
            return False
        answer = AT_DATA.get(local, "250 2.0.0 taken")
        if answer.startswith("250"):
            content = b"".join(lines).decode("latin-1")
            kept = {
                "from": self.sender,
                "to": self.to,
                "content": content,
                "user": self.user,
                "tls": self.safe,
            }
            number = next(numbers)
            (self.folder / f"{number}.json").write_text(json.dumps(kept), encoding="utf-8")
            if local == "lost" and not (self.folder / "lost").exists():
                (self.folder / "lost").touch()
                return False
        self.say(answer)
        return True


async def main(options: argparse.Namespace) -> None:
    tls = None
    if options.tls:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(options.cert, options.key)
    server = await asyncio.start_server(
        lambda reader, writer: Session(options, tls, reader, writer).serve(),
        "127.0.0.1",
        0,
        ssl=tls if options.tls == "NOW" else None,
    )
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tls", choices=["NOW", "LATER"])
    parser.add_argument("--cert")
    parser.add_argument("--key")
    parser.add_argument("--login", action="store_true")
    asyncio.run(main(parser.parse_args()))
