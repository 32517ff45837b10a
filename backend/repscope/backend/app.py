"""The app: routes, guard and error handlers, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.routing import APIRoute

from repscope.backend.access import Access
from repscope.backend.docs import install_docs
from repscope.backend.door import Door
from repscope.backend.errors import ErrorBody, install_error_handlers
from repscope.backend.guard import Guard
from repscope.backend.logs import RequestLog
from repscope.backend.metrics import Metrics, install_metrics
from repscope.backend.openapi import install_openapi
from repscope.backend.routes import (
    artifacts,
    catalogue,
    dataset_export,
    datasets,
    encoder_export,
    events,
    export,
    health,
    jobs,
    live,
    runs,
    selections,
    uploads,
)
from repscope.backend.services import Services
from repscope.backend.ui import install_ui
from repscope.core.settings import Settings


def create_app(settings: Settings) -> FastAPI:
    """Build the app; the data folder is opened when it starts."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.services = services = Services(settings)
        services.start()
        try:
            yield
        finally:
            services.bell.close()
            services.close()

    app = FastAPI(
        title="Repscope",
        summary="A microscope for learned representations.",
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_name_of,
    )
    app.state.access = access = Access.of(settings)
    app.state.metrics = metrics = Metrics()
    # The last one added is the first that a request meets.
    if access is not None:
        app.add_middleware(Door, access=access)
    hosts = None if access is not None else [*settings.allowed_hosts, settings.host]
    app.add_middleware(Guard, allowed_hosts=hosts)
    app.add_middleware(RequestLog, metrics=metrics)
    install_error_handlers(app)
    for subject in (
        health,
        catalogue,
        jobs,
        events,
        artifacts,
        export,
        encoder_export,
        datasets,
        dataset_export,
        selections,
        runs,
        live,
        uploads,
    ):
        app.include_router(
            subject.router,
            prefix="/api",
            responses={"4XX": {"model": ErrorBody, "description": "The request cannot be served."}},
        )
    install_openapi(app)
    install_metrics(app)
    install_docs(app)
    install_ui(app)
    return app


def _name_of(route: APIRoute) -> str:
    return route.name
