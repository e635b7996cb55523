/** What a file is, by its first bytes. */
export type Kind = 'OpenPGP' | 'OpenPGP armor' | 'gzip' | 'tar' | 'custom' | 'text' | Unread

/** Ways to pack that are not opened here; named, so that a person knows what to do. */
type Unread = 'zstd' | 'xz' | 'bzip2' | 'lz4' | 'zip' | 'nothing' | 'something unknown'

/** Bytes that `kindOf` wants to see. */
export const headBytes = 512

/** Packets that an encrypted message begins with (RFC 9580, 5): session keys, a marker, content. */
const openingPackets = [1, 3, 9, 10, 18, 20]

const magics: readonly (readonly [Kind, string])[] = [
  ['gzip', '\x1f\x8b'],
  ['custom', 'PGDMP'],
  ['zstd', '\x28\xb5\x2f\xfd'],
  ['xz', '\xfd7zXZ'],
  ['bzip2', 'BZh'],
  ['lz4', '\x04\x22\x4d\x18'],
  ['zip', 'PK\x03\x04'],
  ['OpenPGP armor', '-----BEGIN PGP MESSAGE-----'],
]

/** Never by its name: a name says what somebody meant. */
export function kindOf(head: Uint8Array): Kind {
  const bytes = Buffer.from(head).toString('latin1')
  if (bytes === '') return 'nothing'
  const known = magics.find(([, magic]) => bytes.startsWith(magic))
  if (known !== undefined) return known[0]
  // POSIX and GNU: the magic of a header stands behind the name, modes, owner, size, time and link.
  if (bytes.slice(257, 262) === 'ustar') return 'tar'
  const [first = 0] = head
  const packet = (first & 0x40) === 0 ? (first >> 2) & 0x0f : first & 0x3f
  if (first >= 0x80 && openingPackets.includes(packet)) return 'OpenPGP'
  return bytes.includes('\0') ? 'something unknown' : 'text'
}
