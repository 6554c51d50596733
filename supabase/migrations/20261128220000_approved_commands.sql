-- What people allowed last, by type: whoever decides compares with it.
create index commands_approved on fieldgate.commands (customer_id, type, acceptance desc)
  where approval is not null and grant_jws is not null;
