create table audit (
    number integer not null,
    tenant blob not null,
    actor blob not null,
    kind blob not null,
    object blob not null,
    note blob not null,
    previous blob not null,
    hash blob not null,
    primary key (tenant, number)
) without rowid;
create index audit_object on audit (tenant, kind, object, number);
create index audit_actor on audit (tenant, actor, number);

create trigger audit_is_not_changed before update on audit begin select raise(abort, 'the audit trail is only ever added to'); end;
create trigger audit_is_not_shortened before delete on audit begin select raise(abort, 'the audit trail is only ever added to'); end;
