/** Every kind of operation, and what is common: a budget that misses one of them proves less than it says. */
export const useCaseReach = [
  ...['propose:ok', 'decide:ok', 'cancel:ok', 'claim:claimed', 'result:ok', 'pause:ok', 'resume:ok'],
  ...['redrive', 'settle', 'extend', 'progress', 'release', 'suspend device:ok', 'resume device:ok'],
  ...['sweep:ok', 'sweep the record:ok', 'reconcile:ok', 'place everything:ok', 'wipe:ok'],
  ...[
    'clock:on',
    'clock:back',
    'clock to a deadline:on',
    'at once:two',
    'between:two',
    'between:intruded',
    'interrupted:died',
    'interrupted:away',
  ],
];

/** The outcomes that take a story to get to. */
export const rareReach = [
  ...[
    'propose:repeated',
    'propose:queue_full',
    'propose:device_not_active',
    'redrive:ok',
    'redrive:not_redrivable',
  ],
  ...['decide:digest_mismatch', 'decide:approval_expired', 'decide:already_decided', 'decide:self_approval'],
  ...[
    'decide:mfa_required',
    'cancel:command_finished',
    'cancel:outcome_unknown',
    'settle:ok',
    'settle:not_settleable',
  ],
  ...[
    'claim:replayed',
    'extend:ok',
    'extend:resumed',
    'extend:extension_too_long',
    'extend:claim_superseded',
  ],
  ...[
    'progress:ok',
    'release:ok',
    'release:claim_superseded',
    'release:outcome_unknown',
    'release:command_finished',
  ],
  ...['result:late', 'result:repeated', 'result:result_conflict', 'result:claim_superseded'],
  ...['result:command_finished', 'result:unauthenticated'],
  ...[
    'state:dead',
    'state:unknown_outcome',
    'hindered:paused',
    'hindered:behind in lane',
    'hindered:behind in key',
  ],
];
