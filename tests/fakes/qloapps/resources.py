"""The generic resources: which fields each has, in which order, and what the two versions call a number."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from tests.fakes.qloapps import demo, rows
from tests.fakes.qloapps.books import Books
from tests.fakes.qloapps.rows import Row, Version


@dataclass(frozen=True, slots=True)
class Resource:
    """`numbers` are JSON numbers even on 1.6.1, which writes all others as strings; `hidden` fields cannot be filtered by."""

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


_PRODUCT_FIELDS: Final = (
    "reference supplier_reference location width height depth weight quantity_discount ean13 upc cache_is_pack"
    " cache_has_attachments is_virtual {kind} on_sale online_only ecotax minimal_quantity allow_multiple_quantity"
    " max_quantity price_calculation_method price wholesale_price unity unit_price_ratio additional_shipping_cost"
    " customizable text_fields uploadable_files active redirect_type id_product_redirected available_for_order"
    " available_date condition auto_add_to_cart price_addition_type show_at_front show_price indexed visibility"
    " advanced_stock_management date_add date_upd pack_stock_type meta_description meta_keywords meta_title"
    " link_rewrite name description description_short available_now available_later associations"
)
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
        "hotels", "hotel", rows.hotels,
        "id phone address id_country id_state city zipcode id_default_image <1.7:use_global_max_order_date"
        " <1.7:max_order_date <1.7:use_global_preparation_time <1.7:preparation_time"
        " 1.7:use_global_max_checkout_offset 1.7:max_checkout_offset 1.7:use_global_min_booking_offset"
        " 1.7:min_booking_offset id_category email rating check_in check_out active latitude longitude"
        " map_formated_address map_input_text active_refund 1.7:fax date_add date_upd policies hotel_name description"
        " short_description associations",
        _HOTEL_NUMBERS, frozenset({"id_default_image"}),
    ),
    "room_types": Resource(
        "room_types", "room_type", rows.room_types,
        "id id_hotel adults children id_manufacturer id_supplier id_category_default new cache_default_attribute"
        " id_default_image id_tax_rules_group position_in_category type id_shop_default "
        + _PRODUCT_FIELDS.format(kind=""),
        hidden=frozenset({"id_hotel", "adults", "children", "id_default_image", "position_in_category", "type"}),
    ),
    "services": Resource(
        "services", "service", rows.services,
        "id id_manufacturer id_supplier id_category_default new cache_default_attribute id_default_image"
        " id_tax_rules_group position_in_category quantity type id_shop_default "
        + _PRODUCT_FIELDS.format(kind="service_product_type"),
        hidden=frozenset({"id_default_image", "position_in_category", "type", "quantity"}),
    ),
    "hotel_room_types": Resource(
        "hotel_room_types", "hotel_room_type", rows.hotel_room_types,
        "id id_product id_hotel adults children max_adults max_children max_guests min_los max_los date_add date_upd"
        " associations",
        OBJECTS,
    ),
    "hotel_rooms": Resource(
        "rooms", "room", rows.hotel_rooms,
        "id id_product id_hotel room_num id_status floor comment date_add date_upd",
        OBJECTS,
    ),
    "hotel_features": Resource(
        "hotel_features", "hotel_feature", rows.named(demo.HOTEL_FEATURES, parent_feature_id=0, active=1),
        "id parent_feature_id position active date_add date_upd name",
        OBJECTS,
    ),
    "room_type_features": Resource(
        "room_type_features", "room_type_feature", rows.named(demo.ROOM_FEATURES), "id id_default_image position name",
        frozenset({"id", "id_default_image"}),
    ),
    "orders": Resource(
        "orders", "order", rows.orders,
        "id id_address_delivery id_address_invoice id_cart id_currency id_lang id_customer id_carrier current_state"
        " module valid date_add date_upd payment total_discounts total_paid total_paid_tax_incl total_paid_tax_excl"
        " total_paid_real total_products total_products_wt conversion_rate source reference",
    ),
    "room_bookings": Resource("bookings", "booking", rows.room_bookings, _LINE_FIELDS, OBJECTS),
    "order_states": Resource(
        "order_states", "order_state", rows.order_states,
        "id unremovable delivery hidden send_email module_name invoice color logable shipped paid pdf_delivery"
        " pdf_invoice deleted name template",
    ),
    "order_histories": Resource(
        "order_histories", "order_history", rows.order_histories, "id id_employee id_order_state id_order date_add"
    ),
    "order_payments": Resource(
        "order_payments", "order_payment", rows.order_payments,
        "id order_reference id_currency amount payment_method payment_type conversion_rate transaction_id card_number"
        " card_brand card_expiration card_holder date_add",
    ),
    "customers": Resource(
        "customers", "customer", rows.customers,
        "id id_default_group id_lang secure_key passwd <1.7:phone lastname firstname email 1.7:phone active is_guest"
        " deleted date_add date_upd",
    ),
    "customer_threads": Resource(
        "customer_threads", "customer_thread", rows.customer_threads,
        "id id_lang id_shop id_customer id_order id_product id_contact email token status date_add date_upd"
        " associations",
    ),
    "customer_messages": Resource(
        "customer_messages", "customer_message", rows.customer_messages,
        "id id_employee id_customer_thread ip_address message file_name user_agent private date_add date_upd read",
    ),
    "currencies": Resource(
        "currencies", "currency", rows.currencies,
        "id name iso_code iso_code_num blank sign format decimals conversion_rate deleted active",
    ),
    "languages": Resource(
        "languages", "language", rows.languages,
        "id name iso_code language_code active is_rtl date_format_lite date_format_full",
    ),
    "contacts": Resource("contacts", "contact", rows.contacts, "id email customer_service name description"),
    "taxes": Resource("taxes", "tax", rows.taxes, "id rate active deleted name"),
    "tax_rules": Resource(
        "tax_rules", "tax_rule", rows.tax,
        "id id_tax_rules_group id_state id_country zipcode_from zipcode_to id_tax behavior description",
    ),
    "tax_rule_groups": Resource(
        "tax_rule_groups", "tax_rule_group", rows.tax_groups, "id name active deleted date_add date_upd"
    ),
    "hotel_refund_rules": Resource("hotel_refund_rules", "hotel_refund_rule", rows.none, "id", OBJECTS),
    "extra_demands": Resource("extra_demands", "extra_demand", rows.none, "id name price", OBJECTS),
    "feature_prices": Resource("feature_prices", "feature_price", rows.none, "id id_product date_from date_to", OBJECTS),
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
