"""What can be set about the account while the sandbox runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from portal_desk.models.json import Json
from portal_desk.sandbox.problems import invalid
from portal_desk.sandbox.versions import API_VERSION, checked

_DAY = 86_400
Plan = Literal["off", "test", "live"]
_OUTCOMES = ("canceled", "unpaid", "past_due")


@dataclass
class Settings:
    """The account's settings.

    Attributes:
        api_version: the account's default version: of answers to requests that name none, and of
            events (https://docs.stripe.com/api/versioning).
        search_lag: how long a change takes to be found by search, in seconds: "under normal
            operating conditions, data is searchable in under 1 minute"
            (https://docs.stripe.com/search#data-freshness).
        rate_limits: whose rate limits hold: those of test mode, those of live mode, or none at all
            (https://docs.stripe.com/rate-limits).
        unpaid_becomes: what a subscription becomes once the last retry of its payment has failed:
            `canceled`, `unpaid`, or `past_due`, as it was
            (https://docs.stripe.com/billing/revenue-recovery/smart-retries).
    """

    api_version: str = API_VERSION
    search_lag: int = 0
    rate_limits: Plan = "off"
    unpaid_becomes: str = "canceled"

    def change(self, wish: Json) -> None:
        """Set some of them.

        Raises:
            StripeProblem: there is no such setting, or no such value; nothing is changed then.
        """
        if unknown := wish.keys() - self.as_json().keys():
            raise invalid(f"There is no setting {', '.join(sorted(unknown))}.", min(unknown))
        version = wish.get("api_version", self.api_version)
        lag = wish.get("search_lag", self.search_lag)
        if not isinstance(version, str):
            raise invalid("api_version must be the name of an API version.", "api_version")
        if type(lag) is not int or not 0 <= lag <= _DAY:
            raise invalid(f"search_lag must be a number of seconds, {_DAY} at most.", "search_lag")
        becomes = wish.get("unpaid_becomes", self.unpaid_becomes)
        if becomes not in _OUTCOMES:
            raise invalid(f"unpaid_becomes must be one of {', '.join(_OUTCOMES)}", "unpaid_becomes")
        limits = wish.get("rate_limits", self.rate_limits)
        if limits not in get_args(Plan):
            raise invalid(f"rate_limits must be one of {', '.join(get_args(Plan))}", "rate_limits")
        self.api_version, self.search_lag, self.rate_limits = checked(version), lag, limits
        self.unpaid_becomes = becomes

    def as_json(self) -> Json:
        """All of them."""
        return {
            "api_version": self.api_version,
            "search_lag": self.search_lag,
            "rate_limits": self.rate_limits,
            "unpaid_becomes": self.unpaid_becomes,
        }
