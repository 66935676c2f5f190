"""A mail server that does as it is told: aiosmtpd, held up and made to answer at any step.

Commands are JSON lines on stdin, what happens is JSON lines on stdout. It ends when stdin closes.
  {"do": "rule", "id": 1, "at": "rcpt", "how": "550 5.1.1 No such user", "times": 2, "for": "an@example.org"}
      how: a reply | hold | close | reset | drip; times: null for always; for: a part of a recipient's address
  {"do": "release", "id": 1}    {"do": "clear"}    {"do": "sync"}
Each has a "number", which comes back when it is done.
Steps: connect ehlo starttls auth mail rcpt data, each before its answer; middle: in the middle of the message; end: all of it is here,
nothing is accepted; accepted: it is, and the answer is not given; replied: it is given; noop rset quit.
"""
import asyncio
import base64
import json
import logging
import os
import socket
import ssl
import struct
import sys
import warnings

from aiosmtpd.smtp import SMTP, AuthResult

options = json.loads(sys.argv[1])
rules = []
connections = 0


def say(**what):
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


class Rule:
    def __init__(self, order):
        self.id, self.at, self.how = order["id"], order["at"], order["how"]
        self.times, self.about = order.get("times"), order.get("for")
        self.released = asyncio.Event()

    def take(self, step, recipients):
        if self.at != step or self.times == 0 or (self.about and not any(self.about in one for one in recipients)):
            return False
        if self.times is not None:
            self.times -= 1
        return True


class Server(SMTP):
    drip = None

    def connection_made(self, transport):
        global connections
        if self._original_transport is None:
            connections += 1
            self.number = connections
            say(connected=self.number)
        super().connection_made(transport)

    async def push(self, status):
        if self.drip is None:
            return await super().push(status)
        for octet in (status if isinstance(status, bytes) else status.encode()) + b"\r\n":
            self._writer.write(bytes([octet]))
            await self._writer.drain()
            await asyncio.sleep(self.drip)

    async def stopped(self, step, recipient=None):
        """Does what is ordered for a step; True: the step is answered."""
        recipients = [recipient] if recipient else list(self.envelope.rcpt_tos) if self.envelope else []
        for rule in list(rules):
            if not rule.take(step, recipients):
                continue
            say(reached=rule.id, connection=self.number)
            if rule.how == "hold":
                await rule.released.wait()
            elif rule.how == "drip":
                self.drip = 1.0
            elif rule.how in ("close", "reset"):
                self.leave(rule.how == "reset")
                await asyncio.Event().wait()
            else:
                await self.push(rule.how)
                if rule.how.startswith("421"):
                    self.leave(False)
                    await asyncio.Event().wait()
                return True
        return False

    def leave(self, with_reset):
        raw = (self._original_transport or self.transport)
        if with_reset:
            raw.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raw.abort()
        else:
            self.transport.close()

    async def _handle_client(self):
        if not self._tls_protocol and await self.stopped("connect"):
            self.leave(False)
            return
        await super()._handle_client()

    async def smtp_DATA(self, arg):
        if not self.envelope.rcpt_tos:
            return await self.push("503 Error: need RCPT command")
        if await self.stopped("data"):
            return
        await self.push("354 Go on")
        lines, was_held = [], False
        while (line := await self._reader.readuntil(b"\r\n")) != b".\r\n":
            lines.append(line[1:] if line.startswith(b".") else line)
            if len(lines) == 5:
                was_held = any(rule.at == "middle" and rule.how == "hold" for rule in rules)
                await self.stopped("middle")
        if was_held:
            # What the network has of the rest already is no whole message of a client that has gone: its end is heard of here, and ends this.
            await asyncio.sleep(0.2)
        if not await self.stopped("end"):
            say(mail={"connection": self.number, "from": self.envelope.mail_from, "to": self.envelope.rcpt_tos,
                      "greeting": self.session.host_name, "secure": self._tls_protocol is not None or bool(options.get("implicit")),
                      "user": (self.session.auth_data or b"").decode() if self.session.authenticated else None,
                      "raw": base64.b64encode(b"".join(lines)).decode()})
            if not await self.stopped("accepted"):
                await self.push("250 2.0.0 OK: queued")
            await self.stopped("replied")
        self._set_post_data_state()


def stopping(verb):
    method = getattr(SMTP, "smtp_" + verb)

    async def at_verb(self, arg):
        recipient = arg if verb == "RCPT" else None
        if not await self.stopped(verb.lower(), recipient):
            await method(self, arg)

    for name in ("__smtp_syntax__", "__smtp_syntax_extended__", "__smtp_syntax_when__"):
        if hasattr(method, name):
            setattr(at_verb, name, getattr(method, name))
    setattr(Server, "smtp_" + verb, at_verb)


for verb in ("EHLO", "HELO", "STARTTLS", "AUTH", "MAIL", "RCPT", "NOOP", "RSET", "QUIT"):
    stopping(verb)


def authenticate(server, session, envelope, mechanism, data):
    good = data.login == options["user"].encode() and data.password == options["password"].encode()
    return AuthResult(success=good, handled=False, auth_data=data.login)


def make(loop, context):
    auth = options.get("user") is not None
    return Server(None, hostname="mail.example", ident="ESMTP", loop=loop, data_size_limit=options.get("size") or 33554432,
                  tls_context=None if options.get("implicit") else context, auth_required=auth,
                  authenticator=authenticate if auth else None, auth_require_tls=not options.get("implicit") and context is not None,
                  auth_exclude_mechanism=options.get("without") or [] if auth else ["PLAIN", "LOGIN"])


async def listen(loop):
    context = None
    if options.get("certificate"):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options["certificate"], options["key"])
    server = await loop.create_server(lambda: make(loop, context), "127.0.0.1", options.get("port") or 0,
                                      ssl=context if options.get("implicit") else None)
    say(port=server.sockets[0].getsockname()[1])


def obey(order):
    do = order["do"]
    if do == "rule":
        rules.append(Rule(order))
    elif do == "release":
        for rule in rules:
            if rule.id == order["id"]:
                rule.released.set()
                rules.remove(rule)
                break
    elif do == "clear":
        for rule in rules:
            rule.released.set()
        rules.clear()
    say(done=order["number"], connections=connections)


async def main():
    loop = asyncio.get_running_loop()
    # What a connection that was broken on purpose leaves unsaid is nobody's news.
    loop.set_exception_handler(lambda _, __: None)
    await listen(loop)
    orders = asyncio.StreamReader(limit=1 << 20)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while line := await orders.readline():
        obey(json.loads(line))
    os._exit(0)


logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")
asyncio.run(main())
