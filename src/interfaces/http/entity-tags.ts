import type { FastifyRequest } from 'fastify';
import { approvalFaults } from '../../domain/approval/approval-faults.js';
import { generalFaults } from '../../domain/shared/general-faults.js';

const tag = /^(?:W\/)?"[\x21\x23-\x7e]*"$/;

/** The strong entity tag (RFC 9110) of the version of something. */
export const entityTag = (version: number): string => `"${String(version)}"`;

/**
 * What `If-Match` says of a version. Without the header it is `precondition_required`; a weak tag matches nothing,
 * as RFC 9110 has it for changes.
 */
export function ifMatch({ headers }: FastifyRequest): (version: number) => boolean {
  const given = headers['if-match']?.trim() ?? '';
  if (given === '') throw approvalFaults.precondition_required();
  if (given === '*') return () => true;
  const tags = given.split(',').map((one) => one.trim());
  if (!tags.every((one) => tag.test(one))) {
    throw generalFaults.invalid_request(undefined, {
      errors: [{ path: 'If-Match', message: 'must be entity tags in double quotes, or *' }],
    });
  }
  return (version) => tags.includes(entityTag(version));
}
