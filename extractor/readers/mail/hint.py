"""Which account a mail's addresses point to, as far as the mail alone can tell."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractor.readers.mail.headers import Mailbox

_CRM_ADDRESS = re.compile(r"^crm\+([\w.:-]{1,200})@")


def crm_account(recipients: Sequence[Mailbox]) -> str | None:
    """The account that a vendor's own CRM address among the recipients names: `crm+ACCOUNT_ID@…`."""
    return next((m[1] for r in recipients if r.address and (m := _CRM_ADDRESS.match(r.address))), None)


def account_hint(sender: Mailbox, recipients: Sequence[Mailbox], own_domains: frozenset[str]) -> str | None:
    """The account of the CRM address, else the first domain that is not the vendor's, the sender's first."""
    named = crm_account(recipients)
    if named is not None:
        return named
    domains = (m.domain for m in (sender, *recipients))
    return next((domain for domain in domains if domain and domain not in own_domains), None)
