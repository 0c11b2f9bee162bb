-- Whose agents a telephone number was written to, by its keyed hash: an answer such as STOP names the number only.
create table contact_points (
    tenant bytea not null,
    channel bytea not null,
    fingerprint bytea not null,
    agent bytea not null,
    primary key (tenant, channel, fingerprint, agent)
);
create index contact_points_agent on contact_points (agent);
