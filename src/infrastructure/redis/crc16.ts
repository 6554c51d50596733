/**
 * CRC16 as Redis Cluster uses it to spread keys (polynomial 0x1021, start 0, XMODEM variant), from the Redis
 * Cluster specification, appendix A.
 */
export function crc16(text: string): number {
  let crc = 0;
  for (const byte of Buffer.from(text)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) {
      crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
    }
    crc &= 0xffff;
  }
  return crc;
}
