import { expect, it } from '@jest/globals';
import { addressOf } from '../../../src/interfaces/http/address-of.js';

it.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::'],
  ['2001:db8:1:2:ffff::1', '2001:db8:1:2::'],
  ['2001:db8:1:3::1', '2001:db8:1:3::'],
  ['::1', '::'],
  ['not an address', 'not an address'],
])('the budget of %s is that of %s', (ip, budget) => {
  expect(addressOf(ip)).toBe(budget);
});
