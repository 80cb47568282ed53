"""A JSON body as the model that checks it."""

from http import HTTPStatus
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ValidationError

from agente_hotelero.http.body import read_body
from agente_hotelero.http.problems import ProblemError

Posted = TypeVar("Posted", bound=BaseModel)


async def posted(request: web.Request, model: type[Posted], *, limit_bytes: int) -> Posted:
    """Read it; raises ProblemError 400 naming the fields that are wrong, and what `read_body` raises."""
    body = await read_body(request, limit_bytes)
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        # pydantic's own words quote the input.
        fields = sorted({str(part) for problem in error.errors() for part in problem["loc"][:1]})
        detail = f" ({', '.join(fields)})" if fields else ""
        raise ProblemError(HTTPStatus.BAD_REQUEST, f"the body isn't what this takes{detail}") from error
