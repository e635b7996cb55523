import { enums, type PartialConfig } from 'openpgp'

/**
 * OpenPGP as stock GnuPG 2.2 reads it: AES-256, SEIPD version 1 with MDC, iterated and salted S2K at
 * GnuPG's own count (65,011,712 octets, coded 255). No AEAD and no Argon2: GnuPG 2.2 opens neither.
 * zstd has compressed before, so OpenPGP does not.
 */
export const format: PartialConfig = {
  aeadProtect: false,
  v6Keys: false,
  preferredSymmetricAlgorithm: enums.symmetric.aes256,
  preferredCompressionAlgorithm: enums.compression.uncompressed,
  s2kType: enums.s2k.iterated,
  s2kIterationCountByte: 255,
}
