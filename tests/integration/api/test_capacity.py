"""What the server says of its load, with the recogniser that it comes with."""

import asyncio
from pathlib import Path

import httpx

from tests.support.server import client_of, running_server


async def test_the_capacity_is_measured_and_shown(tmp_path: Path) -> None:
    async with running_server(tmp_path / "home", None) as server:
        client = await client_of(server)
        await asyncio.gather(*(task for task in asyncio.all_tasks() if task.get_name() == "capacity"))
        load = (await client.get("/v1/calls"))["load"]
        assert load["capacity"] > 1
        assert load["partialIntervalSeconds"] == 1.0
        assert 0 <= load["utilization"] < 1
        async with httpx.AsyncClient(base_url=server.url, trust_env=False) as http:
            metrics = (await http.get("/metrics")).text
        assert f"earwitness_legs_capacity {load['capacity']}.0" in metrics
        assert "earwitness_partial_interval_seconds 1.0" in metrics
        assert 'earwitness_decodings_waiting{kind="final"} 0.0' in metrics
