"""Synthetic people of a node: accounts made, functions granted by two, passwords changed, signed in."""

from __future__ import annotations

import contextlib
import secrets
from dataclasses import dataclass

from comity.core.errors import Pending
from comity.core.vocabulary import Function
from comity.exercise.client import Client
from comity.exercise.process import NodeProcess
from comity.identity.commands import AccountCreated, Decided, Done, SessionOpened
from comity.identity.records import Account


@dataclass(frozen=True, slots=True)
class Person:
    """A synthetic person with a live session. `password` is for the one who runs the exercise to sign in with."""

    name: str
    password: str
    client: Client


class Staff:
    """The people of one node."""

    def __init__(self, node: NodeProcess) -> None:
        self._url = node.url
        first = {account.name: account for account in node.founded.accounts}
        self.people: dict[str, Person] = {}
        for name, account in first.items():
            self.people[name] = self._arrive(name, account.one_time_password)
        self.first, self.second = self.people["administrator-1"], self.people["administrator-2"]
        self.supervisor = self.people["supervisor"]

    def hire(self, name: str, authority: str, *functions: Function) -> Person:
        """Make an account, have two administrators grant its functions, and sign it in for the first time."""
        command = {"name": name, "authority": authority}
        made = self.first.client.call("account.create", command, AccountCreated)
        for function in functions:
            self._grant(name, authority, function)
        person = self._arrive(name, made.one_time_password)
        self.people[name] = person
        return person

    def _grant(self, name: str, authority: str, function: Function) -> None:
        command = {"account": name, "authority": authority, "function": function.value}
        pending = ""
        try:
            self.first.client.call("account.grant", command, Account)
        except Pending as held:
            pending = held.approval
        self.second.client.call("approval.approve", {"approval": pending}, Decided)

    def _arrive(self, name: str, one_time: str) -> Person:
        """Sign in with the one-time password, change it, sign in again."""
        password = f"exercise {secrets.token_hex(8)}"
        client = Client(self._url)
        client.token = sign_in(client, name, one_time).token
        client.call("account.set-password", {"current": one_time, "new": password}, Done)
        client.token = sign_in(client, name, password).token
        return Person(name=name, password=password, client=client)

    def close(self) -> None:
        """End every connection."""
        for person in self.people.values():
            with contextlib.suppress(OSError):
                person.client.close()


def sign_in(client: Client, name: str, password: str) -> SessionOpened:
    """Open a session; whoever was signed in on this client is so no longer."""
    client.token = None
    return client.call("session.open", {"name": name, "password": password}, SessionOpened)
