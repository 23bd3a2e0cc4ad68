"""The Python SDK: `assay.connect(url, key)` and `assay.connect_async(url, key)`.

    client = assay.connect("http://127.0.0.1:8420", key)
    project = client.projects.create("Weather", "weather.json", overlap=3)
    project.import_items("photographs/")
    for task in project.tasks("state = review"):
        print(task.id, task.agreement)

Both clients have the same methods; those of the asynchronous one are awaited, and lists are walked with
`async for`. What the engine refuses is raised as the typed errors of `assay.errors`.
"""

from assay.client.connection import Assay, AsyncAssay, connect, connect_async
from assay.client.jobs import Job
from assay.client.operations import Async, Blocking
from assay.client.progress import Progress
from assay.client.project_datasets import DatasetVersion, LabeledItem
from assay.client.project_items import MediaFile
from assay.client.project_settings import Batch, Workflow
from assay.client.project_work import Accept, Fix, SendBack, Skip
from assay.client.projects import Project
from assay.client.tasks import Task
from assay.client.webhooks import Webhook
from assay.client.work import AnnotationLease, ReviewLease

__all__ = [
    "Accept",
    "AnnotationLease",
    "Assay",
    "Async",
    "AsyncAssay",
    "Batch",
    "Blocking",
    "DatasetVersion",
    "Fix",
    "Job",
    "LabeledItem",
    "MediaFile",
    "Progress",
    "Project",
    "ReviewLease",
    "SendBack",
    "Skip",
    "Task",
    "Webhook",
    "Workflow",
    "connect",
    "connect_async",
]
