/** What the gateway and the portal show as the agent's version. */
export const agentVersion = '0.1.0';
