-- Everything one tenant owns. There is no tenant column: the database is the tenant's.
--
-- Columns of type bytea hold sealed content (assay.trust.sealing) unless their name ends in _digest;
-- what is plain here is what the design allows to be plain: ids, states, counters, times, priorities,
-- customer-set metadata, and field values that the interface marks as indexed.

create table log_row (
    id          bigint generated always as identity primary key,
    at          timestamptz not null default now(),
    action      text not null,
    object_id   uuid,
    project_id  uuid,
    entry       bytea not null            -- canonical JSON, no content: assay.trust.log_entry
);
create index log_row_object on log_row (object_id, id) where object_id is not null;

-- Projects and what they ask ------------------------------------------------------------------

create table project (
    id                   uuid primary key,
    name                 bytea not null,
    state                text not null default 'active' check (state in ('active', 'paused', 'archived')),
    workflow             jsonb not null,
    interface_version    integer not null,
    instruction_version  integer not null default 0,
    metadata             jsonb not null default '{}',
    created_at           timestamptz not null default now(),
    updated_at           timestamptz not null default now()
);

create table interface_version (
    project_id    uuid not null references project,
    version       integer not null,
    version_hash  text not null,           -- of the meaning, not of the words
    declaration   bytea not null,
    edit          text not null check (edit in ('first', 'same', 'compatible', 'migrating', 'breaking')),
    renames       bytea,
    created_by    uuid not null,
    created_at    timestamptz not null default now(),
    primary key (project_id, version)
);

create table instruction_version (
    project_id  uuid not null references project,
    version     integer not null,
    body        bytea not null,
    created_by  uuid not null,
    created_at  timestamptz not null default now(),
    primary key (project_id, version)
);

-- What is to be labeled ------------------------------------------------------------------------

create table blob (
    id             uuid primary key,
    project_id     uuid not null references project,
    name           bytea,
    media_type     text not null,
    byte_count     bigint not null,
    content_digest bytea not null,         -- keyed: tells equal blobs of one project, nothing else
    created_at     timestamptz not null default now()
);
create index blob_content on blob (project_id, content_digest);

create table batch (
    id          uuid primary key,
    project_id  uuid not null references project,
    name        bytea not null,
    priority    integer not null default 0,
    state       text not null default 'open' check (state in ('open', 'paused')),
    is_default  boolean not null default false,   -- takes the items for which nobody names a batch
    created_at  timestamptz not null default now()
);
create index batch_project on batch (project_id, id);
create unique index batch_default on batch (project_id) where is_default;

create table item (
    id          uuid primary key,
    project_id  uuid not null,
    batch_id    uuid not null,
    key         bytea,
    key_digest  bytea,                     -- keyed: finds a customer's own key without knowing it
    payload     bytea not null,
    metadata    jsonb not null default '{}',
    created_at  timestamptz not null default now()
);
-- Filters name single values of many: a finer sample tells the planner how rare they are.
alter table item alter column metadata set statistics 500;
create unique index item_key on item (project_id, key_digest) where key_digest is not null;
create index item_metadata on item using gin (metadata jsonb_path_ops) where metadata <> '{}';

create table task (
    id              uuid primary key,
    project_id      uuid not null,
    batch_id        uuid not null,
    item_id         uuid not null,
    state           text not null default 'open'
                    check (state in ('open', 'annotated', 'review', 'done', 'gold')),
    priority        integer not null default 0,
    overlap         smallint not null,
    submitted       smallint not null default 0,   -- annotations of this round
    skipped         smallint not null default 0,
    round           smallint not null default 1,   -- a task that is sent back begins a new round
    label_revision  integer,
    agreement       real,
    confidence      real,
    created_at      timestamptz not null default now(),
    updated_at      timestamptz not null default now()
) with (fillfactor = 85);
create index task_state on task (project_id, state, id);
create index task_batch on task (batch_id, id);
create index task_item on task (project_id, item_id);

create table prelabel (
    id          uuid primary key,
    task_id     uuid not null references task,
    model       text not null,
    score       real,
    interface_version integer not null,
    answer      bytea not null,
    created_at  timestamptz not null default now()
);
create index prelabel_task on prelabel (task_id);

create table gold (
    task_id      uuid primary key references task,
    project_id   uuid not null,
    interface_version integer not null,
    answer       bytea not null,
    explanation  bytea,
    created_by   uuid not null,
    created_at   timestamptz not null default now()
);
create index gold_project on gold (project_id, task_id);

-- The work -------------------------------------------------------------------------------------

-- Tasks that have open slots, in the order in which they are handed out. Narrow on purpose: it is
-- rewritten at every lease. A row leaves when its last slot is taken and returns when one is given back.
create table queue (
    task_id       uuid not null,
    stage         smallint not null check (stage in (1, 2)),   -- 1 annotate, 2 review
    project_id    uuid not null,
    rank          integer not null,        -- minus the priority, so that the index runs one way
    batch_id      uuid not null,
    open_slots    smallint not null check (open_slots > 0),
    round         smallint not null,
    returned      boolean not null default false,  -- given back: lies behind the annotators' cursors
    held          boolean not null default false,  -- its batch is paused
    reserved_for  uuid,                    -- sent back to this annotator,
    reserved_until timestamptz,            -- who has it to themselves until then
    primary key (task_id, stage)
) with (fillfactor = 70);
create index queue_fresh on queue (project_id, stage, rank, batch_id, task_id) where not held;
create index queue_returned on queue (project_id, stage, rank, batch_id, task_id) where returned and not held;

create table lease (
    id                   uuid primary key,
    task_id              uuid not null,
    project_id           uuid not null,
    annotator_id         uuid not null,
    stage                smallint not null check (stage in (1, 2)),
    round                smallint not null,
    state                text not null default 'active'
                         check (state in ('active', 'submitted', 'skipped', 'released', 'expired')),
    token_digest         bytea not null,
    interface_version    integer not null,
    instruction_version  integer not null,
    claimed_at           timestamptz not null default now(),
    expires_at           timestamptz not null,
    ended_at             timestamptz,
    reason               text,
    note                 bytea
) with (fillfactor = 80);
-- The guard behind "never the same task twice to one annotator", whatever the code does.
create unique index lease_once on lease (task_id, annotator_id, stage, round)
    where state in ('active', 'submitted', 'skipped');
create index lease_active on lease (annotator_id, project_id, stage) where state = 'active';
create index lease_expiry on lease (expires_at) where state = 'active';

create table draft (
    task_id       uuid not null,
    annotator_id  uuid not null,
    stage         smallint not null,
    revision      integer not null,
    answer        bytea not null,
    updated_at    timestamptz not null default now(),
    primary key (task_id, annotator_id, stage)
);

create table annotation (
    id            uuid primary key,        -- made by the client: a repeated submit is the same annotation
    task_id       uuid not null,
    project_id    uuid not null,
    annotator_id  uuid not null,
    lease_id      uuid not null,
    round         smallint not null,
    revision      integer not null default 1,
    created_at    timestamptz not null default now()
) with (fillfactor = 90);
create index annotation_task on annotation (task_id);
create index annotation_annotator on annotation (project_id, annotator_id, id);
-- Rows lie in the order of time: a few bytes for each range of blocks find those of the last day.
create index annotation_time on annotation using brin (created_at) with (pages_per_range = 32, autosummarize);

create table annotation_revision (
    annotation_id      uuid not null,
    revision           integer not null,
    interface_version  integer not null,
    answer             bytea not null,
    active_ms          integer not null,
    author_id          uuid not null,
    created_at         timestamptz not null default now(),
    primary key (annotation_id, revision)
);

create table gold_result (
    annotation_id  uuid primary key,
    task_id        uuid not null,
    project_id     uuid not null,
    annotator_id   uuid not null,
    score          real not null,
    created_at     timestamptz not null default now()
);
create index gold_result_annotator on gold_result (project_id, annotator_id) include (score);

-- One row for each annotator in a project: where their last lease stood in the queue, and their totals.
create table annotator_progress (
    project_id     uuid not null,
    annotator_id   uuid not null,
    stage          smallint not null,
    cursor_rank    integer not null default -2147483648,
    cursor_batch   uuid not null default '00000000-0000-0000-0000-000000000000',
    cursor_task    uuid not null default '00000000-0000-0000-0000-000000000000',
    submitted      bigint not null default 0,
    skipped        bigint not null default 0,
    active_ms      bigint not null default 0,
    last_at        timestamptz not null default now(),
    primary key (project_id, annotator_id, stage)
) with (fillfactor = 70);

-- What came of it ------------------------------------------------------------------------------

create table label (
    task_id            uuid not null,
    revision           integer not null,
    item_id            uuid not null,
    project_id         uuid not null,
    interface_version  integer not null,
    answer             bytea not null,
    indexed            jsonb not null default '{}',
    source             text not null check (source in ('consensus', 'review', 'import')),
    agreement          real,
    confidence         real,
    annotation_ids     uuid[] not null default '{}',
    decided_by         uuid,
    created_at         timestamptz not null default now(),
    primary key (task_id, revision)
);
create index label_indexed on label using gin (indexed jsonb_path_ops) where indexed <> '{}';

create table review (
    id              uuid primary key,
    task_id         uuid not null,
    project_id      uuid not null,
    lease_id        uuid not null,
    reviewer_id     uuid not null,
    verdict         text not null check (verdict in ('accept', 'fix', 'send_back')),
    round           smallint not null,
    label_revision  integer,
    active_ms       integer not null,
    created_at      timestamptz not null default now()
);
create index review_task on review (task_id);

create table comment (
    id           uuid primary key,
    project_id   uuid not null,
    task_id      uuid not null,
    author_id    uuid not null,
    round        smallint not null,
    anchor       bytea,                    -- which field, which region
    body         bytea not null,
    resolved_at  timestamptz,
    created_at   timestamptz not null default now()
);
create index comment_task on comment (task_id, id);

create table dataset_version (
    id                 uuid primary key,
    project_id         uuid not null references project,
    number             integer not null,
    name               bytea not null,
    state              text not null default 'building' check (state in ('building', 'ready', 'failed')),
    interface_version  integer not null,
    selection          jsonb not null,
    root               bytea,              -- Merkle root over the rows
    row_count          bigint,
    index_blob_id      uuid,               -- sealed: (item, label revision, digest) of every row
    created_by         uuid not null,
    created_at         timestamptz not null default now(),
    unique (project_id, number)
);

-- Long work ------------------------------------------------------------------------------------

create table job (
    id                uuid primary key,
    project_id        uuid,
    kind              text not null,
    state             text not null default 'queued'
                      check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
    parameters        jsonb not null default '{}',   -- ids and numbers only
    options           bytea,                         -- what may name content: column names, a file's name
    checkpoint        jsonb,
    starts            integer not null default 0,    -- each run has a number; a later run ends the earlier
    done              bigint not null default 0,
    total             bigint,
    rejected          bigint not null default 0,
    result            jsonb,
    error             bytea,                         -- a problem document, which may name columns of a file
    cancel_requested  boolean not null default false,
    created_by        uuid not null,
    created_at        timestamptz not null default now(),
    started_at        timestamptz,
    finished_at       timestamptz
);
create index job_project on job (project_id, id);

create table rejected_row (
    job_id   uuid not null references job,
    number   bigint not null,
    part     smallint not null default 0,
    rule     text not null,
    reason   bytea not null,
    value    bytea,
    primary key (job_id, number, part)
);

create table export_file (
    job_id          uuid not null references job,
    name            text not null,
    blob_id         uuid not null,
    byte_count      bigint not null,
    sha256          text not null,
    row_count       bigint,
    primary key (job_id, name)
);

-- Leaving the cell -----------------------------------------------------------------------------

create table webhook (
    id          uuid primary key,
    project_id  uuid references project,
    url         bytea not null,
    secret      bytea not null,
    events      text[] not null,
    state       text not null default 'active' check (state in ('active', 'paused', 'deleted')),
    created_by  uuid not null,
    created_at  timestamptz not null default now()
);

-- The transactional outbox: written with the act, delivered afterwards.
create table webhook_event (
    id          uuid primary key,
    project_id  uuid,
    kind        text not null,
    object_id   uuid not null,
    details     jsonb not null default '{}',     -- ids, states and numbers only
    created_at  timestamptz not null default now()
);

create table webhook_delivery (
    id               uuid primary key,
    webhook_id       uuid not null references webhook,
    event_id         uuid not null references webhook_event,
    state            text not null default 'waiting' check (state in ('waiting', 'held', 'delivered', 'failed')),
    attempts         integer not null default 0,
    next_attempt_at  timestamptz not null default now(),
    last_status      integer,
    last_error       text,
    delivered_at     timestamptz,
    created_at       timestamptz not null default now()
);
create index webhook_delivery_due on webhook_delivery (next_attempt_at) where state = 'waiting';
create index webhook_delivery_webhook on webhook_delivery (webhook_id, id);

create table idempotency_key (
    key_digest      bytea primary key,
    request_digest  bytea not null,
    status          integer not null,
    response        bytea not null,
    created_at      timestamptz not null default now()
);
create index idempotency_key_age on idempotency_key (created_at);
