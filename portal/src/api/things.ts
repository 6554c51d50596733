import type { components, operations } from './contract.js';

type Schemas = components['schemas'];
type Json<Op extends keyof operations, Status extends number> = operations[Op] extends {
  responses: Record<Status, { content: { 'application/json': infer Body } }>;
}
  ? Body
  : never;

export type Device = Schemas['Device'];
export type DeviceStatus = Schemas['DeviceStatus'];
export type Command = Schemas['Command'];
export type CommandType = Schemas['CommandType'];
export type Session = Schemas['Session'];
export type PendingApproval = Schemas['PendingApproval'];
export type Me = Json<'getMe', 200>;
export type IssuedCode = Json<'provisionDevice', 201>;
export type Role = NonNullable<Me['role']>;
export type Connection = Device['connection'];
export type Member = Schemas['Member'];
export type ApiKey = Schemas['ApiKey'];
export type ApprovalPolicy = Schemas['ApprovalPolicy'];
export type ActivityEntry = Schemas['ActivityEntry'];
