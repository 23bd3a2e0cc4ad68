"""The HTTP application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from assay.server import problems
from assay.server.access_log.routes import router as access_log
from assay.server.annotations.routes import router as annotation_routes
from assay.server.api_keys.routes import router as api_keys
from assay.server.batches.routes import router as batches
from assay.server.comments.routes import router as comments
from assay.server.dataset_versions.routes import router as dataset_versions
from assay.server.engine import running_engine
from assay.server.exports.routes import router as exports
from assay.server.figures.routes import router as figures
from assay.server.health.logs import configure_logs
from assay.server.health.middleware import Observer
from assay.server.health.routes import router as health
from assay.server.imports.routes import router as imports
from assay.server.instructions.routes import router as instructions
from assay.server.interfaces.routes import drafts as interface_drafts
from assay.server.interfaces.routes import router as interfaces
from assay.server.items.routes import router as items
from assay.server.jobs.routes import router as jobs
from assay.server.leases.routes import router as leases
from assay.server.media.routes import router as media
from assay.server.members.routes import router as members
from assay.server.people.routes import router as people
from assay.server.problems import ProblemDocument
from assay.server.projects.routes import router as projects
from assay.server.reviews.routes import router as reviews
from assay.server.sessions.routes import router as sessions
from assay.server.site.routes import router as site
from assay.server.tasks.routes import router as tasks
from assay.server.tenants.routes import router as tenants
from assay.server.webhooks.routes import router as webhooks
from assay.settings import Settings

# Matched from top to bottom: what annotators call all day stands first.
ROUTERS = (
    annotation_routes,
    leases,
    reviews,
    media,
    tasks,
    items,
    batches,
    comments,
    projects,
    interface_drafts,
    interfaces,
    instructions,
    imports,
    exports,
    dataset_versions,
    jobs,
    figures,
    webhooks,
    access_log,
    members,
    api_keys,
    tenants,
    people,
    sessions,
    health,
    site,
)


def create_app(settings: Settings) -> FastAPI:
    """The application; its engine starts and stops with it."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        configure_logs(settings.log_level)
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
        generate_unique_id_function=lambda route: route.name,
        responses={"default": {"model": ProblemDocument, "description": "A problem document (RFC 9457)"}},
    )
    problems.install(app)
    app.add_middleware(Observer)
    for router in ROUTERS:
        app.include_router(router)
    openapi = app.openapi
    app.openapi = lambda: problems.describe(openapi())  # type: ignore[method-assign]
    return app
