-- How many wrong codes were presented in place of this one. It is void after the fifth.
alter table fieldgate.activation_codes add column wrong_tries integer not null default 0;
