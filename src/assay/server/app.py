"""The HTTP application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from assay.server import problems
from assay.server.annotations.routes import router as annotations
from assay.server.batches.routes import router as batches
from assay.server.comments.routes import router as comments
from assay.server.engine import running_engine
from assay.server.imports.routes import router as imports
from assay.server.instructions.routes import router as instructions
from assay.server.interfaces.routes import router as interfaces
from assay.server.items.routes import router as items
from assay.server.jobs.routes import router as jobs
from assay.server.leases.routes import router as leases
from assay.server.media.routes import router as media
from assay.server.problems import ProblemDocument
from assay.server.projects.routes import router as projects
from assay.server.reviews.routes import router as reviews
from assay.server.tasks.routes import router as tasks
from assay.settings import Settings

ROUTERS = (
    projects,
    interfaces,
    instructions,
    batches,
    items,
    tasks,
    leases,
    annotations,
    reviews,
    comments,
    media,
    jobs,
    imports,
)


def create_app(settings: Settings) -> FastAPI:
    """The application; its engine starts and stops with it."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with running_engine(settings) as engine:
            app.state.engine = engine
            yield

    app = FastAPI(
        title="Assay",
        version="1",
        description="An open, self-hosted, neutral data engine.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        responses={"default": {"model": ProblemDocument, "description": "A problem document (RFC 9457)"}},
    )
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router)
    return app
