import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PeopleDirectory } from '../../src/application/ports/people-directory.js';

export interface PeopleDirectoryUnderTest {
  readonly people: PeopleDirectory;
  /** What becomes of an address that nobody has. */
  readonly invites: boolean;
  /** Somebody new with an account; answers their id. */
  addPerson(email: string): Promise<string>;
  cutOff(): Promise<void>;
  reconnect(): Promise<void>;
  close(): Promise<void>;
}

export function describePeopleDirectoryContract(
  name: string,
  open: () => Promise<PeopleDirectoryUnderTest>,
): void {
  describe(`people directory: ${name}`, () => {
    let under: PeopleDirectoryUnderTest;
    beforeAll(async () => {
      under = await open();
    });
    afterAll(() => under.close());

    it('finds a person by their address, however its letters are written', async () => {
      await under.addPerson('someone@example.com');
      const userId = await under.addPerson('ada@example.com');
      for (const email of ['ada@example.com', ' Ada@Example.COM ']) {
        expect(await under.people.findOrInvite(email, 'Ada')).toEqual({ kind: 'found', userId });
      }
    });

    it('invites whom it does not know, where it can, and says so where it cannot', async () => {
      const found = await under.people.findOrInvite('new@example.com', 'New');
      if (!under.invites) {
        expect(found).toEqual({ kind: 'nobody' });
        return;
      }
      expect(found).toEqual({ kind: 'invited', userId: expect.any(String) });
      expect(await under.people.findOrInvite('new@example.com', 'New')).toEqual(found);
    });

    it('says that it cannot answer while the provider is away', async () => {
      await under.cutOff();
      await expect(under.people.findOrInvite('ada@example.com', 'Ada')).rejects.toMatchObject({
        code: 'dependency_unavailable',
      });
      await under.reconnect();
      expect(await under.people.findOrInvite('ada@example.com', 'Ada')).toMatchObject({ kind: 'found' });
    });
  });
}
