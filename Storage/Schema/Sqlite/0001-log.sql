-- Names and ids are blobs of UTF-8: they may hold U+0000, and compare byte by byte.

create table settings (
    name text primary key,
    value text not null
) without rowid;

-- One row holds many events. place = partition * 2^52 + first offset, so a partition is one contiguous range.
create table log (
    place integer primary key,
    count integer not null,
    newest integer not null,
    events blob not null
);

create table cursors (
    partition integer primary key,
    committed integer not null,
    term integer not null
);

create table dead_letters (
    number integer primary key,
    tenant blob not null,
    id blob not null,
    source blob not null,
    reason blob not null,
    detail blob not null,
    at integer not null,
    trusted integer not null,
    message_id blob,
    payload blob not null,
    replayed_at integer
);
create unique index dead_letters_id on dead_letters (tenant, id);
create index dead_letters_newest on dead_letters (tenant, at, id);
create index dead_letters_open on dead_letters (tenant, reason) where replayed_at is null;
