"""The cards that customers have as sources, from before there were payment methods.

https://docs.stripe.com/api/cards
"""

from __future__ import annotations

from portal_desk.models.json import Json
from portal_desk.sandbox.objects.sources import as_card
from portal_desk.sandbox.paying import require_free
from portal_desk.sandbox.problems import missing
from portal_desk.sandbox.state import State
from portal_desk.sandbox.tokens import spend


def sources_of(state: State, customer: Json) -> list[Json]:
    """A customer's sources, the default first and then the newest, as payment methods."""
    methods = state.where("payment_method", customer=customer["id"])
    found = [each for each in methods if is_source(each["id"])]
    return sorted(found, key=lambda each: each["id"] != customer["default_source"])


def is_source(method_id: str) -> bool:
    """Whether a payment method is a source too."""
    return method_id.startswith("card_")


def source_named(state: State, customer: Json, source: str, param: str = "id") -> Json:
    """A customer's source.

    Raises:
        StripeProblem: the customer has none of that id.
    """
    found = state.get("payment_method", source)
    if found is None or not is_source(source) or found["customer"] != customer["id"]:
        raise missing("source", source, param)
    return found


def add_source(state: State, customer: Json, token: str) -> Json:
    """Give a customer, who may not be stored yet, the card of a token; the first is the default.

    Raises:
        StripeProblem: there is no such token, it has been spent, or the bank declines the card.
    """
    method = spend(state, token, "source")
    require_free(state, method)
    method["customer"] = customer["id"]
    if customer["default_source"] is None:
        customer["default_source"] = method["id"]
    return state.create(method)


def replace_source(state: State, customer: Json, token: str) -> None:
    """Give a customer the card of a token instead of the default source.

    Raises:
        StripeProblem: as in `add_source`.
    """
    before = customer["default_source"]
    method = add_source(state, customer, token)
    state.emit("customer.source.created", as_card(method))
    state.update(customer, {"default_source": method["id"]}, "customer.updated")
    if before:
        remove_source(state, customer, state.kind("payment_method")[before])


def remove_source(state: State, customer: Json, method: Json) -> None:
    """Take a source from a customer; the newest of the others is the default then."""
    state.forget("payment_method", method["id"], trace=True)
    if customer["default_source"] == method["id"]:
        left = next(iter(sources_of(state, customer)), None)
        changes = {"default_source": left and left["id"]}
        state.update(customer, changes, "customer.updated")
    state.emit("customer.source.deleted", as_card(method))
