"""A client that was made from less data talks to the same places in the same way."""

from __future__ import annotations

from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from aiobotocore.session import AioSession

from bookstore.store.s3.data import LeanFiles

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("no_aws_configuration")]

REGIONS = ("us-east-1", "eu-central-1", "cn-north-1", "us-gov-west-1", "somewhere-else")


def session(*, lean: bool) -> AioSession:
    made = AioSession()
    if lean:
        made.get_component("data_loader").file_loader = LeanFiles()
    return made


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("service", ["s3", "sts", "sso", "sso-oidc"])
async def test_it_finds_the_same_endpoint(service: str, region: str) -> None:
    async with AsyncExitStack() as stack:
        made = [
            await stack.enter_async_context(
                session(lean=lean).create_client(
                    service,
                    region_name=region,
                    aws_access_key_id="tester",
                    aws_secret_access_key="not-a-secret",
                )
            )
            for lean in (False, True)
        ]
        full, lean = (
            (
                client.meta.endpoint_url,
                client.meta.region_name,
                client.meta.partition,
                client.meta.config.signature_version,
            )
            for client in made
        )
        assert lean == full


@pytest.mark.parametrize("region", REGIONS)
async def test_it_makes_the_same_address_of_an_object(region: str) -> None:
    addresses = []
    for lean in (False, True):
        async with session(lean=lean).create_client(
            "s3", region_name=region, aws_access_key_id="a", aws_secret_access_key="b"
        ) as client:
            parameters = {"Bucket": "bucket", "Key": "a b/ü.ipynb", "VersionId": "v"}
            url: str = await client.generate_presigned_url("get_object", parameters)
            addresses.append(url.partition("&X-Amz-Date")[0].partition("?")[0])
    assert addresses[0] == addresses[1]


async def test_every_operation_is_there_with_its_parameters() -> None:
    full = await session(lean=False).get_service_model("s3")
    lean = await session(lean=True).get_service_model("s3")
    assert lean.operation_names == full.operation_names
    for name in full.operation_names:
        assert _members(lean.operation_model(name)) == _members(full.operation_model(name))


async def test_a_file_that_is_not_there_is_none(tmp_path: Path) -> None:
    assert LeanFiles().load_file(str(tmp_path / "nothing")) is None


def _members(operation: Any) -> list[list[str]]:
    shapes = (operation.input_shape, operation.output_shape)
    return [list(shape.members) if shape else [] for shape in shapes]
