export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

export interface RedisAccess {
  readonly username?: string;
  readonly password?: string;
  /** With the certificate checked. */
  readonly tls?: boolean;
}

/** Where Redis is: one server, a cluster, or whatever the sentinels say is the primary of that name. */
export type RedisConfig =
  | { readonly url: string }
  | { readonly clusterNodes: readonly RedisNode[]; readonly access?: RedisAccess }
  | { readonly sentinels: readonly RedisNode[]; readonly name: string; readonly access?: RedisAccess };
