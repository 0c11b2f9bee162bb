create table documents (
    tenant bytea not null,
    kind bytea not null,
    id bytea not null,
    version bigint not null,
    content bytea not null,
    primary key (tenant, kind, id)
);

create table document_history (
    tenant bytea not null,
    kind bytea not null,
    id bytea not null,
    version bigint not null,
    content bytea not null,
    primary key (tenant, kind, id, version)
);

create table sandbox (
    decision bytea primary key,
    tenant bytea not null,
    agent bytea not null,
    channel bytea not null,
    at bigint not null,
    content bytea not null
);
create index sandbox_newest on sandbox (tenant, at, decision);
create index sandbox_agent on sandbox (tenant, agent, at, decision);
