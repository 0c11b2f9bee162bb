create table audit (
    tenant bytea not null,
    number bigint not null,
    actor bytea not null,
    kind bytea not null,
    object bytea not null,
    note bytea not null,
    previous bytea not null,
    hash bytea not null,
    primary key (tenant, number)
);
create index audit_object on audit (tenant, kind, object, number);
create index audit_actor on audit (tenant, actor, number);

create function audit_is_kept() returns trigger language plpgsql as $$
begin
    raise exception 'the audit trail is only ever added to';
end $$;
create trigger audit_is_kept before update or delete or truncate on audit for each statement execute function audit_is_kept();
