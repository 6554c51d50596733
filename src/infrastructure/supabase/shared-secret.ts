const minBytes = 32;

/**
 * The key of a project that still signs with the shared secret (HS256). Throws when the text is too short, or
 * when it is a public key or certificate: whoever may read that could then sign tokens.
 */
export function sharedSecretKey(secret: string): Uint8Array {
  const key = new TextEncoder().encode(secret);
  if (key.length < minBytes) {
    throw new Error(
      `SUPABASE_JWT_SECRET has ${String(key.length)} bytes; it needs at least ${String(minBytes)}.`,
    );
  }
  if (looksLikeKeyMaterial(secret)) {
    throw new Error(
      'SUPABASE_JWT_SECRET is a PEM, a JWK or an SSH key, not the shared secret of the project.',
    );
  }
  return key;
}

function looksLikeKeyMaterial(secret: string): boolean {
  const text = secret.trim();
  const isJson = text.startsWith('{') && /"(kty|keys)"/.test(text);
  // `MII…` is how the base64 of a DER key or certificate begins.
  return isJson || text.includes('-----BEGIN') || /^(ssh-|ecdsa-|MII[\w+/]{60})/.test(text);
}
