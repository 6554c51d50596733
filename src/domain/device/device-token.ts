/** 256 random bits in base64url. */
const tokenShape = /^fgt_([A-Za-z0-9][A-Za-z0-9._-]{0,63})~([\w-]{43})$/;

/**
 * `fgt_<device id>~<random>`. The id is no secret: it says where the token is kept, so that letting a device in takes
 * one look. What lets it in is the random part.
 */
export const deviceTokenText = (deviceId: string, random: string): string => `fgt_${deviceId}~${random}`;

/** The device that a token names; null when it cannot be one of ours. */
export const deviceOfToken = (token: string): string | null => tokenShape.exec(token)?.[1] ?? null;
