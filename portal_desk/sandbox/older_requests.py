"""What requests in an older API version may say, as the sandbox's own version says it.

Endive (https://docs.stripe.com/changelog/endive): `payment_method_types` can't be chosen any more.
Clover (https://docs.stripe.com/changelog/clover): billing is flexible unless said otherwise, a
promotion code is of a promotion, a phase has a duration.
Basil (https://docs.stripe.com/changelog/basil): coupons and promotion codes are discounts, what an
invoice item is priced by is its pricing, a credit note has several refunds.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

from portal_desk.models.json import Json
from portal_desk.sandbox.customer_discounts import NAMES
from portal_desk.sandbox.problems import invalid
from portal_desk.sandbox.state import State
from portal_desk.sandbox.versions import BASIL, CLOVER, ENDIVE

Rewording: TypeAlias = Callable[[State, Json], Json]
"""Gives a copy of a request's decoded form, or of a part of it, in newer words."""


def in_current_words(state: State, request_type: str, raw: Json, version: str) -> Json:
    """A request's decoded form as the sandbox's own version has it; `raw` itself stays as it is.

    Args:
        state: where prices are looked up.
        request_type: its request type in `stripe.params`.
        raw: what `form.decode` made of it.
        version: the API version that it is in.

    Raises:
        StripeProblem: `payment_method_types`, in a version that has done away with it.
    """
    for since, rewordings in _CHANGES:
        reword = rewordings.get(request_type)
        if reword and version < since:
            raw = reword(state, raw)
    if version >= ENDIVE and request_type in _OF_INTENTS:
        _refuse_types(raw)
    return raw


def older_params(request_type: str, raw: Json, version: str) -> Json:
    """Parameters that only an older version has, and that no request type knows any more."""
    if version >= BASIL or request_type not in _OF_CUSTOMERS:
        return {}
    return {name: raw[name] for name in NAMES if isinstance(raw.get(name), str)}


def _refuse_types(raw: Json) -> None:
    if "payment_method_types" in raw:
        raise invalid(
            "`payment_method_types` is no longer supported. Use `allowed_payment_method_types`, "
            "or an API version before endive.",
            "payment_method_types",
            "payment_method_types_no_longer_supported",
        )


def _renamed(before: str, now: str, _: State, raw: Json) -> Json:
    if before not in raw or now in raw:
        return raw
    return {now if name == before else name: value for name, value in raw.items()}


def _promoted(_: State, raw: Json) -> Json:
    if "coupon" not in raw:
        return raw
    others = {name: value for name, value in raw.items() if name != "coupon"}
    return others | {"promotion": {"type": "coupon", "coupon": raw["coupon"]}}


def _as_discounts(_: State, raw: Json) -> Json:
    """`coupon` and `promotion_code` as `discounts`; an empty one takes them away."""
    given = {name: raw[name] for name in ("coupon", "promotion_code") if name in raw}
    if not given or "discounts" in raw:
        return raw
    others = {name: value for name, value in raw.items() if name not in given}
    named = [{name: value} for name, value in given.items() if value != ""]
    return others | {"discounts": named or ""}


def _priced(_: State, raw: Json) -> Json:
    """An invoice item's `price` and `unit_amount`."""
    found = {name: value for name, value in raw.items() if name not in {"price", "unit_amount"}}
    if "price" in raw:
        found["pricing"] = {"price": raw["price"]}
    if "unit_amount" in raw:
        found["unit_amount_decimal"] = raw["unit_amount"]
    return found


def _refunded(_: State, raw: Json) -> Json:
    if "refund" not in raw:
        return raw
    others = {name: value for name, value in raw.items() if name != "refund"}
    return others | {"refunds": [{"refund": raw["refund"]}]}


def _each_phase(reword: Rewording, state: State, raw: Json) -> Json:
    phases = _entries(raw.get("phases"))
    return raw | {"phases": [reword(state, each) for each in phases]} if phases else raw


def _in_schedule(reword: Rewording, state: State, raw: Json) -> Json:
    details = raw.get("schedule_details")
    return raw | {"schedule_details": reword(state, details)} if isinstance(details, dict) else raw


def _classic(_: State, raw: Json) -> Json:
    """What is new is billed as it always was, unless it says otherwise."""
    return raw if "from_subscription" in raw else {"billing_mode": {"type": "classic"}} | raw


def _classic_within(name: str, state: State, raw: Json) -> Json:
    part = raw.get(name)
    there = raw.keys() & {"subscription", "schedule"}
    return raw | {name: _classic(state, part)} if isinstance(part, dict) and not there else raw


def _classic_checkout(state: State, raw: Json) -> Json:
    if raw.get("mode") != "subscription":
        return raw
    return _classic_within("subscription_data", state, {"subscription_data": {}} | raw)


def _lasting(state: State, phase: Json) -> Json:
    """A phase's `iterations` of its first price's interval as a duration."""
    times = phase.get("iterations", "")
    recurring = _recurring(state, phase) if times.isdecimal() else None
    if recurring is None:
        return phase
    others = {name: value for name, value in phase.items() if name != "iterations"}
    count = int(times) * int(recurring.get("interval_count", 1))
    return others | {"duration": {"interval": recurring["interval"], "interval_count": str(count)}}


def _recurring(state: State, phase: Json) -> Json | None:
    item = next(iter(_entries(phase.get("items"))), {})
    found = state.get("price", item.get("price", "")) or item.get("price_data") or {}
    recurring: Json | None = found.get("recurring")
    return recurring


def _entries(raw: Any) -> list[Json]:  # noqa: ANN401 - a form's value
    """The entries of a list of objects, which a form may number; none where it is no such list."""
    found = list(raw.values()) if isinstance(raw, dict) else raw
    proper = isinstance(found, list) and all(isinstance(each, dict) for each in found)
    return found if proper else []


_OF_INTENTS = (
    "PaymentIntentCreateParams", "PaymentIntentUpdateParams", "PaymentIntentConfirmParams",
    "SetupIntentCreateParams", "SetupIntentUpdateParams",
)  # fmt: skip
_OF_CUSTOMERS = ("CustomerCreateParams", "CustomerUpdateParams")
_types_allowed = partial(_renamed, "payment_method_types", "allowed_payment_method_types")
_phases_discounted = partial(_each_phase, _as_discounts)
_phases_lasting = partial(_each_phase, _lasting)
_SCHEDULES = ("SubscriptionScheduleCreateParams", "SubscriptionScheduleUpdateParams")


def _preview_discounted(state: State, raw: Json) -> Json:
    return _in_schedule(_phases_discounted, state, _as_discounts(state, raw))


def _preview_before_clover(state: State, raw: Json) -> Json:
    for name in ("subscription_details", "schedule_details"):
        raw = _classic_within(name, state, raw)
    return _in_schedule(_phases_lasting, state, raw)


def _schedule_before_clover(state: State, raw: Json) -> Json:
    return _phases_lasting(state, _classic(state, raw))


_CHANGES: tuple[tuple[str, dict[str, Rewording]], ...] = (
    (
        BASIL,
        {
            "CreditNoteCreateParams": _refunded,
            "CreditNotePreviewParams": _refunded,
            "InvoiceCreatePreviewParams": _preview_discounted,
            "InvoiceItemCreateParams": _priced,
            "InvoiceItemUpdateParams": _priced,
            "SubscriptionCreateParams": _as_discounts,
            "SubscriptionUpdateParams": _as_discounts,
            **dict.fromkeys(_SCHEDULES, _phases_discounted),
        },
    ),
    (
        CLOVER,
        {
            "InvoiceCreatePreviewParams": _preview_before_clover,
            "PromotionCodeCreateParams": _promoted,
            "SubscriptionCreateParams": _classic,
            "SubscriptionScheduleCreateParams": _schedule_before_clover,
            "SubscriptionScheduleUpdateParams": _phases_lasting,
            "checkout.SessionCreateParams": _classic_checkout,
        },
    ),
    (
        ENDIVE,
        {
            "checkout.SessionCreateParams": _types_allowed,
            **dict.fromkeys(_OF_INTENTS, _types_allowed),
        },
    ),
)
"""What each version reworded, oldest first: how requests of a type are put since then."""
