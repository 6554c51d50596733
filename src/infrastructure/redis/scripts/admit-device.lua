-- Lets the holder of a live token in, takes one point of the device's budget, and looks at its queue.
-- KEYS[1] tokens: "<customer>|<token generation>|<idle ms>|<idle until>|<ends>" of every token of the device, by hash
-- KEYS[2] budget: points taken in the window that is running, which the key ends with
-- KEYS[3] ready: ids by rank
-- KEYS[4] held: ids by the millisecond at which the hold is over
-- KEYS[5] delayed: ids by the millisecond at which the delay is over
-- KEYS[6] ranks: rank of every id that is in the queue
-- KEYS[7] epoch of the shard; missing while it is not filled
-- ARGV[1] the instant in ms, or '' for the store's clock
-- ARGV[2] hash, ARGV[3] points of the budget, ARGV[4] its window in ms
-- Answers {'unknown'}, {'admitted', "<customer>|<token generation>|<points taken>|<ms left of the window>|<ids a claim
-- gets now or later>|<ids in hold>|<complete or partial>"}, or the same as {'limited', ...}; partial while the shard is
-- in no epoch.
-- Touches 7 keys and two elements. First comes a write that needs no memory: what follows is then allowed on a full
-- Redis too.
local points, window = whole(ARGV[3]), whole(ARGV[4])
local shown, limited =
  admit(KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], instant(ARGV[1]), ARGV[2], points, window)
if not shown then
  return { 'unknown' }
end
if limited then
  return { 'limited', shown }
end
return { 'admitted', shown }
