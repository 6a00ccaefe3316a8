"""Words for operations and for the acts of the node itself, as ledger, approvals and search log name them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.surfaces.web.labels import N_

ACT_LABELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "session.open": N_("Sign in"),
        "session.close": N_("Sign out"),
        "session.show": N_("Show the own session"),
        "account.create": N_("Create an account"),
        "account.grant": N_("Grant a function to an account"),
        "account.revoke-function": N_("Revoke a function"),
        "account.disable": N_("Disable an account"),
        "account.set-password": N_("Change the own password"),
        "account.list": N_("List accounts"),
        "authority.create": N_("Add an authority"),
        "authority.list": N_("List authorities"),
        "approval.list": N_("List waiting acts"),
        "approval.approve": N_("Approve a waiting act"),
        "approval.reject": N_("Reject a waiting act"),
        "peer.trust": N_("Trust a node"),
        "peer.distrust": N_("End the trust in a node"),
        "peer.list": N_("List peers"),
        "peer.queue": N_("List what waits for peers"),
        "agreement.propose": N_("Propose an agreement"),
        "agreement.sign": N_("Sign an agreement"),
        "agreement.list": N_("List agreements"),
        "agreement.show": N_("Show an agreement"),
        "alert.enter": N_("Enter an alert"),
        "alert.change": N_("Change an alert"),
        "alert.extend": N_("Extend an alert"),
        "alert.delete": N_("Delete an alert"),
        "alert.show": N_("Show an alert"),
        "alert.list": N_("List alerts"),
        "crossing.check": N_("Check a person"),
        "crossing.confirm": N_("Confirm a match"),
        "crossing.reject": N_("Reject a match"),
        "crossing.cannot-tell": N_("Leave a match open"),
        "crossing.show": N_("Show a check"),
        "bureau.drafts": N_("List drafts"),
        "bureau.show": N_("Show a case"),
        "bureau.send": N_("Send a hit report"),
        "bureau.inbox": N_("Read the inbox"),
        "bureau.acknowledge": N_("Take a message on"),
        "search-log.set-key": N_("Make a key for the search log"),
        "search-log.read": N_("Read the search log"),
        "search-log.sweep": N_("Erase old searches"),
        "ledger.list": N_("List the ledger"),
        "ledger.prove": N_("Prove a ledger entry"),
        "ledger.checkpoint": N_("State size and root of the ledger"),
        "ledger.verify": N_("Verify the ledger"),
        "job.list": N_("List jobs"),
        "job.show": N_("Show a job"),
        "node.found": N_("Found the node"),
        "node.trust": N_("Trust a node, by the operator"),
        "exchange.hello": N_("A peer introduces itself"),
        "exchange.welcome": N_("A peer welcomes this node"),
        "exchange.accept": N_("Take in a delivery of a peer"),
        "exchange.settle": N_("Keep a receipt of a peer"),
    }
)
