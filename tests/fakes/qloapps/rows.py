"""The rows of the generic resources, made from the books at the moment they are asked for."""

import json
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any, Final, Literal

from tests.fakes.qloapps import demo
from tests.fakes.qloapps.books import Books, Order, RoomLine
from tests.fakes.qloapps.demo import Texts

Version = Literal["1.6.1", "1.7.0"]
Row = dict[str, Any]
"""Field → int, Decimal (money), str, None, False, Texts (translated) or, under `associations`, lists of rows."""


def _ids(numbers: Iterable[int]) -> list[Row]:
    return [{"id": number} for number in numbers]


def hotels(books: Books, version: Version) -> Iterator[Row]:
    hotel = books.hotel
    yield {
        "id": hotel.id,
        "phone": hotel.phone,
        "address": hotel.address,
        "id_country": 21,
        "id_state": 1,
        "city": hotel.city,
        "zipcode": hotel.zipcode,
        "id_default_image": False,
        "use_global_max_order_date": int(hotel.max_order_date == "0000-00-00"),
        "max_order_date": hotel.max_order_date,
        "use_global_preparation_time": 1,
        "preparation_time": "0000-00-00",
        "use_global_max_checkout_offset": 1,
        "max_checkout_offset": str(hotel.max_checkout_offset),
        "use_global_min_booking_offset": 1,
        "min_booking_offset": str(hotel.min_booking_offset),
        "id_category": 8,
        "email": hotel.email,
        "rating": 3,
        "check_in": hotel.check_in,
        "check_out": hotel.check_out,
        "active": 1,
        "latitude": "0.00000000",
        "longitude": "0.00000000",
        "map_formated_address": "",
        "map_input_text": "",
        "active_refund": 0,
        "fax": "",
        "date_add": books.opened,
        "date_upd": books.opened,
        "policies": demo.translated("<div>\n<div>- Guests are required to show a valid photo id.</div></div>", books.languages),
        "hotel_name": demo.translated(hotel.name, books.languages),
        "description": demo.translated(f"<div>\n<h4><strong>Welcome to {hotel.name}!</strong></h4></div>", books.languages),
        "short_description": demo.translated(f"{hotel.name} is a perfect destination.", books.languages),
        "associations": {
            "room_types": _ids(books.room_types),
            "images": [],
            "hotel_refund_rules": [],
            "hotel_features": [{"id": str(place + 1)} for place in range(len(demo.HOTEL_FEATURES))],
        },
    }  # fmt: skip


_PRODUCT: Final[Row] = {
    "id_manufacturer": 0, "id_supplier": 0, "new": None, "cache_default_attribute": 0, "id_tax_rules_group": 1,
    "type": "virtual", "id_shop_default": 1, "reference": "", "supplier_reference": "", "location": "",
    "width": Decimal(0), "height": Decimal(0), "depth": Decimal(0), "weight": Decimal(0), "quantity_discount": 0,
    "ean13": "", "upc": "", "cache_is_pack": 0, "cache_has_attachments": 0, "is_virtual": 1, "on_sale": 0,
    "online_only": 0, "ecotax": Decimal(0), "minimal_quantity": 1, "allow_multiple_quantity": 0, "max_quantity": 0,
    "wholesale_price": Decimal(0), "unity": "", "unit_price_ratio": Decimal(0), "additional_shipping_cost": "0.00",
    "customizable": 0, "text_fields": 0, "uploadable_files": 0, "redirect_type": "", "id_product_redirected": 0,
    "available_for_order": 1, "available_date": "0000-00-00", "condition": "new", "show_price": 1, "indexed": 1,
    "visibility": "both", "advanced_stock_management": 0, "pack_stock_type": 3,
}  # fmt: skip


def _texts(name: str, languages: int) -> Row:
    empty = ("",) * languages
    return {
        "meta_description": empty, "meta_keywords": empty, "meta_title": empty,
        "link_rewrite": (name.lower().replace(" ", "-"),) * languages,
        "name": demo.translated(name, languages),
        "description": demo.translated(f"Make yourself at home in our {name}.", languages),
        "description_short": demo.translated(f"Our {name}.", languages),
        "available_now": empty, "available_later": empty,
    }  # fmt: skip


def room_types(books: Books, version: Version) -> Iterator[Row]:
    for place, kind in enumerate(books.room_types.values()):
        yield _PRODUCT | {
            "id": kind.id, "id_hotel": books.hotel.id, "adults": kind.adults, "children": kind.children,
            "id_category_default": 8, "id_default_image": kind.images[0] if kind.images else 0,
            "position_in_category": place, "price_calculation_method": 0, "price": kind.price,
            "active": int(kind.active), "auto_add_to_cart": 0, "price_addition_type": 0, "show_at_front": 1,
            "date_add": books.opened, "date_upd": books.opened, **_texts(kind.name, books.languages),
            "associations": {
                "advance_payments": [{"id": kind.id, "payment_type": 0, "tax_include": 0, "value": Decimal(0),
                                      "active": 0, "calculate_from": 0}],
                "categories": _ids((2, 3, 5, 6, 7, 8)),
                "images": _ids(kind.images),
                "room_type_features": _ids(range(1, len(demo.ROOM_FEATURES) + 1)),
                "tags": [],
                "hotel_rooms": _ids(room.id for room in books.rooms_of(kind.id)),
                "feature_prices": [], "extra_demands": [],
                "services": [{"id": each, "price": None, "id_tax_rules_group": None} for each in books.services],
            },
        }  # fmt: skip


def services(books: Books, version: Version) -> Iterator[Row]:
    for place, service in enumerate(books.services.values()):
        yield _PRODUCT | {
            "id": service.id, "id_category_default": 12, "id_default_image": 13 + service.id,
            "position_in_category": place, "quantity": 0, "service_product_type": 1,
            "price_calculation_method": 2 if service.per_night else 1, "price": service.price,
            "active": int(service.active), "auto_add_to_cart": int(service.auto_add),
            "price_addition_type": service.addition, "show_at_front": int(not service.auto_add),
            "date_add": books.opened, "date_upd": books.opened, **_texts(service.name, books.languages),
            "associations": {"categories": _ids((12,)), "images": _ids((13 + service.id,))},
        }  # fmt: skip


def hotel_room_types(books: Books, version: Version) -> Iterator[Row]:
    for kind in books.room_types.values():
        yield {
            "id": kind.id, "id_product": kind.id, "id_hotel": books.hotel.id, "adults": kind.adults,
            "children": kind.children, "max_adults": kind.max_adults, "max_children": kind.max_children,
            "max_guests": kind.max_guests, "min_los": kind.min_los, "max_los": kind.max_los,
            "date_add": books.opened, "date_upd": books.opened,
            "associations": {"hotel_rooms": _ids(room.id for room in books.rooms_of(kind.id))},
        }  # fmt: skip


def hotel_rooms(books: Books, version: Version) -> Iterator[Row]:
    for room in books.rooms.values():
        yield {
            "id": room.id, "id_product": room.room_type, "id_hotel": books.hotel.id, "room_num": room.number,
            "id_status": room.status, "floor": "First", "comment": room.comment,
            "date_add": books.opened, "date_upd": books.opened,
        }  # fmt: skip


def _order(order: Order) -> Row:
    total, gross = order.total, order.total + order.tax
    return {
        "id": order.id, "id_address_delivery": 0, "id_address_invoice": 0, "id_cart": order.id,
        "id_currency": order.currency.id, "id_lang": order.language, "id_customer": order.customer.id,
        "id_carrier": 0, "current_state": order.state, "module": "wsorder", "valid": int(order.paid >= gross),
        "date_add": order.date_add, "date_upd": order.date_upd, "payment": order.payment,
        "total_discounts": Decimal(0), "total_paid": gross, "total_paid_tax_incl": gross,
        "total_paid_tax_excl": total, "total_paid_real": order.paid, "total_products": total,
        "total_products_wt": gross, "conversion_rate": order.currency.rate, "source": order.source,
        "reference": order.reference,
    }  # fmt: skip


def orders(books: Books, version: Version) -> Iterator[Row]:
    return (_order(order) for order in books.orders.values())


def line_row(books: Books, order: Order, line: RoomLine) -> Row:
    hotel, kind = books.hotel, books.room_types[line.room_type]
    return {
        "id": line.id, "id_product": line.room_type, "id_hotel": hotel.id, "id_order": order.id,
        "id_order_detail": line.id, "id_cart": order.id, "id_room": line.room.id, "id_customer": order.customer.id,
        "booking_type": 1, "id_status": line.id_status, "comment": line.comment, "check_in": line.arrived,
        "check_out": line.left, "planned_check_out": line.planned_check_out,
        "date_from": f"{line.check_in} 00:00:00", "date_to": f"{line.check_out} 00:00:00",
        "total_price_tax_excl": line.price, "total_price_tax_incl": line.price + line.tax,
        "total_paid_amount": line.paid_amount, "is_refunded": int(line.is_refunded),
        "is_cancelled": int(line.is_cancelled), "is_back_order": int(line.is_back_order),
        "room_num": line.room.number, "room_type_name": kind.name, "hotel_name": hotel.name, "city": hotel.city,
        "state": "Alabama", "country": "United States", "zipcode": hotel.zipcode, "phone": hotel.phone,
        "email": hotel.email, "check_in_time": hotel.check_in, "check_out_time": hotel.check_out,
        "adults": line.adults, "children": line.children,
        "child_ages": json.dumps(line.child_ages, separators=(",", ":")),
        "date_add": line.date_add, "date_upd": line.date_upd,
    }  # fmt: skip


def room_bookings(books: Books, version: Version) -> Iterator[Row]:
    return (line_row(books, order, line) for order in books.orders.values() for line in order.lines)


def customers(books: Books, version: Version) -> Iterator[Row]:
    for customer in books.customers:
        yield {
            "id": customer.id, "id_default_group": 3, "id_lang": 1, "secure_key": "0" * 32, "passwd": "0" * 32,
            "phone": customer.phone, "lastname": customer.lastname, "firstname": customer.firstname,
            "email": customer.email, "active": 1, "is_guest": 0, "deleted": 0,
            "date_add": customer.date_add, "date_upd": customer.date_add,
        }  # fmt: skip


def order_states(books: Books, version: Version) -> Iterator[Row]:
    for number, name, template in demo.ORDER_STATES:
        paid = int(number in {2, 7, 10})
        yield {
            "id": number, "unremovable": 1, "delivery": 0, "hidden": 0, "send_email": 1, "module_name": "",
            "invoice": paid, "color": "#4169E1", "logable": paid, "shipped": 0, "paid": paid, "pdf_delivery": 0,
            "pdf_invoice": paid, "deleted": 0, "name": demo.translated(name, books.languages),
            "template": (template,) * books.languages,
        }  # fmt: skip


def order_histories(books: Books, version: Version) -> Iterator[Row]:
    for each in books.histories:
        yield {"id": each.id, "id_employee": 0, "id_order_state": each.state, "id_order": each.order_id,
               "date_add": each.date_add}  # fmt: skip


def order_payments(books: Books, version: Version) -> Iterator[Row]:
    for each in books.payments:
        yield {
            "id": each.id, "order_reference": each.reference, "id_currency": each.currency,
            "amount": f"{each.amount:.2f}", "payment_method": each.method, "payment_type": 1,
            "conversion_rate": each.rate, "transaction_id": each.transaction, "card_number": "", "card_brand": "",
            "card_expiration": "", "card_holder": "", "date_add": each.date_add,
        }  # fmt: skip


def customer_threads(books: Books, version: Version) -> Iterator[Row]:
    for each in books.threads:
        values = each.values
        yield {
            "id": each.id, "id_lang": _int(values.get("id_lang")), "id_shop": _int(values.get("id_shop")),
            "id_customer": _int(values.get("id_customer")), "id_order": _int(values.get("id_order")),
            "id_product": _int(values.get("id_product")), "id_contact": _int(values.get("id_contact")),
            "email": values.get("email", ""), "token": values["token"][:12], "status": values.get("status", "open"),
            "date_add": each.date_add, "date_upd": each.date_add,
            "associations": {"customer_messages": _ids(m.id for m in books.messages if m.thread == each.id)},
        }  # fmt: skip


def customer_messages(books: Books, version: Version) -> Iterator[Row]:
    for each in books.messages:
        yield {
            "id": each.id, "id_employee": 0, "id_customer_thread": each.thread, "ip_address": "",
            "message": each.text, "file_name": "", "user_agent": "", "private": int(each.private),
            "date_add": each.date_add, "date_upd": each.date_add, "read": 0,
        }  # fmt: skip


def _int(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0


def currencies(books: Books, version: Version) -> Iterator[Row]:
    for each in books.currencies.values():
        yield {
            "id": each.id, "name": each.name, "iso_code": each.iso, "iso_code_num": str(each.number),
            "blank": int(each.sign != "$"), "sign": each.sign, "format": 1 if each.sign == "$" else 2, "decimals": 1,
            "conversion_rate": each.rate, "deleted": 0, "active": int(each.active),
        }  # fmt: skip


def languages(books: Books, version: Version) -> Iterator[Row]:
    for place, (name, iso) in enumerate(demo.LANGUAGES[: books.languages]):
        yield {
            "id": place + 1, "name": name, "iso_code": iso, "language_code": iso, "active": 1, "is_rtl": 0,
            "date_format_lite": "Y-m-d", "date_format_full": "Y-m-d H:i:s",
        }  # fmt: skip


def named(names: tuple[str, ...], **more: Any) -> Callable[[Books, Version], Iterator[Row]]:
    def rows(books: Books, version: Version) -> Iterator[Row]:
        for place, name in enumerate(names):
            told: Texts = demo.translated(name, books.languages)
            yield {"id": place + 1, "position": place, "date_add": books.opened, "date_upd": books.opened,
                   "id_default_image": place + 1, "name": told, **more}  # fmt: skip

    return rows


def contacts(books: Books, version: Version) -> Iterator[Row]:
    for place, name in enumerate(demo.CONTACTS):
        told = demo.translated(name, books.languages)
        yield {"id": place + 1, "email": "admin@example.test", "customer_service": 1, "name": told,
               "description": told}  # fmt: skip


def tax(books: Books, version: Version) -> Iterator[Row]:
    """One tax, one rule, one group: what the hotel's address leads to."""
    percent = books.tax_rate * 100
    yield {
        "id": 1, "rate": f"{percent:.3f}", "active": 1, "deleted": 0, "id_tax_rules_group": 1, "id_state": 1,
        "id_country": 21, "zipcode_from": 0, "zipcode_to": 0, "id_tax": 1, "behavior": 1, "description": "",
        "date_add": books.opened, "date_upd": books.opened,
    }  # fmt: skip


def taxes(books: Books, version: Version) -> Iterator[Row]:
    name = f"Sales-taxes US-AL {books.tax_rate * 100:g}%"
    return (row | {"name": demo.translated(name, books.languages)} for row in tax(books, version))


def tax_groups(books: Books, version: Version) -> Iterator[Row]:
    return (row | {"name": f"US-AL Rate ({books.tax_rate * 100:g}%)"} for row in tax(books, version))


def none(books: Books, version: Version) -> Iterator[Row]:
    return iter(())
