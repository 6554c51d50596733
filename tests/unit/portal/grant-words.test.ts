import { describe, expect, it } from '@jest/globals';
import {
  devicesNamed,
  devicesWords,
  mayBeRevoked,
  stateWords,
} from '../../../portal/src/screens/settings/grant-words.js';
import { standingStatuses } from '../../../src/domain/approval/standing-grant.js';

describe('a standing grant in words', () => {
  it('is for a label, or for devices that are named once each', () => {
    expect(devicesNamed('label', ' kiosk ')).toEqual({ label: 'kiosk' });
    expect(devicesNamed('ids', 'rack-1, till-2,, rack-1')).toEqual({ ids: ['rack-1', 'till-2'] });
    expect(devicesWords({ label: 'kiosk' })).toBe('every device labelled kiosk');
    expect(devicesWords({ ids: ['rack-1', 'till-2'] })).toBe('rack-1, till-2');
  });

  it('has a word for every state, and is revoked while it may let something run', () => {
    expect(Object.keys(stateWords).sort()).toEqual([...standingStatuses].sort());
    expect(standingStatuses.filter(mayBeRevoked)).toEqual(['awaiting_approval', 'active']);
  });
});
