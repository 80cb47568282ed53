"""The admin routes as /openapi.json has them."""

from dataclasses import replace
from typing import Final

from pydantic import BaseModel

from agente_hotelero.http import schemas
from agente_hotelero.http.admin import schemas as admin
from agente_hotelero.http.admin.files import ANY_BYTES
from agente_hotelero.http.admin.handoffs import PostedReply
from agente_hotelero.http.admin.people import PostedFlag
from agente_hotelero.http.described import PROBLEM, Method, Operation


def _operation(
    method: Method,
    path: str,
    summary: str,
    *,
    gives: type[BaseModel],
    status: int = 200,
    takes: type[BaseModel] | None = None,
    query: tuple[str, ...] = (),
) -> Operation:
    refusals = {401, 403, 429, 503}
    refusals |= {404} if "{" in path else set()
    refusals |= {400} if takes or query else set()
    refusals |= {408, 413} if takes else set()
    return Operation(
        method=method,
        path=path,
        summary=summary,
        takes=takes,
        query=query,
        security="operator",
        answers={status: gives} | dict.fromkeys(sorted(refusals), PROBLEM),
    )


ADMIN_OPERATIONS: Final = (
    _operation("get", "/admin/me", "Whose token it is", gives=admin.Me),
    _operation("get", "/admin/handoffs", "Open hand-offs; operator", gives=admin.HandOffList),
    _operation("get", "/admin/handoffs/{id}", "One with its conversation; operator", gives=admin.OneHandOff),
    _operation(
        "post",
        "/admin/handoffs/{id}/reply",
        "Answer the guest, who is taken over by it; the same id twice is said once; operator",
        takes=PostedReply,
        status=202,
        gives=schemas.Stored,
    ),
    *(
        _operation("post", f"/admin/handoffs/{{id}}/{action}", summary, status=202, gives=schemas.Stored)
        for action, summary in (
            ("take", "A person answers from here on; operator"),
            ("give-back", "The agent answers again, and all of the guest's are closed; operator"),
            ("close", "Settle one; with the guest's last one they are given back; operator"),
        )
    ),
    Operation(
        method="get",
        path="/admin/files/{id}",
        summary="A file that a guest sent, to be saved; operator",
        security="operator",
        answers={200: ANY_BYTES} | dict.fromkeys((401, 403, 404, 429, 503), PROBLEM),
    ),
    _operation("get", "/admin/inbox", "Events that wait for their turn", query=("after",), gives=admin.EventList),
    _operation(
        "get", "/admin/outbox", "Messages that wait or failed", query=("status", "after"), gives=admin.MessageList
    ),
    _operation(
        "post", "/admin/outbox/{id}/retry", "Send a dead message again; operator", status=202, gives=schemas.Stored
    ),
    _operation(
        "get", "/admin/dead-letters", "Events that failed for good", query=("after",), gives=admin.DeadLetterList
    ),
    _operation(
        "post", "/admin/dead-letters/{id}/retry", "Another five attempts; operator", status=202, gives=schemas.Stored
    ),
    _operation(
        "get", "/admin/questions", "Questions that wait for the PMS", query=("after",), gives=admin.QuestionList
    ),
    _operation(
        "get", "/admin/unreadable", "What could not be read, by size", query=("after",), gives=admin.UnreadableList
    ),
    _operation("get", "/admin/audit", "What people changed; admin", query=("before",), gives=admin.AuditList),
    _operation("get", "/admin/held", "How much a restore held back", gives=admin.HeldCount),
    _operation("post", "/admin/held/release", "Let everything go; admin", gives=admin.HeldCount),
    _operation("post", "/admin/held/drop", "Let nothing go, ever; admin", gives=admin.HeldCount),
    _operation("get", "/admin/guests", "Find guests; operator", query=("find",), gives=admin.GuestList),
    replace(
        _operation("post", "/admin/reload", "Read the hotels file anew, everywhere; admin", gives=admin.ReloadReport),
        answers={200: admin.ReloadReport} | dict.fromkeys((401, 403, 422, 429, 503), PROBLEM),
    ),
    _operation("get", "/admin/actors", "The supervisors' trees", gives=admin.ActorTrees),
    _operation("put", "/admin/feature-flags/{flag}", "Switch a flag; admin", takes=PostedFlag, gives=admin.FlagSet),
)
