/** For each byte that the register pushes out, what it leaves behind. */
const remainders = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
  return crc;
});

/**
 * CRC16 as Redis Cluster uses it to spread keys (polynomial 0x1021, start 0, XMODEM variant), from the Redis
 * Cluster specification, appendix A.
 */
export function crc16(text: string): number {
  let crc = 0;
  for (const byte of Buffer.from(text)) {
    crc = ((crc << 8) & 0xffff) ^ (remainders[(crc >> 8) ^ byte] ?? 0);
  }
  return crc;
}
