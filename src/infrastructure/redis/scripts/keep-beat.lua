-- Keeps a heartbeat as the latest of its device, and one of each span of time as a sample.
-- KEYS[1] latest: the newest beat and when it was
-- KEYS[2] samples: beats by their millisecond
-- ARGV[1] when the beat was, in ms, ARGV[2] the beat
-- ARGV[3] span of one sample in ms, ARGV[4] for how many ms samples count, ARGV[5] how many at most
-- ARGV[6] ms after which the latest beat is forgotten, ARGV[7] the same for the samples
-- Answers {'kept'}.
-- Touches 2 keys; the samples that are too old, and one more.
local at, span, sampled, most = whole(ARGV[1]), whole(ARGV[3]), whole(ARGV[4]), whole(ARGV[5])
keep_beat(KEYS[1], KEYS[2], at, ARGV[2], span, sampled, most, whole(ARGV[6]), whole(ARGV[7]))
return { 'kept' }
