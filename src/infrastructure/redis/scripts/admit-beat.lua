-- Lets the holder of a live token in as admit-device does, and keeps its heartbeat as keep-beat does.
-- KEYS[1] tokens: "<customer>|<token generation>|<idle ms>|<idle until>|<ends>" of every token of the device, by hash
-- KEYS[2] budget: points taken in the window that is running, which the key ends with
-- KEYS[3] ready: ids by rank
-- KEYS[4] held: ids by the millisecond at which the hold is over
-- KEYS[5] delayed: ids by the millisecond at which the delay is over
-- KEYS[6] ranks: rank of every id that is in the queue
-- KEYS[7] epoch of the shard; missing while it is not filled
-- KEYS[8] latest: the newest beat and when it was
-- KEYS[9] samples: beats by their millisecond
-- ARGV[1] the instant in ms, or '' for the store's clock
-- ARGV[2] hash, ARGV[3] points of the budget, ARGV[4] its window in ms
-- ARGV[5] when the beat was, in ms, ARGV[6] the beat
-- ARGV[7] span of one sample in ms, ARGV[8] for how many ms samples count, ARGV[9] how many at most
-- ARGV[10] ms after which the latest beat is forgotten, ARGV[11] the same for the samples
-- Answers {'unknown'}, {'admitted', "<customer>|..."}, or the same as {'limited', ...}, as admit-device does. The beat
-- of one that is not admitted is not kept.
-- Touches 9 keys; the samples that are too old, and three more elements. The beat is kept first: a full Redis refuses
-- it, and with it the whole, as it refuses whatever else is new.
local points, window = whole(ARGV[3]), whole(ARGV[4])
local at, span, sampled, most = whole(ARGV[5]), whole(ARGV[7]), whole(ARGV[8]), whole(ARGV[9])
local latest_life, samples_life = whole(ARGV[10]), whole(ARGV[11])
local beat = ARGV[6]
local latest, samples = KEYS[8], KEYS[9]

local function keep()
  keep_beat(latest, samples, at, beat, span, sampled, most, latest_life, samples_life)
end

local shown, limited =
  admit(KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], KEYS[6], KEYS[7], instant(ARGV[1]), ARGV[2], points, window, keep)
if not shown then
  return { 'unknown' }
end
if limited then
  return { 'limited', shown }
end
return { 'admitted', shown }
