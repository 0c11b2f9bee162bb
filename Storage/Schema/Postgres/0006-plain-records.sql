-- Records are packed already: to compress those above 2 KB took a third of the server's time at each checkpoint and saved little. They stay in their
-- row, as they are, up to what fits a page.
alter table agents alter column record set storage external;
alter table agents set (toast_tuple_target = 8160);
