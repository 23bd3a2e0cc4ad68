"""The main job from the command line: project, import, progress, review, version, export, verify."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from typer.testing import Result

import assay


def documents(result: Result) -> list[dict[str, Any]]:
    """The JSON lines on standard output."""
    return [orjson.loads(line) for line in result.stdout.splitlines()]


async def test_main_job(
    run: Any, api: Any, address: str, settle: Any, interface_file: Path, tmp_path: Path
) -> None:
    created = await run(
        "project", "create", "From the shell", interface_file, "--overlap", "2", "--review", "1", "--json"
    )
    project = documents(created)[0]["id"]
    rows = tmp_path / "items.csv"
    rows.write_text("id,body\n" + "".join(f"key {number},passage {number}\n" for number in range(4)))
    wrong = tmp_path / "wrong.jsonl"
    wrong.write_text('{"data": {"text": "passage 4"}}\nnot json\n')
    imported = await run(
        "import", project, rows, wrong, "--map", "id=key", "--map", "body=data.text", "--batch", "one"
    )
    assert "4 items imported, 0 rejected" in imported.stdout
    assert "1 items imported, 1 rejected" in imported.stdout
    assert f"assay job rejected {project}" in imported.stderr

    for number in range(2):
        async with assay.connect_async(address, api.keys[f"annotator {number}"]) as annotator:
            own = await annotator.projects.get(project)
            assert await own.annotate(lambda _: {"mood": "good"}, ahead=5) == 5
    await settle(UUID(project))
    listed = await run("task", "list", "From the shell", "--filter", "state = review", "--json")
    assert len(documents(listed)) == 5
    async with assay.connect_async(address, api.keys["reviewer"]) as reviewer:
        assert await (await reviewer.projects.get(project)).review(lambda _: assay.Accept()) == 5
    figures = documents(await run("progress", project, "--json"))[0]["project"]
    assert (figures["tasks"]["done"], figures["annotations"]) == (5, 10)
    assert "5 of 5 tasks (100%)" in (await run("progress", project)).stdout

    await run("version", "create", project, "first", "--filter", 'label.mood = "good"')
    await run("version", "create", project, "second")
    assert (
        "0 added, 0 removed, 0 changed, 5 unchanged"
        in (await run("version", "diff", project, "first", "2")).stdout
    )
    versions = documents(await run("version", "list", project, "--json"))
    assert [version["number"] for version in versions] == [2, 1]
    target = tmp_path / "export"
    exported = documents(await run("export", project, target, "--version", "1", "--json"))[0]
    assert (exported["rows"], exported["root"]) == (5, versions[1]["root"])
    assert "verified" in (await run("verify-export", target)).stdout
    refused = await run("export", project, target, code=1)
    assert "is not empty" in refused.stderr
    (target / "stray").touch()
    assert "stray is not in the manifest" in (await run("verify-export", target, code=1)).stderr


async def test_loose_files_go_as_one_archive(run: Any, interface_file: Path, tmp_path: Path) -> None:
    project = documents(await run("project", "create", "Files", interface_file, "--json"))[0]["id"]
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text(name)
    result = await run("import", project, tmp_path / "a.txt", tmp_path / "b.txt", "--json")
    assert [job["result"]["items"] for job in documents(result)] == [2]
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "d.txt").write_text("d")
    assert "1 items imported" in (await run("import", project, folder)).stdout
    jobs = documents(await run("job", "list", "--project", project, "--json"))
    assert [job["kind"] for job in jobs] == ["import", "import"]
    assert documents(await run("job", "wait", project, jobs[0]["id"], "--json"))[0]["state"] == "done"


async def test_project_settings(run: Any, interface: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "interface.json"
    file.write_bytes(orjson.dumps(interface))
    project = documents(await run("project", "create", "Settings", file, "--json"))[0]["id"]
    changed = documents(await run("project", "set", project, "--state", "paused", "--overlap", "3", "--json"))
    assert (changed[0]["state"], changed[0]["workflow"]["overlap"]) == ("paused", 3)
    interface["fields"][0]["options"] = [{"value": "other"}]
    file.write_bytes(orjson.dumps(interface))
    refused = await run("project", "interface", project, file, code=1)
    assert "breaking" in refused.stderr
    assert "allow_breaking" in refused.stderr
    made = documents(await run("project", "interface", project, file, "--allow-breaking", "--json"))
    assert (made[0]["version"], made[0]["edit"]) == (2, "breaking")
    text = tmp_path / "instructions.md"
    text.write_text("# Do it")
    assert "version 1" in (await run("project", "instructions", project, text)).stderr
    assert "Settings" in (await run("project", "list")).stdout


async def test_people_keys_and_webhooks(run: Any, address: str, tmp_path: Path) -> None:
    invited = await run("member", "invite", "grace@example.org", "--role", "reviewer")
    assert invited.stdout.startswith("http://assay.test/sign-in/")
    assert "grace@example.org" in (await run("member", "list")).stdout
    await run("member", "remove", "Grace@example.org")
    assert "no such member" in (await run("member", "remove", "grace@example.org", code=1)).stderr

    key = documents(await run("key", "create", "robot", "--role", "viewer", "--days", "1", "--json"))[0]
    config = {"XDG_CONFIG_HOME": str(tmp_path)}
    await run("login", address, "--key", key["key"], **config)
    saved = tmp_path / "assay" / "login.json"
    assert saved.stat().st_mode & 0o777 == 0o600
    nothing = {"ASSAY_URL": "", "ASSAY_API_KEY": ""}
    await run("project", "list", **config | nothing)
    assert "role does not allow" in (await run("key", "list", code=1, **config | nothing)).stderr
    saved.chmod(0o644)
    assert "chmod 600" in (await run("project", "list", code=1, **config | nothing)).stderr
    await run("logout", **config)
    assert "assay login" in (await run("project", "list", code=1, **config | nothing)).stderr
    await run("key", "revoke", key["id"])

    made = documents(await run("webhook", "create", "http://127.0.0.1:9/", "label.created", "--json"))[0]
    assert made["secret"]
    await run("webhook", "pause", made["id"])
    assert "paused" in (await run("webhook", "list")).stdout
    await run("webhook", "delete", made["id"])
    assert (await run("log", "--object", made["id"], "--json")).stdout


async def test_errors_name_the_place_and_what_to_do(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "interface.json"
    file.write_text('{"version": 1, "inputs": [], "fields": [{"name": "x", "type": "nonsense"}]}')
    refused = await run("project", "create", "Wrong", file, code=1)
    assert "/inputs" in refused.stderr
    assert "no project" in (await run("progress", "unheard of", code=1)).stderr
    missing = "00000000-0000-7000-8000-000000000000"
    assert "Error" in (await run("project", "show", missing, code=1)).stderr
    await run("import", missing, tmp_path / "missing.csv", code=2)
    await run("key", "create", "robot", "--role", "king", code=2)


def test_interfaces_are_checked_and_compared_offline(
    offline: Callable[..., Result], interface_file: Path, interface: dict[str, Any], tmp_path: Path
) -> None:
    shown = offline("interface", "check", interface_file).stdout
    assert "valid" in shown
    assert "mood" in shown
    assert "good, bad" in shown
    assert documents(offline("interface", "check", interface_file, "--json"))[0]["hotkeys"]
    interface["fields"][0]["options"].append({"value": "mixed"})
    new = tmp_path / "new.json"
    new.write_bytes(orjson.dumps(interface))
    assert offline("interface", "diff", interface_file, new).stdout.startswith("compatible")
    assert documents(offline("interface", "diff", new, interface_file, "--json"))[0]["kind"] == "breaking"
    new.write_text(
        '{"version": 1, "inputs": [{"name": "t", "type": "text", "source": "$.t"}], "fields": [{}]}'
    )
    refused = offline("interface", "check", new, code=1).stderr
    assert "new.json" in refused
    assert "/fields/0" in refused


def test_quality_bench(offline: Callable[..., Result], tmp_path: Path) -> None:
    answers = [
        f"{task},w{worker},{'ab'[(task + (worker == 2)) % 2]}" for task in range(8) for worker in range(3)
    ]
    (tmp_path / "answers.csv").write_text("task,worker,label\n" + "\n".join(answers))
    (tmp_path / "truth.csv").write_text("task,label\n" + "\n".join(f"{t},{'ab'[t % 2]}" for t in range(8)))
    rows = documents(offline("quality", "bench", tmp_path, "--json"))
    assert {row["method"]: row["accuracy"] for row in rows}["majority"] == 1.0
    assert "majority" in offline("quality", "bench", tmp_path).stdout
    (tmp_path / "truth.csv").unlink()
    assert "truth.csv" in offline("quality", "bench", tmp_path, code=1).stderr
