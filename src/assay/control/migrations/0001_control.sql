-- What tenants share: identities, the registry of tenants, the workforce. Never customer data.
--
-- Text that people type is kept in four columns only, and each names somebody or something: tenant.name,
-- person.email, person.display_name, api_key.name. Everything else is an id, a time, a state out of a fixed
-- list, a digest, or sealed. A test holds every column against an allow-list.

create table log_row (
    id          bigint generated always as identity primary key,
    at          timestamptz not null default now(),
    action      text not null,
    object_id   uuid,
    entry       bytea not null            -- canonical JSON of ids: assay.trust.log_entry
);
create index log_row_object on log_row (object_id, id) where object_id is not null;

-- The registry ----------------------------------------------------------------------------------

create table tenant (
    id          uuid primary key,
    name        text not null check (length(name) between 1 and 200),
    state       text not null default 'active' check (state in ('active', 'suspended', 'deleted')),
    created_at  timestamptz not null default now()
);

create table cell (
    id           uuid primary key,
    tenant_id    uuid not null unique references tenant,
    mode         text not null check (mode in ('embedded', 'external')),
    database     text not null unique check (database ~ '^[a-z0-9_-]{1,63}$'),   -- opaque, as is the role
    role         text unique check (role ~ '^[a-z0-9_-]{1,63}$'),
    password     bytea,                   -- of the role, sealed under the installation key
    created_at   timestamptz not null default now(),
    check ((mode = 'external') = (role is not null and password is not null)),
    check ((role is null) = (password is null))
);

-- People ----------------------------------------------------------------------------------------

create table person (
    id             uuid primary key,
    email          text,
    email_key      text unique,           -- the address as it is compared: case and Unicode form folded
    display_name   text not null check (length(display_name) <= 200),
    password_hash  text check (password_hash ~ '^\$argon2id\$'),
    operator       boolean not null default false,
    state          text not null default 'active' check (state in ('active', 'disabled', 'erased')),
    signed_in_at   timestamptz,
    created_at     timestamptz not null default now(),
    unique (id, operator),
    check ((state = 'erased') = (email is null)),
    check ((email is null) = (email_key is null)),
    check (length(email) <= 320)
);

create table membership (
    tenant_id          uuid not null references tenant,
    person_id          uuid not null,
    role               text not null check (role in ('owner', 'manager', 'reviewer', 'annotator', 'viewer')),
    projects           uuid[],            -- null: every project
    created_at         timestamptz not null default now(),
    -- Who runs the engine is a member of no tenant: the pair can only refer to a person with operator = false.
    person_is_operator boolean not null default false check (not person_is_operator),
    primary key (tenant_id, person_id),
    foreign key (person_id, person_is_operator) references person (id, operator),
    check (role <> 'owner' or projects is null)
);
create index membership_person on membership (person_id, tenant_id);

-- Ways in ---------------------------------------------------------------------------------------

create table api_key (
    id             uuid primary key,
    tenant_id      uuid references tenant,
    name           text not null check (length(name) between 1 and 200),
    secret_digest  bytea not null check (length(secret_digest) = 32),
    role           text not null
                   check (role in ('owner', 'manager', 'reviewer', 'annotator', 'viewer', 'operator')),
    projects       uuid[],
    created_by     uuid not null,
    created_at     timestamptz not null default now(),
    expires_at     timestamptz,
    last_used_at   timestamptz,           -- to the hour
    revoked_at     timestamptz,
    check ((role = 'operator') = (tenant_id is null)),
    check (projects is null or role not in ('owner', 'operator'))
);
create index api_key_tenant on api_key (tenant_id, id);

create table session (
    id             uuid primary key,
    token_digest   bytea not null unique check (length(token_digest) = 32),
    person_id      uuid not null references person,
    created_at     timestamptz not null default now(),
    last_seen_at   timestamptz not null default now(),   -- to five minutes
    expires_at     timestamptz not null
);
create index session_person on session (person_id);
create index session_expiry on session (expires_at);

create table sign_in_link (
    id             uuid primary key,
    token_digest   bytea not null unique check (length(token_digest) = 32),
    person_id      uuid not null references person,
    created_at     timestamptz not null default now(),
    expires_at     timestamptz not null,
    used_at        timestamptz
);
create index sign_in_link_person on sign_in_link (person_id);

create table sign_in_attempt (
    subject_digest bytea primary key check (length(subject_digest) = 32),   -- keyed digest of account and address
    began_at       timestamptz not null default now(),
    attempts       integer not null
);
create index sign_in_attempt_began on sign_in_attempt (began_at);
