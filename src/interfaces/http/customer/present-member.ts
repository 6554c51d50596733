import { z } from 'zod';
import type { Member } from '../../../domain/customer/customer.js';
import { roles } from '../../../domain/customer/role.js';

export const memberSchema = z
  .strictObject({ userId: z.guid(), name: z.string(), role: z.enum(roles) })
  .meta({ id: 'Member', description: 'A person in a customer.' });

export const presentMember = ({ userId, name, role }: Member): z.output<typeof memberSchema> => ({
  userId,
  name,
  role,
});
