-- Records are packed already: to compress those above 2 KB took a third of the server's time at each checkpoint and saved little. They stay in their
-- row, as they are, up to what fits a page.
alter table agents alter column record set storage external;
alter table agents set (toast_tuple_target = 8160);

-- Records of decisions are some 12 KB of JSON and are seldom read: lz4 packs them for less time than the method of the server's default.
do $$
begin
    alter table decisions alter column record set compression lz4;
    alter table effects alter column receipt set compression lz4;
exception when feature_not_supported then
    -- A server that was built without lz4 goes on as before.
    null;
end
$$;
