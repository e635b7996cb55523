import { open } from 'node:fs/promises'

/** What an archive of pg_dump says of itself before anything else. */
export interface ArchiveHead {
  /** Of the server that was dumped: '15.18 (Debian …)'. */
  readonly version: string | undefined
  /** By the clock on the wall of the machine that made it, without a time zone: '2026-01-31 04:05:06'. */
  readonly madeAt: string | undefined
}

const headBytes = 4096

/** In a tar a header of its own stands before the table of contents. */
const tarHeader = 512

/**
 * Reads the head of an archive (ReadHead in pg_backup_archiver.c); no program sees it yet.
 *
 * @param path of a file: for the directory format its `toc.dat`
 */
export async function readArchiveHead(path: string, isTar: boolean): Promise<ArchiveHead> {
  await using file = await open(path)
  const { buffer, bytesRead } = await file.read({
    buffer: Buffer.alloc(headBytes),
    position: isTar ? tarHeader : 0,
  })
  try {
    return readHead(buffer.subarray(0, bytesRead))
  } catch {
    // Cut short or altered: pg_restore will say so.
    return { version: undefined, madeAt: undefined }
  }
}

function readHead(bytes: Buffer): ArchiveHead {
  let at = 0
  const byte = () => bytes.readUInt8(at++)
  if (bytes.toString('latin1', 0, 5) !== 'PGDMP') throw new Error('no archive of pg_dump')
  at = 5
  const format = byte() * 256 + byte()
  byte() // revision
  const integerBytes = byte()
  byte() // bytes of an offset
  byte() // which format
  const integer = () => {
    const sign = byte() === 0 ? 1 : -1
    at += integerBytes
    return sign * bytes.readUIntLE(at - integerBytes, integerBytes)
  }
  const text = () => {
    const length = integer()
    if (length < 0) return undefined
    if (at + length > bytes.length) throw new RangeError('cut short')
    at += length
    return bytes.toString('utf8', at - length, at)
  }
  // 1.15, of PostgreSQL 16, names the compression in a byte; before it there was a level.
  if (format >= 0x010f) byte()
  else integer()
  const [second = 0, minute = 0, hour = 0, day = 0, month = 0, year = 0] = Array.from(
    { length: 7 },
    integer,
  )
  text() // the database
  const version = text()
  const two = (number: number) => String(number).padStart(2, '0')
  const date = `${year + 1900}-${two(month + 1)}-${two(day)}`
  return { version, madeAt: `${date} ${two(hour)}:${two(minute)}:${two(second)}` }
}
