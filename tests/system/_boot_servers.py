"""Servers beside a booted guest, in its network: aiosmtpd and Kannel with its fake message centre.

_boot_servers.py FOLDER: writes ports.json there; a line in FOLDER/mails for each mail that was taken; keeps the
server's last reply back for as many seconds as FOLDER/delay says, and takes no mail while FOLDER/closed is there.
Who logs in has to do so as FOLDER/login says, USER and PASSWORD; a line in FOLDER/logins for each try.
The end of standard input ends it.
"""
import asyncio
import json
import logging
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from lib_servers import Kannel, free_port


def text_of(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read().strip()
    except FileNotFoundError:
        return ""


class Handler:
    def __init__(self, folder):
        self.folder = folder

    async def handle_DATA(self, smtp, session, envelope):
        if os.path.exists(os.path.join(self.folder, "closed")):
            return "451 4.3.0 not now"
        head = bytes(envelope.content).split(b"\r\n\r\n")[0].decode("utf-8", "replace").split("\r\n")
        ids = [line.split(":", 1)[1].strip() for line in head if line.lower().startswith("message-id:")]
        with open(os.path.join(self.folder, "mails"), "a", encoding="utf-8") as file:
            file.write("%s %s\n" % (envelope.rcpt_tos[0], ids[0]))
        await asyncio.sleep(float(text_of(os.path.join(self.folder, "delay")) or 0))
        return "250 2.0.0 queued"


class Doorkeeper:
    def __init__(self, folder):
        self.folder = folder

    def __call__(self, smtp, session, envelope, mechanism, data):
        good = [data.login.decode(), data.password.decode()] == text_of(os.path.join(self.folder, "login")).split()
        with open(os.path.join(self.folder, "logins"), "a", encoding="utf-8") as file:
            file.write("%s %s\n" % (mechanism, "good" if good else "bad"))
        return AuthResult(success=good, handled=good)


def main(folder):
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    port = free_port()
    controller = Controller(Handler(folder), hostname="127.0.0.1", port=port, ready_timeout=30,
                            authenticator=Doorkeeper(folder), auth_require_tls=False)
    controller.start()
    kannel = Kannel()
    temporary = os.path.join(folder, "ports.new")
    with open(temporary, "w", encoding="utf-8") as file:
        json.dump({"smtp": port, "sms": kannel.port, "arrivals": kannel.arrivals, "password": kannel.password}, file)
    os.rename(temporary, os.path.join(folder, "ports.json"))
    sys.stdin.read()
    kannel.stop()
    controller.stop()


main(sys.argv[1])
