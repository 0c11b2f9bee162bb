-- Steps of agents that are durable before their rows are: the tail of each partition, written by its owner alone.
create table ledger (
    partition integer not null,
    sequence bigint not null,
    entries bytea not null,
    primary key (partition, sequence)
);
-- Packed already, and gone with the next checkpoint.
alter table ledger alter column entries set storage external;
