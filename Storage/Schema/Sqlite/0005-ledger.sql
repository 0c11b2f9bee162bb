-- Steps of agents that are durable before their rows are. place = partition * 2^52 + sequence, so the tail of a partition is one range.
create table ledger (
    place integer primary key,
    entries blob not null
);
