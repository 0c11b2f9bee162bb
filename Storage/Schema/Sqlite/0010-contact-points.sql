-- Whose agents a telephone number was written to, by its keyed hash: an answer such as STOP names the number only.
create table contact_points (
    tenant blob not null,
    channel blob not null,
    fingerprint blob not null,
    agent blob not null,
    primary key (tenant, channel, fingerprint, agent)
) without rowid;
create index contact_points_agent on contact_points (agent);
