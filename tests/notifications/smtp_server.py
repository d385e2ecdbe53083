"""A mail server of its own process for tests: ``python smtp_server.py FOLDER``.

It writes its port, keeps each message that it took as FOLDER/N.json, and answers by the name before the ``@``:
``gone`` 550 at RCPT, ``full`` 452 at RCPT, ``policy`` 554 5.7.1 after the content, ``unknown`` 550 5.1.1 after the
content, ``broken`` closes the connection after the content. ``FOLDER/busy`` makes it answer 421 to everything.
"""

from __future__ import annotations

import asyncio
import json
import sys
from itertools import count
from pathlib import Path

numbers = count(1)
AT_RCPT = {"gone": "550 5.1.1 No such user here", "full": "452 4.2.2 Mailbox full, try later"}
AT_DATA = {"policy": "554 5.7.1 Content refused", "unknown": "550 5.1.1 User unknown"}


async def serve(folder: Path, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    def say(line: str) -> None:
        writer.write(line.encode() + b"\r\n")

    say("220 ready")
    sender, to = "", ""
    while line := (await reader.readline()).decode().strip():
        verb = line[:4].upper()
        local = to.partition("@")[0].partition("+")[0]
        if (folder / "busy").exists() and verb not in ("EHLO", "QUIT"):
            say("421 4.3.2 Not now")
            break
        if verb == "EHLO":
            say("250-here")
            say("250 8BITMIME")
        elif verb == "MAIL":
            sender = line.partition("<")[2].partition(">")[0]
            say("250 2.1.0 ok")
        elif verb == "RCPT":
            to = line.partition("<")[2].partition(">")[0]
            say(AT_RCPT.get(to.partition("@")[0], "250 2.1.5 ok"))
        elif verb == "DATA":
            say("354 go on")
            lines = []
            while (one := await reader.readline()) not in (b".\r\n", b""):
                lines.append(one[1:] if one.startswith(b"..") else one)
            if local == "broken":
                break
            answer = AT_DATA.get(local, "250 2.0.0 taken")
            if answer.startswith("250"):
                content = b"".join(lines).decode("latin-1")
                kept = {"from": sender, "to": to, "content": content}
                (folder / f"{next(numbers)}.json").write_text(json.dumps(kept), encoding="utf-8")
            say(answer)
        elif verb == "QUIT":
            say("221 bye")
            break
        else:
            say("250 ok")
    await writer.drain()
    writer.close()


async def main(folder: Path) -> None:
    server = await asyncio.start_server(lambda r, w: serve(folder, r, w), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
