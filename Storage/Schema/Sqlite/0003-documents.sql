create table documents (
    number integer primary key,
    tenant blob not null,
    kind blob not null,
    id blob not null,
    version integer not null,
    content blob not null
);
create unique index documents_id on documents (tenant, kind, id);

create table document_history (
    number integer primary key,
    tenant blob not null,
    kind blob not null,
    id blob not null,
    version integer not null,
    content blob not null
);
create unique index document_history_id on document_history (tenant, kind, id, version);

create table sandbox (
    number integer primary key,
    decision blob not null,
    tenant blob not null,
    agent blob not null,
    channel blob not null,
    at integer not null,
    content blob not null
);
create unique index sandbox_decision on sandbox (decision);
create index sandbox_newest on sandbox (tenant, at, decision);
create index sandbox_agent on sandbox (agent, at, decision);
