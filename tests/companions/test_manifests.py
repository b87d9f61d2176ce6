"""The manifests of the documentation are what Kubernetes and Argo take."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import kubernetes_validate
import yaml
from hera.workflows.models import Workflow

EXAMPLES = Path(__file__).parents[2] / "docs" / "source" / "how-to" / "examples"


def manifest(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((EXAMPLES / name).read_text())
    return loaded


def test_the_job_of_kubernetes_is_valid() -> None:
    latest = kubernetes_validate.latest_version()
    kubernetes_validate.validate(manifest("kubernetes-job.yaml"), latest, strict=True)


def test_the_workflow_of_argo_is_valid() -> None:
    """A field that its schema does not know would not come out again."""
    written = manifest("argo-workflow.yaml")
    known = Workflow.model_validate(written)
    assert known.model_dump(by_alias=True, exclude_none=True, mode="json") == written
