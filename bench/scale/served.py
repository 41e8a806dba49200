"""The application with one more route: one row by its key, through everything that every other request passes."""

from __future__ import annotations

import sys
from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse

from api.app import create_app
from api.visit import ToolVisit
from pipeline.commands.serving import serve
from store.accounts import get_account

BARE = "/v1/bare"


def application() -> FastAPI:
    """What `whyred serve` serves, and the bare route."""
    app = create_app()

    @app.get(BARE + "/{account_id}")
    def bare(visit: ToolVisit, account_id: str) -> Any:
        account = get_account(visit.connection, account_id)
        return JSONResponse({"id": account.id, "name": account.name} if account else None)

    return app


def main() -> None:
    """`python -m bench.scale.served PORT WORKERS`, settings from the environment as always."""
    port, workers = (int(argument) for argument in sys.argv[1:])
    serve("bench.scale.served:application", "127.0.0.1", port, workers)


if __name__ == "__main__":
    main()
