"""`POST /oauth2/token:generate`: trading an app's id and secret for an access token."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from earwitness.api.context import Ctx
from earwitness.api.errors import ApiError, unauthorized
from earwitness.api.requests.bodies import body_of, described

router = APIRouter(tags=["Authentication"])


class TokenRequest(BaseModel):
    """Who asks for a token."""

    type: Literal["application", "password"] = "application"
    app_id: str | None = Field(None, alias="appId")
    app_secret: str | None = Field(None, alias="appSecret")


class TokenReply(BaseModel):
    """An access token."""

    accessToken: str = Field(description="A JWT; send it as X-API-KEY or Authorization: Bearer.")  # noqa: N815
    expiresIn: int = Field(description="Seconds.")  # noqa: N815


@router.post("/oauth2/token:generate", openapi_extra=described(TokenRequest))
async def generate_token(
    given: Annotated[TokenRequest, Depends(body_of(TokenRequest))], context: Ctx
) -> TokenReply:
    """Return an access token for an app."""
    if given.type != "application":
        raise ApiError(400, "type: only 'application' is supported, with appId and appSecret.")
    missing = [
        name for name, value in (("appId", given.app_id), ("appSecret", given.app_secret)) if not value
    ]
    if missing:
        raise ApiError(400, f"{' and '.join(missing)}: required.")
    if not await context.apps.verify(given.app_id or "", given.app_secret or ""):
        raise unauthorized("Combination of appId and appSecret is not valid.")
    ttl_s = context.settings.token_ttl_s
    return TokenReply(accessToken=context.tokens.issue(given.app_id or ""), expiresIn=ttl_s)
