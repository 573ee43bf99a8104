"""What a customer can do in the portal, and why not the rest: pure functions from facts to reasons."""

from portal_desk.services.portal.rules.configuration import check_configuration
from portal_desk.services.portal.rules.effects import what_happens_on_update
from portal_desk.services.portal.rules.registry import RULES, Rule
from portal_desk.services.portal.rules.targets import Quantities, TargetPrice, target_prices
from portal_desk.services.portal.rules.verdicts import judge

__all__ = [
    "RULES",
    "Quantities",
    "Rule",
    "TargetPrice",
    "check_configuration",
    "judge",
    "target_prices",
    "what_happens_on_update",
]
