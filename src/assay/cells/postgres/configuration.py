"""The configuration files of an embedded cluster, written anew at every start.

Two ends shape them: nothing of a statement may reach the server's log (messages of level ERROR quote values,
DETAIL lines quote whole rows, so neither is written), and an idle cluster must cost next to nothing, because
there is one per tenant. An operator's own settings go into `postgresql.local.conf` beside the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

SUPERUSER = "cluster_admin"
OWNER = "cell_owner"
DATABASE = "cell"
LOCAL_SETTINGS = "postgresql.local.conf"


@dataclass(frozen=True, slots=True)
class ClusterSettings:
    """What may differ between clusters. Sizes are in MiB; `extra` overrides any PostgreSQL setting."""

    shared_buffers: int = 32
    work_memory: int = 8
    maintenance_memory: int = 64
    write_ahead_log: int = 1024
    max_connections: int = 40
    extra: Mapping[str, str] = field(default_factory=dict)


def server_configuration(
    settings: ClusterSettings, socket_directory: Path, major: int, with_local_settings: bool
) -> str:
    """The text of postgresql.conf for a server of this major version."""
    values = {
        **_access(settings, socket_directory),
        **_MEMORY_AND_PLANNER,
        "shared_buffers": f"{settings.shared_buffers}MB",
        "work_mem": f"{settings.work_memory}MB",
        "maintenance_work_mem": f"{settings.maintenance_memory}MB",
        **_DURABILITY,
        "max_wal_size": f"{settings.write_ahead_log}MB",
        **_BACKGROUND,
        **_SILENCE,
        **_since(major),
        **settings.extra,
    }
    lines = [f"{name} = {_quoted(value)}" for name, value in values.items()]
    head = f"# Written by Assay at every start. Your own settings belong in {LOCAL_SETTINGS}."
    tail = [f"include = '{LOCAL_SETTINGS}'"] if with_local_settings else []
    return "\n".join((head, *lines, *tail, ""))


def host_based_authentication() -> str:
    """The text of pg_hba.conf: two roles, each with its password, over the socket. All else is rejected."""
    return (
        "# Written by Assay. No TCP, no trust, no peer.\n"
        f"local {DATABASE} {OWNER} scram-sha-256\n"
        f"local all {SUPERUSER} scram-sha-256\n"
    )


def _access(settings: ClusterSettings, socket_directory: Path) -> dict[str, str]:
    return {
        "listen_addresses": "",
        "port": "5432",
        "unix_socket_directories": str(socket_directory),
        "unix_socket_permissions": "0700",
        "max_connections": str(settings.max_connections),
        "superuser_reserved_connections": "2",
        "password_encryption": "scram-sha-256",
        "client_connection_check_interval": "5s",
        "idle_in_transaction_session_timeout": "10min",
    }


_MEMORY_AND_PLANNER = {
    "huge_pages": "off",
    "jit": "off",
    "max_worker_processes": "4",
    "max_parallel_workers": "0",
    "max_parallel_workers_per_gather": "0",
    "max_parallel_maintenance_workers": "0",
    "random_page_cost": "1.1",
    "effective_cache_size": "1GB",
    "update_process_title": "off",
}

# wal_level stays at replica, so that a cell can be backed up while it runs. Whole-page compression costs
# more CPU than the writing it saves at the sizes of a cell's rows, which are ciphertext and do not compress.
_DURABILITY = {
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "recovery_init_sync_method": "syncfs",
    "wal_level": "replica",
    "wal_compression": "off",
    "wal_buffers": "4MB",
    "min_wal_size": "64MB",
    "checkpoint_timeout": "10min",
    "max_wal_senders": "3",
    "max_replication_slots": "3",
    "max_logical_replication_workers": "0",
}

_BACKGROUND = {
    "autovacuum_max_workers": "2",
    "autovacuum_naptime": "30s",
    "autovacuum_vacuum_cost_delay": "1ms",
    "track_activity_query_size": "1024",
}

_SILENCE = {
    "logging_collector": "off",
    "log_destination": "stderr",
    "log_line_prefix": "%m [%p] ",
    "log_timezone": "UTC",
    "timezone": "UTC",
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_duration": "off",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
    "log_autovacuum_min_duration": "-1",
    "log_lock_waits": "off",
    "log_temp_files": "-1",
    "log_checkpoints": "off",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "debug_print_parse": "off",
    "debug_print_plan": "off",
    "debug_print_rewritten": "off",
}


def _since(major: int) -> dict[str, str]:
    """Settings that older servers do not know."""
    values = {}
    if major >= 16:
        # Passwords are 256 random bits: no number of iterations makes them harder to guess.
        values["scram_iterations"] = "256"
    if major >= 18:
        # No input-output worker processes in each of many small clusters.
        values["io_method"] = "sync"
    return values


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"
