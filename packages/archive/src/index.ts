export { keyCheckName, memberNames, type MemberName } from './members.ts'
export type { SealedContent, SealedFile } from './sealed-content.ts'
export { assertFits, partBytesFor } from './layout.ts'
export { sha256 } from './digest.ts'
export { storeMember, type PartSink, type Seal } from './store-member.ts'
export {
  beginReading,
  type MemberReading,
  type PartOpener,
  type PartSource,
} from './read-member.ts'
export { compressOutput, compressText, type Content, type Writer } from './compress.ts'
export { findZstd, type Zstd } from './zstd.ts'
export {
  type Manifest,
  manifestSignatureName,
  type Member,
  type Part,
  parseManifest,
  publicManifestName,
  renderManifest,
} from './manifest.ts'
export {
  assertSealedHalf,
  parseSealedHalf,
  renderSealedHalf,
  type SealedHalf,
} from './sealed-half.ts'
export { checksums, checksumsName } from './checksums.ts'
export { identify, type Identified } from './foreign/identify.ts'
export { type ForeignDump, unpack } from './foreign/unpack.ts'
export { pool } from './pool.ts'
