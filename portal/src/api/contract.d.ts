// Made from the OpenAPI document of the gateway: `npm run contract` in this package.

export interface paths {
  "/portal-config.json": {
    parameters: {
    };
    get: operations["getPortalConfig"];
  };
  "/api/v1/customer/me": {
    parameters: {
    };
    get: operations["getMe"];
  };
  "/api/v1/customer/system/info": {
    parameters: {
    };
    get: operations["getSystemInfo"];
  };
  "/api/v1/customer/devices": {
    parameters: {
    };
    get: operations["listDevices"];
  };
  "/api/v1/customer/devices/{id}": {
    parameters: {
    };
    get: operations["getDevice"];
    patch: operations["updateDevice"];
  };
  "/api/v1/customer/devices/{id}/status": {
    parameters: {
    };
    get: operations["getDeviceStatus"];
  };
  "/api/v1/customer/devices/provision": {
    parameters: {
    };
    post: operations["provisionDevice"];
  };
  "/api/v1/customer/devices/{id}/activation-code": {
    parameters: {
    };
    post: operations["issueActivationCode"];
  };
  "/api/v1/customer/devices/{id}/suspend": {
    parameters: {
    };
    post: operations["suspendDevice"];
  };
  "/api/v1/customer/devices/{id}/resume": {
    parameters: {
    };
    post: operations["resumeDevice"];
  };
  "/api/v1/customer/devices/{id}/retire": {
    parameters: {
    };
    post: operations["retireDevice"];
  };
  "/api/v1/customer/devices/{id}/queue/pause": {
    parameters: {
    };
    post: operations["pauseDeviceQueue"];
  };
  "/api/v1/customer/devices/{id}/queue/resume": {
    parameters: {
    };
    post: operations["resumeDeviceQueue"];
  };
  "/api/v1/customer/devices/{id}/tokens": {
    parameters: {
    };
    delete: operations["signOutDeviceEverywhere"];
  };
  "/api/v1/customer/command-types": {
    parameters: {
    };
    get: operations["listCommandTypes"];
  };
  "/api/v1/customer/devices/{id}/commands": {
    parameters: {
    };
    post: operations["proposeCommand"];
  };
  "/api/v1/customer/commands": {
    parameters: {
    };
    get: operations["listCommands"];
  };
  "/api/v1/customer/commands/{id}": {
    parameters: {
    };
    get: operations["getCommand"];
  };
  "/api/v1/customer/commands/{id}/explain": {
    parameters: {
    };
    get: operations["explainCommand"];
  };
  "/api/v1/customer/commands/{id}/cancel": {
    parameters: {
    };
    post: operations["cancelCommand"];
  };
  "/api/v1/customer/commands/{id}/redrive": {
    parameters: {
    };
    post: operations["redriveCommand"];
  };
  "/api/v1/customer/commands/{id}/settle": {
    parameters: {
    };
    post: operations["settleCommand"];
  };
  "/api/v1/customer/sessions": {
    parameters: {
    };
    get: operations["listSessions"];
    post: operations["openSession"];
  };
  "/api/v1/customer/sessions/{id}": {
    parameters: {
    };
    get: operations["getSession"];
  };
  "/api/v1/customer/sessions/{id}/timeline": {
    parameters: {
    };
    get: operations["readSessionTimeline"];
  };
  "/api/v1/customer/sessions/{id}/close": {
    parameters: {
    };
    post: operations["closeSession"];
  };
  "/api/v1/customer/sessions/{id}/commands": {
    parameters: {
    };
    post: operations["proposeInSession"];
  };
  "/api/v1/customer/sessions/{id}/approve": {
    parameters: {
    };
    post: operations["decideInSession"];
  };
  "/api/v1/customer/approvals": {
    parameters: {
    };
    get: operations["listPendingApprovals"];
  };
  "/api/v1/customer/approvals/{commandId}/decision": {
    parameters: {
    };
    post: operations["decideCommand"];
  };
  "/api/v1/customer/activity": {
    parameters: {
    };
    get: operations["listActivity"];
  };
  "/api/v1/customer/activity/verify": {
    parameters: {
    };
    get: operations["verifyActivity"];
  };
  "/api/v1/customer/members": {
    parameters: {
    };
    get: operations["listMembers"];
    post: operations["enrolMember"];
  };
  "/api/v1/customer/members/{userId}": {
    parameters: {
    };
    delete: operations["removeMember"];
    patch: operations["changeMember"];
  };
  "/api/v1/customer/api-keys": {
    parameters: {
    };
    get: operations["listApiKeys"];
    post: operations["createApiKey"];
  };
  "/api/v1/customer/api-keys/{id}": {
    parameters: {
    };
    delete: operations["revokeApiKey"];
  };
  "/api/v1/customer/approval-policy": {
    parameters: {
    };
    get: operations["getApprovalPolicy"];
    put: operations["changeApprovalPolicy"];
  };
  "/api/v1/customer/standing-grants": {
    parameters: {
    };
    get: operations["listStandingGrants"];
    post: operations["requestStandingGrant"];
  };
  "/api/v1/customer/standing-grants/{id}/decision": {
    parameters: {
    };
    post: operations["decideStandingGrant"];
  };
  "/api/v1/customer/standing-grants/{id}/revoke": {
    parameters: {
    };
    post: operations["revokeStandingGrant"];
  };
  "/api/v1/customer/standing-grants/{id}": {
    parameters: {
    };
    get: operations["getStandingGrant"];
  };
  "/api/v1/customer/devices/{id}/break-glass": {
    parameters: {
    };
    post: operations["breakGlass"];
  };
  "/api/v1/customer/break-glass": {
    parameters: {
    };
    get: operations["listBreakGlass"];
  };
  "/api/v1/customer/break-glass/{commandId}/review": {
    parameters: {
    };
    post: operations["reviewBreakGlass"];
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    Problem: {
      type: string;
      title: string;
      status: number;
      detail: string;
      code: string;
      requestId: string;
      errors?: {
        path: string;
        message: string;
      }[];
    } & {
      [key: string]: unknown;
    };
    Command: {
      id: string;
      deviceId: string;
      customerId: string;
      sessionId: string | null;
      type: string;
      parameters: Record<string, unknown>;
      priority: number;
      lane: string | null;
      dedupeKey: string | null;
      /** @enum {string} */
      risk: "read" | "change" | "destructive";
      /** @enum {string} */
      deliveryClass: "at_least_once" | "at_most_once";
      /** @enum {string} */
      state: "awaiting_approval" | "queued" | "claimed" | "unknown_outcome" | "succeeded" | "failed" | "rejected" | "expired" | "cancelled" | "dead";
      reason: string | null;
      proposedBy: {
        /** @enum {string} */
        kind: "member" | "service_account";
        id: string;
        name: string;
      };
      attempt: number;
      maxAttempts: number;
      lapses: number;
      createdAt: string;
      notBefore: string | null;
      expiresAt: string;
      claimedAt: string | null;
      finishedAt: string | null;
      cancelRequestedAt: string | null;
      progress: {
        percent: number | null;
        message: string | null;
        output: string | null;
        at: string;
        attempt: number;
        from: number;
        pieces: string[];
      } | null;
      result: {
        /** @enum {string} */
        status: "succeeded" | "failed" | "timed_out" | "cancelled" | "refused";
        output: string | null;
        data: unknown;
        error: {
          code: string;
          message: string;
        } | null;
        startedAt: string | null;
        durationMs: number | null;
        late: boolean;
      } | null;
      approval: {
        digest: string;
        required: number;
        decisions: {
          by: {
            id: string;
            name: string;
          };
          approved: boolean;
          reason: string | null;
          at: string;
        }[];
        expiresAt: string;
      } | null;
      allowedBy: {
        /** @enum {string} */
        kind: "standing_grant" | "break_glass";
        id: string;
      } | null;
      redriveOf: string | null;
      evidence: {
        attempt: number;
        receivedAt: string;
        /** @enum {string} */
        status: "succeeded" | "failed" | "timed_out" | "cancelled" | "refused";
        output: string | null;
        data: unknown;
        error: {
          code: string;
          message: string;
        } | null;
        startedAt: string | null;
        durationMs: number | null;
      }[];
    };
    ApprovalPolicy: {
      version: number;
      read: {
        approvals: number;
        roles: ("approver" | "admin")[];
        selfApproval: boolean;
        mfa: boolean;
        windowMs: number;
        reasonRequired: boolean;
      };
      change: {
        approvals: number;
        roles: ("approver" | "admin")[];
        selfApproval: boolean;
        mfa: boolean;
        windowMs: number;
        reasonRequired: boolean;
      };
      destructive: {
        approvals: number;
        roles: ("approver" | "admin")[];
        selfApproval: boolean;
        mfa: boolean;
        windowMs: number;
        reasonRequired: boolean;
      };
    };
    Device: {
      id: string;
      customerId: string;
      name: string;
      location: string | null;
      labels: string[];
      model: string | null;
      platform: string | null;
      agentVersion: string | null;
      /** @enum {string} */
      lifecycle: "provisioned" | "active" | "suspended" | "retired";
      /** @enum {string} */
      connection: "online" | "degraded" | "stale" | "offline" | "never";
      lastSeenAt: string | null;
      createdAt: string;
    };
    Session: {
      id: string;
      deviceId: string;
      customerId: string;
      /** @enum {string} */
      type: "diagnostic" | "remediation";
      description: string | null;
      /** @enum {string} */
      status: "active" | "closed" | "expired";
      openedBy: {
        /** @enum {string} */
        kind: "member" | "service_account";
        id: string;
        name: string;
      };
      createdAt: string;
      expiresAt: string;
      closedAt: string | null;
      closeReason: string | null;
    };
    SessionWithCommands: {
      id: string;
      deviceId: string;
      customerId: string;
      /** @enum {string} */
      type: "diagnostic" | "remediation";
      description: string | null;
      /** @enum {string} */
      status: "active" | "closed" | "expired";
      openedBy: {
        /** @enum {string} */
        kind: "member" | "service_account";
        id: string;
        name: string;
      };
      createdAt: string;
      expiresAt: string;
      closedAt: string | null;
      closeReason: string | null;
      commands: components["schemas"]["Command"][];
    };
    DeviceStatus: {
      /** @enum {string} */
      connection: "online" | "degraded" | "stale" | "offline" | "never";
      lastHeartbeatAt: string | null;
      status: ("ok" | "busy" | "degraded" | "error") | null;
      metrics: {
        latest: {
          [key: string]: number;
        } | null;
        lastHour: ({
          at: string;
        } & {
          [key: string]: number | string;
        })[];
      };
      activeSession: components["schemas"]["Session"] | null;
      queue: {
        depth: number;
        oldestAgeMs: number | null;
        pause: {
          since: string;
          reason: string | null;
        } | null;
      };
    };
    SystemInfo: {
      version: string;
      build: string | null;
      uptimeMs: number;
      adapters: {
        database: string;
        dispatch: string;
        identity: string;
      };
      dependencies: {
        /** @enum {string} */
        database: "ok" | "unavailable";
        /** @enum {string} */
        dispatch: "ok" | "unavailable";
        /** @enum {string} */
        identity: "ok" | "unavailable";
      };
    };
    ActivityEntry: {
      seq: number;
      at: string;
      kind: string;
      actor: {
        kind: string;
        id: string;
      };
      subject: {
        kind: string;
        id: string;
      };
      data: Record<string, unknown>;
      requestId: string | null;
      hash: string;
      prevHash: string;
    };
    CommandType: {
      type: string;
      version: number;
      title: string;
      description: string;
      /** @enum {string} */
      risk: "read" | "change" | "destructive";
      /** @enum {string} */
      deliveryClass: "at_least_once" | "at_most_once";
      parametersSchema: Record<string, unknown>;
      defaults: {
        expiresInMs: number;
        visibilityTimeoutMs: number;
        maxAttempts: number;
      };
    };
    PendingApproval: {
      commandId: string;
      deviceId: string;
      sessionId: string | null;
      digest: string;
      envelope: Record<string, unknown>;
      required: number;
      decisions: {
        by: {
          id: string;
          name: string;
        };
        approved: boolean;
        reason: string | null;
        at: string;
      }[];
      mayDecide: boolean;
      secondFactorMissing: boolean;
      missing: number;
      expiresAt: string;
    };
    Member: {
      userId: string;
      name: string;
      /** @enum {string} */
      role: "viewer" | "operator" | "approver" | "admin";
    };
    ApiKey: {
      id: string;
      name: string;
      /** @enum {string} */
      role: "viewer" | "operator";
      createdAt: string;
      expiresAt: string | null;
      lastUsedAt: string | null;
    };
    CreatedApiKey: {
      id: string;
      name: string;
      /** @enum {string} */
      role: "viewer" | "operator";
      createdAt: string;
      expiresAt: string | null;
      lastUsedAt: string | null;
      key: string;
    };
    StandingGrant: {
      id: string;
      customerId: string;
      type: string;
      /** @enum {string} */
      risk: "read" | "change" | "destructive";
      parameters: Record<string, unknown> | null;
      devices: {
        label: string;
      } | {
        ids: string[];
      };
      reason: string;
      maxUses: number;
      uses: number;
      /** @enum {string} */
      state: "awaiting_approval" | "active" | "rejected" | "revoked" | "expired" | "used_up";
      requestedBy: {
        /** @enum {string} */
        kind: "member" | "service_account";
        id: string;
        name: string;
      };
      createdAt: string;
      expiresAt: string;
      revokedAt: string | null;
      approval: {
        digest: string;
        required: number;
        decisions: {
          by: {
            id: string;
            name: string;
          };
          approved: boolean;
          reason: string | null;
          at: string;
        }[];
        expiresAt: string;
      };
      envelope: Record<string, unknown>;
      mayDecide: boolean;
      secondFactorMissing: boolean;
      missing: number;
    };
    BreakGlass: {
      commandId: string;
      deviceId: string;
      type: string;
      reason: string;
      brokenBy: {
        id: string;
        name: string;
      };
      openedAt: string;
      /** @enum {string} */
      state: "open" | "closed";
      review: {
        /** @enum {string} */
        verdict: "justified" | "unjustified";
        note: string;
        by: {
          id: string;
          name: string;
        };
        at: string;
      } | null;
    };
    Claimed: {
      id: string;
      type: string;
      parameters: Record<string, unknown>;
      priority: number;
      attempt: number;
      claimToken: string;
      visibleForMs: number;
      expiresInMs: number;
      /** @enum {string} */
      deliveryClass: "at_least_once" | "at_most_once";
      cancelRequested: boolean;
      grant: string | null;
    };
    KeySet: {
      keys: Record<string, unknown>[];
    };
    GrantKeys: {
      keys: Record<string, unknown>[];
      successions: string[];
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  getPortalConfig: {
    parameters: {
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            identityUrl: string | null;
            publishableKey: string | null;
          };
        };
      };
    };
  };
  getMe: {
    parameters: {
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            user: {
              id: string;
              email: string | null;
              name: string | null;
            };
            customerId: string | null;
            role: ("viewer" | "operator" | "approver" | "admin") | null;
            authenticationLevel: ("aal1" | "aal2") | null;
            customers: {
              id: string;
              name: string;
              /** @enum {string} */
              role: "viewer" | "operator" | "approver" | "admin";
            }[];
          };
        };
      };
    };
  };
  getSystemInfo: {
    parameters: {
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["SystemInfo"];
        };
      };
    };
  };
  listDevices: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
        status?: "online" | "degraded" | "stale" | "offline" | "never" | "provisioned" | "active" | "suspended" | "retired";
        label?: string;
        q?: string;
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            items: components["schemas"]["Device"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  getDevice: {
    parameters: {
      path: {
        id: string;
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Device"];
        };
      };
    };
  };
  updateDevice: {
    parameters: {
      path: {
        id: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          name?: string;
          location?: string | null;
          labels?: string[];
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Device"];
        };
      };
    };
  };
  getDeviceStatus: {
    parameters: {
      path: {
        id: string;
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["DeviceStatus"];
        };
      };
    };
  };
  provisionDevice: {
    parameters: {
    };
    requestBody: {
      content: {
        "application/json": {
          deviceId?: string;
          name: string;
          /** @default null */
          location?: string | null;
          /** @default [] */
          labels?: string[];
        };
      };
    };
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            device: components["schemas"]["Device"];
            activationCode: string;
            expiresAt: string;
            instructions: string;
          };
        };
      };
    };
  };
  issueActivationCode: {
    parameters: {
      path: {
        id: string;
      };
    };
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            device: components["schemas"]["Device"];
            activationCode: string;
            expiresAt: string;
            instructions: string;
          };
        };
      };
    };
  };
  suspendDevice: {
    parameters: {
      path: {
        id: string;
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Device"];
        };
      };
    };
  };
  resumeDevice: {
    parameters: {
      path: {
        id: string;
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Device"];
        };
      };
    };
  };
  retireDevice: {
    parameters: {
      path: {
        id: string;
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Device"];
        };
      };
    };
  };
  pauseDeviceQueue: {
    parameters: {
      path: {
        id: string;
      };
    };
    requestBody?: {
      content: {
        "application/json": {
          reason?: string | null;
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            deviceId: string;
            pause: {
              since: string;
              reason: string | null;
            } | null;
          };
        };
      };
    };
  };
  resumeDeviceQueue: {
    parameters: {
      path: {
        id: string;
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            deviceId: string;
            pause: {
              since: string;
              reason: string | null;
            } | null;
          };
        };
      };
    };
  };
  signOutDeviceEverywhere: {
    parameters: {
      path: {
        id: string;
      };
    };
    responses: {
      204: {
        headers: {
          [name: string]: unknown;
        };
      };
    };
  };
  listCommandTypes: {
    parameters: {
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            items: components["schemas"]["CommandType"][];
            nextCursor: null;
          };
        };
      };
    };
  };
  proposeCommand: {
    parameters: {
      path: {
        id: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          type: string;
          parameters: Record<string, unknown>;
          /** @default 0 */
          priority?: number;
          /** @default null */
          reason?: string | null;
          /** @default null */
          notBefore?: string | null;
          /** @default null */
          expiresInMs?: number | null;
          /** @default null */
          maxAttempts?: number | null;
          /** @default null */
          visibilityTimeoutMs?: number | null;
          /** @default null */
          lane?: string | null;
          /** @default null */
          dedupeKey?: string | null;
        };
      };
    };
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Command"];
        };
      };
    };
  };
  listCommands: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
        deviceId?: string;
        sessionId?: string;
        state?: "awaiting_approval" | "queued" | "claimed" | "unknown_outcome" | "succeeded" | "failed" | "rejected" | "expired" | "cancelled" | "dead";
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            items: components["schemas"]["Command"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  getCommand: {
    parameters: {
      path: {
        id: string;
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Command"];
        };
      };
    };
  };
  explainCommand: {
    parameters: {
      path: {
        id: string;
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @enum {string} */
            state: "awaiting_approval" | "queued" | "claimed" | "unknown_outcome" | "succeeded" | "failed" | "rejected" | "expired" | "cancelled" | "dead";
            reasons: {
              reason: string;
              since: string | null;
              detail: Record<string, unknown>;
            }[];
          };
        };
      };
    };
  };
  cancelCommand: {
    parameters: {
      path: {
        id: string;
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Command"];
        };
      };
    };
  };
  redriveCommand: {
    parameters: {
      path: {
        id: string;
      };
    };
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Command"];
        };
      };
    };
  };
  settleCommand: {
    parameters: {
      path: {
        id: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          /** @enum {string} */
          status: "succeeded" | "failed" | "cancelled";
          reason: string;
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Command"];
        };
      };
    };
  };
  listSessions: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
        deviceId?: string;
        status?: "active" | "closed" | "expired";
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            items: components["schemas"]["Session"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  openSession: {
    parameters: {
    };
    requestBody: {
      content: {
        "application/json": {
          deviceId: string;
          /** @enum {string} */
          type: "diagnostic" | "remediation";
          /** @default null */
          description?: string | null;
          /** @default 3600000 */
          expiresInMs?: number;
        };
      };
    };
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Session"];
        };
      };
    };
  };
  getSession: {
    parameters: {
      path: {
        id: string;
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["SessionWithCommands"];
        };
      };
    };
  };
  readSessionTimeline: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
        after?: number;
      };
      path: {
        id: string;
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            items: components["schemas"]["ActivityEntry"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  closeSession: {
    parameters: {
      path: {
        id: string;
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Session"];
        };
      };
    };
  };
  proposeInSession: {
    parameters: {
      path: {
        id: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          type: string;
          parameters: Record<string, unknown>;
          /** @default 0 */
          priority?: number;
          /** @default null */
          reason?: string | null;
          /** @default null */
          notBefore?: string | null;
          /** @default null */
          expiresInMs?: number | null;
          /** @default null */
          maxAttempts?: number | null;
          /** @default null */
          visibilityTimeoutMs?: number | null;
          /** @default null */
          lane?: string | null;
          /** @default null */
          dedupeKey?: string | null;
        };
      };
    };
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Command"];
        };
      };
    };
  };
  decideInSession: {
    parameters: {
      path: {
        id: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          approved: boolean;
          digest: string;
          /** @default null */
          reason?: string | null;
          commandId: string;
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Command"];
        };
      };
    };
  };
  listPendingApprovals: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
        state?: "pending" | "approved";
        type?: string;
        deviceId?: string;
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            items: components["schemas"]["PendingApproval"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  decideCommand: {
    parameters: {
      path: {
        commandId: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          approved: boolean;
          digest: string;
          /** @default null */
          reason?: string | null;
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Command"];
        };
      };
    };
  };
  listActivity: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
        after?: number;
        order?: "earliest" | "newest";
        subject?: string;
        actor?: string;
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            items: components["schemas"]["ActivityEntry"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  verifyActivity: {
    parameters: {
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            ok: boolean;
            entries: number;
            brokenAt: number | null;
          };
        };
      };
    };
  };
  listMembers: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            items: components["schemas"]["Member"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  enrolMember: {
    parameters: {
    };
    requestBody: {
      content: {
        "application/json": {
          userId?: string;
          email?: string;
          name: string;
          /** @enum {string} */
          role: "viewer" | "operator" | "approver" | "admin";
        };
      };
    };
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Member"];
        };
      };
    };
  };
  removeMember: {
    parameters: {
      path: {
        userId: string;
      };
    };
    responses: {
      204: {
        headers: {
          [name: string]: unknown;
        };
      };
    };
  };
  changeMember: {
    parameters: {
      path: {
        userId: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          /** @enum {string} */
          role?: "viewer" | "operator" | "approver" | "admin";
          name?: string;
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Member"];
        };
      };
    };
  };
  listApiKeys: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            items: components["schemas"]["ApiKey"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  createApiKey: {
    parameters: {
    };
    requestBody: {
      content: {
        "application/json": {
          name: string;
          /** @enum {string} */
          role: "viewer" | "operator";
          /** @default null */
          expiresAt?: string | null;
        };
      };
    };
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["CreatedApiKey"];
        };
      };
    };
  };
  revokeApiKey: {
    parameters: {
      path: {
        id: string;
      };
    };
    responses: {
      204: {
        headers: {
          [name: string]: unknown;
        };
      };
    };
  };
  getApprovalPolicy: {
    parameters: {
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ApprovalPolicy"];
        };
      };
    };
  };
  changeApprovalPolicy: {
    parameters: {
    };
    requestBody: {
      content: {
        "application/json": {
          read: {
            approvals: number;
            roles: ("approver" | "admin")[];
            selfApproval: boolean;
            mfa: boolean;
            windowMs: number;
            reasonRequired: boolean;
          };
          change: {
            approvals: number;
            roles: ("approver" | "admin")[];
            selfApproval: boolean;
            mfa: boolean;
            windowMs: number;
            reasonRequired: boolean;
          };
          destructive: {
            approvals: number;
            roles: ("approver" | "admin")[];
            selfApproval: boolean;
            mfa: boolean;
            windowMs: number;
            reasonRequired: boolean;
          };
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ApprovalPolicy"];
        };
      };
    };
  };
  listStandingGrants: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            items: components["schemas"]["StandingGrant"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  requestStandingGrant: {
    parameters: {
    };
    requestBody: {
      content: {
        "application/json": {
          type: string;
          /** @default null */
          parameters?: Record<string, unknown> | null;
          devices: {
            label: string;
          } | {
            ids: string[];
          };
          expiresInMs: number;
          maxUses: number;
          reason: string;
        };
      };
    };
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["StandingGrant"];
        };
      };
    };
  };
  decideStandingGrant: {
    parameters: {
      path: {
        id: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          approved: boolean;
          digest: string;
          /** @default null */
          reason?: string | null;
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["StandingGrant"];
        };
      };
    };
  };
  revokeStandingGrant: {
    parameters: {
      path: {
        id: string;
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["StandingGrant"];
        };
      };
    };
  };
  getStandingGrant: {
    parameters: {
      path: {
        id: string;
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["StandingGrant"];
        };
      };
    };
  };
  breakGlass: {
    parameters: {
      path: {
        id: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          type: string;
          parameters: Record<string, unknown>;
          reason: string;
        };
      };
    };
    responses: {
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Command"];
        };
      };
    };
  };
  listBreakGlass: {
    parameters: {
      query?: {
        limit?: number;
        cursor?: string;
        state?: "open" | "closed";
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            items: components["schemas"]["BreakGlass"][];
            nextCursor: string | null;
          };
        };
      };
    };
  };
  reviewBreakGlass: {
    parameters: {
      path: {
        commandId: string;
      };
    };
    requestBody: {
      content: {
        "application/json": {
          /** @enum {string} */
          verdict: "justified" | "unjustified";
          note: string;
        };
      };
    };
    responses: {
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["BreakGlass"];
        };
      };
    };
  };
}
