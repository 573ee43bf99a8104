"""`portal-desk resume`: undo a cancellation that is scheduled and has not happened yet."""

from __future__ import annotations

from argparse import Namespace

from portal_desk.cli.plans import carry_out
from portal_desk.cli.session import run_async
from portal_desk.models.actions import ResumeRequest


def run(options: Namespace) -> int:
    request = ResumeRequest(options.subscription)
    return run_async(carry_out(options, lambda desk: desk.actions.prepare_resume(request)))
