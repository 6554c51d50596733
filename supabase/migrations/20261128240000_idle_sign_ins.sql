-- Refresh tokens that were used up long ago are forgotten, and with the last one their session.
create index local_refresh_tokens_used on fieldgate.local_refresh_tokens (used_at) where used_at is not null;
