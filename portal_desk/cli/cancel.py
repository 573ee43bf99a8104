"""`portal-desk cancel`: cancel a subscription, now or when its period ends."""

from __future__ import annotations

from argparse import Namespace

from portal_desk.cli.plans import carry_out
from portal_desk.cli.session import run_async
from portal_desk.models.actions import CancelRequest


def run(options: Namespace) -> int:
    request = CancelRequest(
        options.subscription,
        when="now" if options.now else "period_end",
        feedback=options.feedback,
        comment=options.comment,
        prorate=options.prorate,
        invoice_now=options.invoice_now,
    )
    return run_async(carry_out(options, lambda desk: desk.actions.prepare_cancel(request)))
