-- Names and ids are bytea of UTF-8: they may hold U+0000, and compare byte by byte.

create table settings (
    name text primary key,
    value text not null
);

-- The growing end of each partition. An append locks the row and numbers its events from it, so that visible offsets are dense.
-- "day" is the day (days since 1970, UTC) of the newest row; it never goes back, whatever the clocks of the writers say.
create table log_heads (
    partition integer primary key,
    next bigint not null default 0,
    day bigint not null default 0
) with (fillfactor = 50);

-- One row holds many events. Each day has a table of its own, which retention drops as a whole.
create table log (
    partition integer not null,
    first_offset bigint not null,
    day bigint not null,
    count integer not null,
    newest bigint not null,
    events bytea not null,
    primary key (partition, first_offset, day)
) partition by range (day);

-- Packed events still shrink to a quarter, in the tables and in what is written ahead, at less CPU than writing them as they are costs.
-- A server that was built without lz4 keeps them as they are: its own method costs more than it saves.
do $$
begin
    alter table log alter column events set storage extended;
    alter table log alter column events set compression lz4;
exception when feature_not_supported then
    alter table log alter column events set storage external;
end
$$;

-- The owner of each partition and what it has applied, wherever the events are.
create table partition_owners (
    partition integer primary key,
    term bigint not null,
    cursor bigint not null
) with (fillfactor = 50);

create table dead_letters (
    tenant bytea not null,
    id bytea not null,
    source bytea not null,
    reason bytea not null,
    detail bytea not null,
    at bigint not null,
    trusted boolean not null,
    message_id bytea,
    payload bytea not null,
    replayed_at bigint,
    primary key (tenant, id)
);
create index dead_letters_newest on dead_letters (tenant, at, id);
create index dead_letters_open on dead_letters (tenant, reason) where replayed_at is null;
