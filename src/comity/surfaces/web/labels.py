"""Words for codes: what an officer reads where the record holds a code; by `code` or `group.code`."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for "translated later"
    """Mark a text for extraction."""
    return text


LABELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ARR": N_("Wanted for arrest"),
        "REF": N_("Refusal of entry and stay"),
        # actions asked and taken
        "arrest_for_surrender": N_("Arrest for surrender"),
        "arrest_for_extradition": N_("Arrest for extradition"),
        "refuse_entry": N_("Refuse entry"),
        "arrested": N_("Arrested"),
        "located": N_("Located only"),
        "entry-refused": N_("Entry refused"),
        "referred": N_("Sent to the second line"),
        "allowed-on": N_("Allowed to go on"),
        "national-measure": N_("Measure under national law"),
        # verdicts and outcomes
        "confirmed": N_("Confirmed"),
        "rejected": N_("Rejected"),
        "cannot-tell": N_("Cannot tell"),
        "no-hit": N_("Nothing found"),
        "possible": N_("Possible match"),
        "refer": N_("Second line"),
        "outcome.unknown": N_("No answer"),
        # where data come from
        "live": N_("Live"),
        "copy": N_("Copy"),
        "nothing": N_("Nothing"),
        # how a field matched
        "exact": N_("same"),
        "similar": N_("similar"),
        "differs": N_("different"),
        # fields
        "surnames": N_("Surnames"),
        "forenames": N_("Forenames"),
        "name": N_("Name"),
        "birth_date": N_("Date of birth"),
        "nationality": N_("Nationality"),
        "gender": N_("Gender"),
        "document": N_("Document"),
        "document_number": N_("Document number"),
        "number": N_("Number"),
        # identity
        "identity.confirmed": N_("Confirmed identity"),
        "not_confirmed": N_("Identity not confirmed"),
        "alias": N_("Alias"),
        "misused": N_("Misused identity"),
        "female": N_("Female"),
        "male": N_("Male"),
        "unknown": N_("Unknown"),
        "gender.unknown": N_("Not stated"),
        # warnings
        "armed": N_("Armed"),
        "violent": N_("Violent"),
        "absconded": N_("Has absconded"),
        "suicide_risk": N_("Risk of suicide"),
        "health_threat": N_("Threat to health"),
        "terrorism": N_("Terrorism"),
        # grounds
        "conviction": N_("Conviction"),
        "serious_threat": N_("Serious threat"),
        "circumvention": N_("Circumvention of entry rules"),
        "entry_ban": N_("Entry ban"),
        "restrictive_measure": N_("Restrictive measure"),
        # documents
        "passport": N_("Passport"),
        "identity_card": N_("Identity card"),
        "residence_permit": N_("Residence permit"),
        "travel_document": N_("Travel document"),
        "driving_licence": N_("Driving licence"),
        "other": N_("Other"),
        # deletion
        "purpose_achieved": N_("Purpose achieved"),
        "decision_revoked": N_("Decision revoked"),
        "entered_in_error": N_("Entered in error"),
        "citizenship_acquired": N_("Citizenship acquired"),
        "withdrawn": N_("Withdrawn"),
        "review_expired": N_("Review date passed"),
        # direction and lane
        "entry": N_("Entry"),
        "exit": N_("Exit"),
        "inland": N_("Inland"),
        "free-movement": N_("Free movement (EU, EEA, Swiss)"),
        "third-country": N_("Third country"),
        "transit": N_("Transit"),
        # answers
        "yes": N_("Yes"),
        "no": N_("No"),
        "answer.unknown": N_("Not asked"),
        # obligations
        "contact-bureau": N_("Contact the own bureau"),
        "contact-bureau-at-once": N_("Contact the own bureau at once"),
        "consult-issuer-at-once": N_("The bureau consults the issuer at once"),
        # outcomes in the ledger
        "done": N_("Done"),
        "refused": N_("Refused"),
        "held": N_("Waiting for a second person"),
        # bureau
        "draft": N_("Draft"),
        "sent": N_("Sent"),
        "new": N_("New"),
        "acknowledged": N_("Taken on"),
        "hit-report": N_("Hit report (form G)"),
        "own-hit": N_("Hit on an own alert"),
        # agreements and peers
        "proposed": N_("Proposed"),
        "signed": N_("Signed"),
        "in-force": N_("In force"),
        "ended": N_("Ended"),
        "trusted": N_("Trusted"),
        "frozen": N_("Frozen"),
        "distrusted": N_("No longer trusted"),
        # purposes
        "borders": N_("Border checks"),
        "police": N_("Police work"),
        "return": N_("Return"),
        "supervision": N_("Supervision"),
        "administration": N_("Administration"),
        "peering": N_("Peering"),
        # functions and roles
        "administrator": N_("Administrator"),
        "first_line": N_("First line"),
        "alert_officer": N_("Alert officer"),
        "bureau_officer": N_("Bureau officer"),
        "treaty_officer": N_("Treaty officer"),
        "data_protection_supervisor": N_("Data-protection supervisor"),
        "border_guard": N_("Border guard"),
        "role.police": N_("Police"),
        "customs_persons": N_("Customs, persons"),
        "customs_goods": N_("Customs, goods"),
        "migration_authority": N_("Migration authority"),
        "visa_authority": N_("Visa authority"),
        "judicial_authority": N_("Judicial authority"),
        "sirene_bureau": N_("SIRENE bureau"),
        "node_operator": N_("Node operator"),
        # acts that may wait for a second person
        "account.grant": N_("Grant a function to an account"),
        "agreement.sign": N_("Sign an agreement"),
        "peer.trust": N_("Trust a node"),
        # kinds of refusal
        "error.BadInput": N_("Something in the form cannot be read"),
        "error.NotFound": N_("There is nothing here"),
        "error.Refused": N_("A rule stands against this"),
        "error.Conflict": N_("Someone changed this in the meantime"),
        "error.Pending": N_("Waiting for a second person"),
        "error.NotPermitted": N_("You may not do this"),
        "error.NotSignedIn": N_("You are not signed in"),
        "error.Unreachable": N_("The other side does not answer"),
        "error.Defect": N_("This node made a mistake"),
    }
)
