-- Cursors of a log that lives outside this file, such as Kafka; number = epoch * 2^16 + partition.
create table partition_cursors (
    number integer primary key,
    next integer not null,
    term integer not null
);
