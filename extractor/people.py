"""Who is who: which account a document belongs to, and on whose side each of its speakers stands.

Pure: built from rows, no file is opened apart from the list of free-mail domains.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import yaml

from extractor.document import Document, Message, Participant, Role, Source, Took
from extractor.names import name_key
from extractor.readers.mail.automatic import AUTOMATIC_NOTE, BOUNCE_NOTE
from extractor.readers.mail.invitation import CALENDAR_NOTE
from extractor.readers.tables import AccountRow, ContactRow
from extractor.signal import Interaction

FREE_MAIL_FILE = Path(__file__).with_name("free_mail.yaml")

UNMATCHED = "unmatched"
AMBIGUOUS = "ambiguous"
FREE_MAIL = "free_mail"


@dataclass(frozen=True, slots=True)
class Resolution:
    """The document with its people known. Without an account, `reason` says why and `candidates` who it could be."""

    document: Document
    account_id: str | None
    reason: str | None = None
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a document under any of their entries."""

    name: str
    address: str | None


@lru_cache(maxsize=4)
def free_mail_domains(path: Path = FREE_MAIL_FILE) -> frozenset[str]:
    """Raises ValueError where the file is no list of domains."""
    listed = yaml.safe_load(path.read_text("utf-8"))
    if not isinstance(listed, list) or not all(isinstance(d, str) and d == d.lower() for d in listed):
        raise ValueError(f"{path.name}: needs a list of lower-case domains, one an entry")
    return frozenset(listed)


class Directory:
    """Accounts, contacts and the vendor's own domains, asked for the people of a document."""

    def __init__(
        self, accounts: Iterable[AccountRow], contacts: Iterable[ContactRow] = (), own_domains: Iterable[str] = ()
    ) -> None:
        self._accounts = {a.account_id: a for a in accounts}
        owners = (domain_of(a.owner_email) for a in self._accounts.values())
        self._own = frozenset(d for d in (*owners, *(o.strip().lower().lstrip("@") for o in own_domains)) if d)
        self._by_domain: dict[str, set[str]] = defaultdict(set)
        self._by_address: dict[str, list[ContactRow]] = defaultdict(list)
        self._by_name: dict[str, list[ContactRow]] = defaultdict(list)
        for account in self._accounts.values():
            for domain in account.email_domains:
                if domain not in self._own and domain not in free_mail_domains():
                    self._by_domain[domain].add(account.account_id)
        for contact in contacts:
            self._by_address[contact.email.lower()].append(contact)
            self._by_name[name_key(contact.name)].append(contact)

    @property
    def own_domains(self) -> frozenset[str]:
        return self._own

    def resolve(self, document: Document) -> Resolution:
        """Account and roles; an explicit account in the export first, then contacts, then domains."""
        account, reason, candidates = self._account(document)
        internal = document.source is Source.EMAIL and self._stays_inside(document)
        messages = tuple(self._known_message(m, account, internal=internal) for m in document.messages)
        participants = tuple(self._known_participant(p, account, internal=internal) for p in document.participants)
        return Resolution(replace(document, messages=messages, participants=participants), account, reason, candidates)

    def interactions(self, document: Document) -> tuple[Interaction, ...]:
        """As the function `interactions`, after `resolve`."""
        return interactions(self.resolve(document).document)

    def _account(self, document: Document) -> tuple[str | None, str | None, tuple[str, ...]]:
        if document.account_hint in self._accounts:
            return document.account_hint, None, ()
        outside = [p for p in people_of(document) if not self._is_own(p.address)]
        votes = [found for p in outside if (found := self._accounts_of(p.address))]
        if votes:
            common = frozenset.intersection(*votes)
            named = common or frozenset.union(*votes)
            return (next(iter(named)), None, ()) if len(named) == 1 else (None, AMBIGUOUS, tuple(sorted(named)))
        if document.account_hint and (found := self._accounts_of_domain(document.account_hint)):
            return (next(iter(found)), None, ()) if len(found) == 1 else (None, AMBIGUOUS, tuple(sorted(found)))
        likely = {c.account_id for p in outside for c in self._by_name.get(name_key(p.name), ())}
        addressed = [p for p in outside if p.address]
        free = bool(addressed) and all(domain_of(p.address) in free_mail_domains() for p in addressed)
        return None, FREE_MAIL if free else UNMATCHED, tuple(sorted(likely & set(self._accounts)))

    def _accounts_of(self, address: str | None) -> frozenset[str]:
        if not address:
            return frozenset()
        contacts = frozenset(c.account_id for c in self._by_address.get(address.lower(), ()))
        return contacts & frozenset(self._accounts) or self._accounts_of_domain(domain_of(address))

    def _accounts_of_domain(self, domain: str) -> frozenset[str]:
        """The domain itself, else the nearest domain above it that an account names."""
        while "." in domain:
            if domain in self._by_domain:
                return frozenset(self._by_domain[domain])
            domain = domain.partition(".")[2]
        return frozenset()

    def _is_own(self, address: str | None) -> bool:
        domain = domain_of(address)
        return any(domain == own or domain.endswith(f".{own}") for own in self._own)

    def _stays_inside(self, document: Document) -> bool:
        """A mail whose every known address is the vendor's: what the staff tells itself."""
        addresses = [p.address for p in people_of(document) if p.address]
        return len(addresses) > 1 and all(map(self._is_own, addresses))

    def _known_message(self, message: Message, account: str | None, *, internal: bool) -> Message:
        contact = self._contact(message.address, message.speaker, account)
        address = message.address or (contact.email if contact else None)
        title = message.job_title or (contact.job_title or None if contact else None)
        name = message.speaker
        if contact and (not name or name.lower() == contact.email):
            name = contact.name or name
        role = self._role(address, message.role, contact, account, internal=internal)
        return replace(message, speaker=name, role=role, address=address, job_title=title)

    def _known_participant(self, participant: Participant, account: str | None, *, internal: bool) -> Participant:
        contact = self._contact(participant.address, participant.name, account)
        address = participant.address or (contact.email if contact else None)
        name = participant.name
        if contact and (not name or name.lower() == contact.email):
            name = contact.name or name
        role = self._role(address, participant.role, contact, account, internal=internal)
        return replace(participant, name=name, address=address, role=role)

    def _contact(self, address: str | None, name: str, account: str | None) -> ContactRow | None:
        """By address; without one, by a name that only one contact of the account bears."""
        if address:
            found = self._by_address.get(address.lower(), [])
            return next((c for c in found if c.account_id == account), found[0] if found else None)
        same = [c for c in self._by_name.get(name_key(name), ()) if account is not None and c.account_id == account]
        return same[0] if len(same) == 1 else None

    def _role(
        self, address: str | None, given: Role, contact: ContactRow | None, account: str | None, *, internal: bool
    ) -> Role:
        if given is Role.INTERNAL or (internal and self._is_own(address)):
            return Role.INTERNAL
        if self._is_own(address):
            return Role.VENDOR
        if contact is not None:
            return Role.CUSTOMER
        if account is not None and account in self._accounts_of(address):
            return Role.CUSTOMER
        return given


def people_of(document: Document) -> Iterator[Person]:
    """Everybody who speaks or takes part, each entry once; authors of forwarded mails are not among them."""
    seen: set[tuple[str, str | None]] = set()
    for message in document.messages:
        if not document.is_wholly(message, "forwarded"):
            seen.add((message.speaker, message.address))
    for participant in document.participants:
        seen.add((participant.name, participant.address))
    for name, address in sorted(seen, key=lambda s: (s[0], s[1] or "")):
        yield Person(name, address)


def interactions(document: Document) -> tuple[Interaction, ...]:
    """Who wrote, spoke, attended, received or answered an invitation, and when; a resolved document gives the roles.

    Automatic answers and delivery failures are no sign of life and give nothing, nor does what has no moment. A mail
    that a calendar wrote says who accepted or declined, not that somebody wrote.
    """
    if AUTOMATIC_NOTE in document.notes or BOUNCE_NOTE in document.notes:
        return ()
    by_calendar = any(note.startswith(CALENDAR_NOTE) for note in document.notes)
    took = Took.SPOKE if document.source is Source.TRANSCRIPT else Took.WROTE
    found: dict[tuple[object, ...], Interaction] = {}
    for message in () if by_calendar else document.messages:
        if message.at is None or document.is_wholly(message, "forwarded") or document.is_wholly(message, "automatic"):
            continue
        interaction = Interaction(document.id, message.address, message.speaker, message.role, took, message.at)
        when = None if took is Took.SPOKE else message.at
        found.setdefault((message.address or message.speaker, took, when), interaction)
    began = next((m.at for m in document.messages if m.at is not None), None)
    heard = {key[0] for key in found}
    for participant in document.participants:
        who = participant.address or participant.name
        if began is None or (who in heard and participant.took in (Took.SPOKE, Took.WROTE, Took.ATTENDED)):
            continue
        interaction = Interaction(
            document.id, participant.address, participant.name, participant.role, participant.took, began
        )
        found.setdefault((who, participant.took, began), interaction)
    return tuple(found.values())


def domain_of(address: str | None) -> str:
    return address.rpartition("@")[2].lower() if address and "@" in address else ""
