"""The generic resources: which fields each has, where its rows come from, and what the two versions call a number."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

from tests.fakes.qloapps import demo
from tests.fakes.qloapps.books import Books, Order, RoomLine
from tests.fakes.qloapps.demo import Texts

Version = Literal["1.6.1", "1.7.0"]
Row = dict[str, Any]
"""Field → int, Decimal (money), str, None, False, Texts (translated) or, under `associations`, lists of rows."""


@dataclass(frozen=True, slots=True)
class Resource:
    """`numbers` are JSON numbers even on 1.6.1, which writes all others as strings; `api` is the name in links."""

    plural: str
    singular: str
    rows: Callable[[Books, Version], Iterable[Row]]
    fields: str
    numbers: frozenset[str] = frozenset({"id"})
    hidden: frozenset[str] = frozenset()

    def names(self, version: Version) -> list[str]:
        """The fields of this version: `<1.7:x` was there before 1.7, `1.7:x` came with it."""
        marked = (name.rpartition(":") for name in self.fields.split())
        wanted = {"": True, "1.7": version == "1.7.0", "<1.7": version != "1.7.0"}
        return [name for mark, _, name in marked if wanted[mark]]


OBJECTS: Final = frozenset[str]()
"""Hotel modules' own classes: on 1.6.1 even their ids are strings."""


def _ids(numbers: Iterable[int]) -> list[Row]:
    return [{"id": number} for number in numbers]


def _hotels(books: Books, version: Version) -> Iterator[Row]:
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
_PRODUCT_FIELDS: Final = (
    "reference supplier_reference location width height depth weight quantity_discount ean13 upc cache_is_pack"
    " cache_has_attachments is_virtual {kind} on_sale online_only ecotax minimal_quantity allow_multiple_quantity"
    " max_quantity price_calculation_method price wholesale_price unity unit_price_ratio additional_shipping_cost"
    " customizable text_fields uploadable_files active redirect_type id_product_redirected available_for_order"
    " available_date condition auto_add_to_cart price_addition_type show_at_front show_price indexed visibility"
    " advanced_stock_management date_add date_upd pack_stock_type meta_description meta_keywords meta_title"
    " link_rewrite name description description_short available_now available_later associations"
)


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


def _room_types(books: Books, version: Version) -> Iterator[Row]:
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


def _services(books: Books, version: Version) -> Iterator[Row]:
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


def _hotel_room_types(books: Books, version: Version) -> Iterator[Row]:
    for kind in books.room_types.values():
        yield {
            "id": kind.id, "id_product": kind.id, "id_hotel": books.hotel.id, "adults": kind.adults,
            "children": kind.children, "max_adults": kind.max_adults, "max_children": kind.max_children,
            "max_guests": kind.max_guests, "min_los": kind.min_los, "max_los": kind.max_los,
            "date_add": books.opened, "date_upd": books.opened,
            "associations": {"hotel_rooms": _ids(room.id for room in books.rooms_of(kind.id))},
        }  # fmt: skip


def _hotel_rooms(books: Books, version: Version) -> Iterator[Row]:
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


def _orders(books: Books, version: Version) -> Iterator[Row]:
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
        "child_ages": "[" + ",".join(f'"{age}"' for age in line.child_ages) + "]",
        "date_add": line.date_add, "date_upd": line.date_upd,
    }  # fmt: skip


def _room_bookings(books: Books, version: Version) -> Iterator[Row]:
    return (line_row(books, order, line) for order in books.orders.values() for line in order.lines)


def _customers(books: Books, version: Version) -> Iterator[Row]:
    for customer in books.customers:
        yield {
            "id": customer.id, "id_default_group": 3, "id_lang": 1, "secure_key": "0" * 32, "passwd": "0" * 32,
            "phone": customer.phone, "lastname": customer.lastname, "firstname": customer.firstname,
            "email": customer.email, "active": 1, "is_guest": 0, "deleted": 0,
            "date_add": customer.date_add, "date_upd": customer.date_add,
        }  # fmt: skip


def _order_states(books: Books, version: Version) -> Iterator[Row]:
    for number, name, template in demo.ORDER_STATES:
        paid = int(number in {2, 7, 10})
        yield {
            "id": number, "unremovable": 1, "delivery": 0, "hidden": 0, "send_email": 1, "module_name": "",
            "invoice": paid, "color": "#4169E1", "logable": paid, "shipped": 0, "paid": paid, "pdf_delivery": 0,
            "pdf_invoice": paid, "deleted": 0, "name": demo.translated(name, books.languages),
            "template": (template,) * books.languages,
        }  # fmt: skip


def _order_histories(books: Books, version: Version) -> Iterator[Row]:
    for each in books.histories:
        yield {"id": each.id, "id_employee": 0, "id_order_state": each.state, "id_order": each.order_id,
               "date_add": each.date_add}  # fmt: skip


def _order_payments(books: Books, version: Version) -> Iterator[Row]:
    for each in books.payments:
        yield {
            "id": each.id, "order_reference": each.reference, "id_currency": each.currency,
            "amount": f"{each.amount:.2f}", "payment_method": each.method, "payment_type": 1,
            "conversion_rate": each.rate, "transaction_id": each.transaction, "card_number": "", "card_brand": "",
            "card_expiration": "", "card_holder": "", "date_add": each.date_add,
        }  # fmt: skip


def _customer_threads(books: Books, version: Version) -> Iterator[Row]:
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


def _customer_messages(books: Books, version: Version) -> Iterator[Row]:
    for each in books.messages:
        yield {
            "id": each.id, "id_employee": 0, "id_customer_thread": each.thread, "ip_address": "",
            "message": each.text, "file_name": "", "user_agent": "", "private": int(each.private),
            "date_add": each.date_add, "date_upd": each.date_add, "read": 0,
        }  # fmt: skip


def _int(text: str | None) -> int:
    return int(text) if text and text.isdigit() else 0


def _currencies(books: Books, version: Version) -> Iterator[Row]:
    for each in books.currencies.values():
        yield {
            "id": each.id, "name": each.name, "iso_code": each.iso, "iso_code_num": str(each.number),
            "blank": int(each.sign != "$"), "sign": each.sign, "format": 1 if each.sign == "$" else 2, "decimals": 1,
            "conversion_rate": each.rate, "deleted": 0, "active": int(each.active),
        }  # fmt: skip


def _languages(books: Books, version: Version) -> Iterator[Row]:
    for place, (name, iso) in enumerate(demo.LANGUAGES[: books.languages]):
        yield {
            "id": place + 1, "name": name, "iso_code": iso, "language_code": iso, "active": 1, "is_rtl": 0,
            "date_format_lite": "Y-m-d", "date_format_full": "Y-m-d H:i:s",
        }  # fmt: skip


def _named(names: tuple[str, ...], **more: Any) -> Callable[[Books, Version], Iterator[Row]]:
    def rows(books: Books, version: Version) -> Iterator[Row]:
        for place, name in enumerate(names):
            told: Texts = demo.translated(name, books.languages)
            yield {"id": place + 1, "position": place, "date_add": books.opened, "date_upd": books.opened,
                   "id_default_image": place + 1, "name": told, **more}  # fmt: skip

    return rows


def _contacts(books: Books, version: Version) -> Iterator[Row]:
    for place, name in enumerate(demo.CONTACTS):
        told = demo.translated(name, books.languages)
        yield {"id": place + 1, "email": "admin@example.test", "customer_service": 1, "name": told,
               "description": told}  # fmt: skip


def _tax(books: Books, version: Version) -> Iterator[Row]:
    """One tax, one rule, one group: what the hotel's address leads to."""
    percent = books.tax_rate * 100
    yield {
        "id": 1, "rate": f"{percent:.3f}", "active": 1, "deleted": 0, "id_tax_rules_group": 1, "id_state": 1,
        "id_country": 21, "zipcode_from": 0, "zipcode_to": 0, "id_tax": 1, "behavior": 1, "description": "",
        "date_add": books.opened, "date_upd": books.opened,
    }  # fmt: skip


def _taxes(books: Books, version: Version) -> Iterator[Row]:
    name = f"Sales-taxes US-AL {books.tax_rate * 100:g}%"
    return (row | {"name": demo.translated(name, books.languages)} for row in _tax(books, version))


def _tax_groups(books: Books, version: Version) -> Iterator[Row]:
    return (row | {"name": f"US-AL Rate ({books.tax_rate * 100:g}%)"} for row in _tax(books, version))


def _none(books: Books, version: Version) -> Iterator[Row]:
    return iter(())


_HOTEL_NUMBERS: Final = frozenset(
    {"use_global_max_order_date", "use_global_preparation_time", "use_global_max_checkout_offset",
     "use_global_min_booking_offset"}
)  # fmt: skip
_LINE_FIELDS: Final = (
    "id id_product id_hotel id_order id_order_detail id_cart id_room id_customer booking_type id_status comment"
    " check_in check_out 1.7:planned_check_out date_from date_to total_price_tax_excl total_price_tax_incl"
    " total_paid_amount is_refunded is_cancelled is_back_order room_num room_type_name hotel_name city state country"
    " zipcode phone email check_in_time check_out_time adults children child_ages date_add date_upd"
)

RESOURCES: Final[dict[str, Resource]] = {
    "hotels": Resource(
        "hotels", "hotel", _hotels,
        "id phone address id_country id_state city zipcode id_default_image <1.7:use_global_max_order_date"
        " <1.7:max_order_date <1.7:use_global_preparation_time <1.7:preparation_time"
        " 1.7:use_global_max_checkout_offset 1.7:max_checkout_offset 1.7:use_global_min_booking_offset"
        " 1.7:min_booking_offset id_category email rating check_in check_out active latitude longitude"
        " map_formated_address map_input_text active_refund 1.7:fax date_add date_upd policies hotel_name description"
        " short_description associations",
        _HOTEL_NUMBERS, frozenset({"id_default_image"}),
    ),
    "room_types": Resource(
        "room_types", "room_type", _room_types,
        "id id_hotel adults children id_manufacturer id_supplier id_category_default new cache_default_attribute"
        " id_default_image id_tax_rules_group position_in_category type id_shop_default "
        + _PRODUCT_FIELDS.format(kind=""),
        hidden=frozenset({"id_hotel", "adults", "children", "id_default_image", "position_in_category", "type"}),
    ),
    "services": Resource(
        "services", "service", _services,
        "id id_manufacturer id_supplier id_category_default new cache_default_attribute id_default_image"
        " id_tax_rules_group position_in_category quantity type id_shop_default "
        + _PRODUCT_FIELDS.format(kind="service_product_type"),
        hidden=frozenset({"id_default_image", "position_in_category", "type", "quantity"}),
    ),
    "hotel_room_types": Resource(
        "hotel_room_types", "hotel_room_type", _hotel_room_types,
        "id id_product id_hotel adults children max_adults max_children max_guests min_los max_los date_add date_upd"
        " associations",
        OBJECTS,
    ),
    "hotel_rooms": Resource(
        "rooms", "room", _hotel_rooms,
        "id id_product id_hotel room_num id_status floor comment date_add date_upd",
        OBJECTS,
    ),
    "hotel_features": Resource(
        "hotel_features", "hotel_feature", _named(demo.HOTEL_FEATURES, parent_feature_id=0, active=1),
        "id parent_feature_id position active date_add date_upd name",
        OBJECTS,
    ),
    "room_type_features": Resource(
        "room_type_features", "room_type_feature", _named(demo.ROOM_FEATURES), "id id_default_image position name",
        frozenset({"id", "id_default_image"}),
    ),
    "orders": Resource(
        "orders", "order", _orders,
        "id id_address_delivery id_address_invoice id_cart id_currency id_lang id_customer id_carrier current_state"
        " module valid date_add date_upd payment total_discounts total_paid total_paid_tax_incl total_paid_tax_excl"
        " total_paid_real total_products total_products_wt conversion_rate source reference",
    ),
    "room_bookings": Resource("bookings", "booking", _room_bookings, _LINE_FIELDS, OBJECTS),
    "order_states": Resource(
        "order_states", "order_state", _order_states,
        "id unremovable delivery hidden send_email module_name invoice color logable shipped paid pdf_delivery"
        " pdf_invoice deleted name template",
    ),
    "order_histories": Resource(
        "order_histories", "order_history", _order_histories, "id id_employee id_order_state id_order date_add"
    ),
    "order_payments": Resource(
        "order_payments", "order_payment", _order_payments,
        "id order_reference id_currency amount payment_method payment_type conversion_rate transaction_id card_number"
        " card_brand card_expiration card_holder date_add",
    ),
    "customers": Resource(
        "customers", "customer", _customers,
        "id id_default_group id_lang secure_key passwd <1.7:phone lastname firstname email 1.7:phone active is_guest"
        " deleted date_add date_upd",
    ),
    "customer_threads": Resource(
        "customer_threads", "customer_thread", _customer_threads,
        "id id_lang id_shop id_customer id_order id_product id_contact email token status date_add date_upd"
        " associations",
    ),
    "customer_messages": Resource(
        "customer_messages", "customer_message", _customer_messages,
        "id id_employee id_customer_thread ip_address message file_name user_agent private date_add date_upd read",
    ),
    "currencies": Resource(
        "currencies", "currency", _currencies,
        "id name iso_code iso_code_num blank sign format decimals conversion_rate deleted active",
    ),
    "languages": Resource(
        "languages", "language", _languages,
        "id name iso_code language_code active is_rtl date_format_lite date_format_full",
    ),
    "contacts": Resource("contacts", "contact", _contacts, "id email customer_service name description"),
    "taxes": Resource("taxes", "tax", _taxes, "id rate active deleted name"),
    "tax_rules": Resource(
        "tax_rules", "tax_rule", _tax,
        "id id_tax_rules_group id_state id_country zipcode_from zipcode_to id_tax behavior description",
    ),
    "tax_rule_groups": Resource(
        "tax_rule_groups", "tax_rule_group", _tax_groups, "id name active deleted date_add date_upd"
    ),
    "hotel_refund_rules": Resource("hotel_refund_rules", "hotel_refund_rule", _none, "id", OBJECTS),
    "extra_demands": Resource("extra_demands", "extra_demand", _none, "id name price", OBJECTS),
    "feature_prices": Resource("feature_prices", "feature_price", _none, "id id_product date_from date_to", OBJECTS),
}  # fmt: skip

_OTHERS: Final = """
addresses advance_payments booking_extra_demands bookings carriers cart_bookings cart_rules carts categories
combinations configurations content_management_system countries customizations deliveries demand_advance_options
employees extra_services groups guests hotel_ari image_types images manufacturers order_carriers order_details
order_discounts order_invoices order_slip price_ranges product_customization_fields product_suppliers qlo
room_type_feature_values room_type_option_values room_type_options search shop_groups shop_urls shops
specific_price_rules specific_prices states stock_availables stock_movement_reasons stock_movements stocks stores
suppliers supply_order_details supply_order_histories supply_order_receipt_histories supply_order_states supply_orders
tags translated_configurations warehouse_product_locations warehouses weight_ranges zones
""".split()


def catalogue(version: Version) -> list[str]:
    """Every resource name of this version, as `/api/` lists them to a key that may do everything."""
    gone = {"extra_services", "qlo"} if version == "1.7.0" else set()
    return sorted((set(_OTHERS) | set(RESOURCES)) - gone)
