"""Notes to staff on an order: a message in the back office's customer service."""

from collections.abc import Sequence
from secrets import token_hex
from typing import Final

from agente_hotelero.pms.qloapps import shapes
from agente_hotelero.pms.qloapps.guests import Customer
from agente_hotelero.pms.qloapps.shapes import Row
from agente_hotelero.pms.qloapps.webservice import Webservice, element

CUSTOMER_SERVICE: Final = 2
"""The contact of that name, as it is installed."""


async def leave(webservice: Webservice, order: Row, customer: Customer | None, text: str) -> None:
    """Leave a note, unless the same is there already."""
    threads = await webservice.rows("customer_threads", display="[id]", where={"id_order": f"[{order['id']}]"})
    if text in await _messages(webservice, threads):
        return
    thread = threads[0]["id"] if threads else await _open_thread(webservice, order, customer)
    note = element("customer_message", id_customer_thread=thread, message=text, private=0, read=0)
    await webservice.write("POST", "customer_messages", note)


async def _messages(webservice: Webservice, threads: Sequence[Row]) -> set[str]:
    if not threads:
        return set()
    of_threads = "|".join(str(thread["id"]) for thread in threads)
    rows = await webservice.rows(
        "customer_messages", display="[id,message]", where={"id_customer_thread": f"[{of_threads}]"}
    )
    return {shapes.text(row["message"]) for row in rows}


async def _open_thread(webservice: Webservice, order: Row, customer: Customer | None) -> int:
    thread = element(
        "customer_thread",
        id_lang=1,
        id_shop=1,
        id_customer=order["id_customer"],
        id_order=order["id"],
        id_contact=CUSTOMER_SERVICE,
        email=customer.email if customer else "",
        token=token_hex(6),
        status="open",
    )
    return shapes.number((await webservice.write("POST", "customer_threads", thread))["id"])
