create table agents (
    number integer primary key,
    key blob not null,
    version integer not null,
    entries integer not null,
    shard integer not null,
    due integer,
    tenant blob not null,
    panel_rank integer not null,
    record blob not null
);
create unique index agents_key on agents (key);
create index agents_due on agents (shard, due, key) where due is not null;
create index agents_panel on agents (tenant, panel_rank);

-- place = number of the agent * 2^32 + number of the first entry, so a journal is one contiguous range.
create table journal (
    place integer primary key,
    count integer not null,
    entries blob not null
);

create table decisions (
    number integer primary key,
    id blob not null,
    tenant blob not null,
    agent blob not null,
    at integer not null,
    program blob not null,
    record blob not null
);
create unique index decisions_id on decisions (id);
create index decisions_newest on decisions (tenant, at, id);

create table effects (
    number integer primary key,
    decision blob not null,
    agent blob not null,
    at integer not null,
    program blob not null,
    receipt blob not null
);
create unique index effects_decision on effects (decision);

create table outbox (
    decision blob primary key,
    agent blob not null,
    channel blob not null,
    due integer not null,
    status integer not null,
    attempts integer not null
) without rowid;
create index outbox_waiting on outbox (due, decision) where status = 1;
create index outbox_in_flight on outbox (decision) where status = 2;

create table totals (
    tenant blob primary key,
    agents integer not null,
    decisions integer not null,
    effects integer not null,
    waiting integer not null
) without rowid;
