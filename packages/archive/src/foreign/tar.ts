import type { FileHandle } from 'node:fs/promises'

/** One file of a tar: where it lies in it. */
export interface TarMember {
  /** As it is written there, without a leading `./`; never one that leads out of a directory. */
  readonly name: string
  readonly offset: number
  readonly bytes: number
}

const block = 512

/** Of names and headers of names, which are read into memory. */
const longestName = 64 * 1024

/** A member that is not taken out, whatever it is. */
export class RefusedMember extends Error {}

/**
 * The files of a tar, as POSIX and GNU tar write it. Directories are passed over.
 *
 * @throws RefusedMember for a name that leads elsewhere, and for links and devices
 * @throws Error for a tar that is cut short or otherwise broken
 */
export async function tarMembers(file: FileHandle): Promise<TarMember[]> {
  const { size } = await file.stat()
  const members: TarMember[] = []
  let offset = 0
  let more: { name?: string; bytes?: number } = {}
  for (;;) {
    const header = await read(file, offset, block)
    if (header.length < block) throw new Error('the tar is cut short')
    if (header.every((byte) => byte === 0)) return members
    assertHeader(header)
    const type = String.fromCharCode(header[156] ?? 0)
    const bytes = more.bytes ?? numberIn(header.subarray(124, 136))
    offset += block
    if (offset + bytes > size) throw new Error('the tar is cut short')
    if ('Lx'.includes(type)) {
      if (bytes > longestName) throw new Error('a header of the tar is too long')
      const content = await read(file, offset, bytes)
      more = { ...more, ...(type === 'L' ? { name: textIn(content) } : extended(content)) }
    } else if (type !== 'g') {
      const name = plainName(more.name ?? nameIn(header))
      if (!'0\x007'.includes(type)) assertDirectory(type, name)
      else members.push({ name, offset, bytes })
      more = {}
    }
    offset += Math.ceil(bytes / block) * block
  }
}

async function read(file: FileHandle, position: number, bytes: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(bytes), position })
  return buffer.subarray(0, bytesRead)
}

/** The sum of all bytes of the header, with spaces in the place of the sum itself. */
function assertHeader(header: Buffer): void {
  const blanks = Buffer.from(header).fill(' ', 148, 156)
  const sum = blanks.reduce((total, byte) => total + byte, 0)
  if (sum !== numberIn(header.subarray(148, 156))) throw new Error('a header of the tar is altered')
}

function plainName(written: string): string {
  const name = written.replace(/^(\.\/)+/, '')
  if (name.startsWith('/') || name.split('/').includes('..')) {
    throw new RefusedMember(`its member '${written}' leads out of the directory it is unpacked in`)
  }
  return name
}

function assertDirectory(type: string, name: string): void {
  if (type === '5') return
  const what = { 1: 'a link', 2: 'a link' }[type] ?? 'no ordinary file'
  throw new RefusedMember(`its member '${name}' is ${what}`)
}

const textIn = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8').split('\0', 1)[0] ?? ''

/** POSIX continues a long name in a prefix; GNU has other things there, under another magic. */
function nameIn(header: Buffer): string {
  const isPosix = header.subarray(257, 263).toString('latin1') === 'ustar\0'
  const prefix = isPosix ? textIn(header.subarray(345, 500)) : ''
  const name = textIn(header.subarray(0, 100))
  return prefix === '' ? name : `${prefix}/${name}`
}

/** Octal, or of GNU's for what is larger: big-endian behind a first bit. */
function numberIn(field: Uint8Array): number {
  const bytes = Buffer.from(field)
  const number =
    ((bytes[0] ?? 0) & 0x80) === 0
      ? Number.parseInt(bytes.toString('latin1').replaceAll(/[\0 ]/g, '') || '0', 8)
      : Number(BigInt(`0x${bytes.subarray(-8).toString('hex')}`))
  if (!Number.isSafeInteger(number) || number < 0) throw new Error('a header of the tar is altered')
  return number
}

/** pax: lines of their length in bytes, a blank, a name, '=' and a value. */
function extended(content: Buffer): { name?: string; bytes?: number } {
  const found: { name?: string; bytes?: number } = {}
  for (let at = 0; at < content.length;) {
    const length = Number.parseInt(content.subarray(at, at + 12).toString('latin1'), 10)
    if (!(length > 0)) break
    const record = content.subarray(at, at + length - 1).toString('utf8')
    const [, name, value = ''] = /^\d+ ([^=]+)=(.*)$/s.exec(record) ?? []
    if (name === 'path') found.name = value
    if (name === 'size') found.bytes = Number(value)
    at += length
  }
  return found
}
