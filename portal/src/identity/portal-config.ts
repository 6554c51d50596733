/** Where people sign in, as the gateway tells it. */
export interface PortalConfig {
  /** Null: at this very address, with the local identity. */
  readonly identityUrl: string | null;
  readonly publishableKey: string | null;
}

/** Rejects when the gateway does not answer. */
export async function readPortalConfig(): Promise<PortalConfig> {
  const answer = await fetch('/portal-config.json');
  if (!answer.ok) throw new Error(`the gateway answers ${String(answer.status)}`);
  return (await answer.json()) as PortalConfig;
}
