create table agents (
    key bytea primary key,
    number bigint not null generated always as identity,
    version bigint not null,
    entries bigint not null,
    shard integer not null,
    due bigint,
    tenant bytea not null,
    panel_rank bigint not null,
    record bytea not null
) with (fillfactor = 80);
-- Records are packed already, and are read whenever the row is: they stay in it.
alter table agents alter column record set storage main;
create index agents_due on agents (shard, due, key) where due is not null;
create index agents_panel on agents (tenant, panel_rank, key);

create table journal (
    agent bigint not null,
    first bigint not null,
    count integer not null,
    entries bytea not null,
    primary key (agent, first)
);

create table decisions (
    id bytea primary key,
    tenant bytea not null,
    agent bytea not null,
    at bigint not null,
    program bytea not null,
    record bytea not null
);
create index decisions_newest on decisions (tenant, at, id);

create table effects (
    decision bytea primary key,
    agent bytea not null,
    at bigint not null,
    program bytea not null,
    receipt bytea not null
);

create table outbox (
    decision bytea primary key,
    tenant bytea not null,
    agent bytea not null,
    channel bytea not null,
    due bigint not null,
    status smallint not null,
    attempts integer not null
) with (fillfactor = 80);
create index outbox_waiting on outbox (due, decision) where status = 1;
create index outbox_in_flight on outbox (decision) where status = 2;

-- Counts of a tenant are the sums of its rows: each writer adds to a row of its own, so that writers do not wait for each other.
create table totals (
    tenant bytea not null,
    slot integer not null,
    agents bigint not null,
    decisions bigint not null,
    effects bigint not null,
    waiting bigint not null,
    primary key (tenant, slot)
) with (fillfactor = 50);
