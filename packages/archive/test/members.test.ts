import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as after } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { childProcesses } from '@recovery-playbook/host'
import type { Ending } from '@recovery-playbook/processes'
import {
  compressOutput,
  compressText,
  findZstd,
  type Member,
  type PartSink,
  type PartSource,
  beginReading,
  type SealedContent,
  sha256,
  storeMember,
} from '../src/index.ts'
import { writer } from './writer.ts'

/** Seals nothing: what is tested here is the order and completeness of the bytes. */
async function* unsealed(plain: AsyncIterable<Uint8Array>) {
  yield* plain
}

function memoryStore(delay = () => 0) {
  const assets = new Map<string, Uint8Array>()
  return {
    assets,
    upload: async (name: string, content: SealedContent) => {
      await after(delay())
      const bytes = content instanceof Uint8Array ? content : await readFile(content.path)
      assets.set(name, Buffer.from(bytes))
    },
    receive: async <Taken>(
      name: string,
      take: (bytes: AsyncIterable<Uint8Array>) => Promise<Taken>,
    ) => {
      await after(delay())
      return take(Readable.from([stored(name)]))
    },
  }
  function stored(name: string): Uint8Array {
    const bytes = assets.get(name)
    if (bytes === undefined) throw new Error(`no ${name}`)
    return bytes
  }
}

let scratch = ''
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'parts-'))
})
afterAll(() => rm(scratch, { recursive: true }))

const processes = childProcesses()
const zstd = await findZstd(processes, process.env.PATH ?? '')

const store = async (content: string, sink: PartSink, partBytes = 1000) =>
  storeMember({
    name: 'fingerprint.json',
    content: await compressText(content),
    seal: unsealed,
    sink,
    partBytes,
    parallel: 3,
    scratch,
  })

/** Hexadecimal digits that hardly compress: about half of them are left. */
const text = (length: number) =>
  randomBytes(Math.ceil(length / 2))
    .toString('hex')
    .slice(0, length)

const opener = {
  openInto: async (sealed: AsyncIterable<Uint8Array>, path: string) => {
    await writeFile(path, sealed)
  },
}

const read = (member: Member, source: PartSource) =>
  beginReading({ member, source, opener, parallel: 3, scratch }).text()

describe('a member', () => {
  test.each([0, 1, 999, 1000, 1001, 250_000])(
    'of %d bytes comes back as it went in',
    async (size) => {
      const github = memoryStore(() => Math.random() * 3)
      const content = text(size)
      const member = await store(content, github)
      expect(member.bytes).toBe(size)
      expect(await read(member, github)).toBe(content)
    },
  )

  test('is listed part by part with the size and digest of what was stored, in order', async () => {
    const github = memoryStore(() => Math.random() * 3)
    const { parts } = await store(text(25_000), github)
    expect(parts.length).toBeGreaterThan(10)
    expect(parts.map(({ name }) => name)).toEqual(
      parts.map((_, index) => `fingerprint.json.zst.${String(index + 1).padStart(4, '0')}.gpg`),
    )
    for (const part of parts) {
      const stored = github.assets.get(part.name) ?? new Uint8Array()
      expect([part.bytes, part.sha256]).toEqual([stored.length, sha256(stored)])
    }
  })

  test('is not stored, for the caller, when an upload fails, and what writes it is stopped', async () => {
    const github = memoryStore()
    const failing = {
      upload: (name: string, content: SealedContent) =>
        name.includes('0005') ? Promise.reject(new Error('422')) : github.upload(name, content),
    }
    let ending: Promise<Ending> | undefined
    const endless = writer('exec cat /dev/urandom', (started) => {
      ending = started.ending
    })
    const content = compressOutput(endless, zstd)
    const storing = { seal: unsealed, sink: failing, partBytes: 1000, parallel: 3, scratch }
    await expect(storeMember({ ...storing, name: 'database.dump', content })).rejects.toThrow('422')
    // By SIGTERM, or by the pipe that nobody reads any more.
    expect((await ending)?.code).not.toBe(0)
    expect(ending).toBeDefined()
  })
})

test('never more sealed parts are here or on their way than were asked for, and the one being opened', async () => {
  const github = memoryStore(() => 1)
  const member = await store(text(30_000), github)
  let held = 0
  let most = 0
  const source = {
    ...github,
    receive: async <Taken>(...asked: Parameters<typeof github.receive<Taken>>) => {
      held += 1
      most = Math.max(most, held)
      return github.receive(...asked)
    },
  }
  const openInto = async (sealed: AsyncIterable<Uint8Array>, path: string) => {
    await after(2)
    held -= 1
    await writeFile(path, sealed)
  }
  await beginReading({
    ...{ member, source, scratch, parallel: 2 },
    opener: { openInto },
  }).text()
  expect(member.parts.length).toBeGreaterThan(10)
  expect(most).toBe(3)
})

test('of one that is given up nothing more is asked for, or comes', async () => {
  const github = memoryStore()
  const member = await store(text(30_000), github)
  const asked: string[] = []
  let came = 0
  async function* slowly(bytes: Uint8Array) {
    for (const byte of bytes) {
      await after(1)
      came += 1
      yield Uint8Array.of(byte)
    }
  }
  const source: PartSource = {
    receive: (name, take) => {
      asked.push(name)
      const bytes = github.assets.get(name) ?? new Uint8Array()
      return take(asked.length === 1 ? Readable.from([bytes]) : slowly(bytes))
    },
  }
  const refusing = { openInto: () => Promise.reject(new Error('not opened')) }
  const own = await mkdtemp(join(scratch, 'given-up-'))
  {
    const reading = { member, source, opener: refusing, parallel: 3, scratch: own }
    await using begun = beginReading(reading)
    await expect(begun.text()).rejects.toThrow('not opened')
  }
  await rm(own, { recursive: true })
  const before = { asked: asked.length, came }
  await after(100)
  expect({ asked: asked.length, came }).toEqual(before)
  expect(before.asked).toBeLessThan(member.parts.length)
})

describe('a part that is larger than usual', () => {
  const MiB = 1024 ** 2
  const sizes = (member: Member) => member.parts.map(({ bytes }) => Math.round(bytes / MiB))

  test('comes back beside one that is small, and leaves nothing on the disk', async () => {
    const disk = memoryStore()
    const content = text(80 * MiB)
    const member = await store(content, disk, 34 * MiB)
    expect(sizes(member)).toEqual([34, expect.any(Number)])
    expect(await readdir(scratch)).toEqual([])
    expect((await read(member, disk)) === content).toBe(true)
    expect(await readdir(scratch)).toEqual([])
  })

  test('is not opened when it is not what was stored', async () => {
    const disk = memoryStore()
    const member = await store(text(80 * MiB), disk, 34 * MiB)
    const first = disk.assets.get('fingerprint.json.zst.0001.gpg')
    if (first !== undefined) first[10] = (first[10] ?? 0) ^ 1
    const opened = { ...opener, openInto: () => Promise.reject(new Error('opened')) }
    const reading = { member, source: disk, opener: opened, parallel: 3, scratch }
    await expect(beginReading(reading).text()).rejects.toMatchObject({ code: 'PART_DAMAGED' })
  })
})

describe('what comes back damaged is never used', () => {
  const damage: Record<string, (assets: Map<string, Uint8Array>, member: Member) => Member> = {
    'one byte flipped': (assets, member) => {
      const bytes = assets.get('fingerprint.json.zst.0002.gpg')
      if (bytes !== undefined) bytes[10] = (bytes[10] ?? 0) ^ 1
      return member
    },
    'one part cut short': (assets, member) => {
      const bytes = assets.get('fingerprint.json.zst.0003.gpg')
      assets.set('fingerprint.json.zst.0003.gpg', bytes?.subarray(0, -1) ?? new Uint8Array())
      return member
    },
    'two parts swapped': (assets, member) => {
      const [first, second] = [
        'fingerprint.json.zst.0001.gpg',
        'fingerprint.json.zst.0002.gpg',
      ] as const
      const kept = assets.get(first)
      assets.set(first, assets.get(second) ?? new Uint8Array())
      assets.set(second, kept ?? new Uint8Array())
      return member
    },
    'fewer bytes than the manifest says': (_, member) => ({ ...member, bytes: member.bytes + 1 }),
    'more bytes than the manifest says': (_, member) => ({ ...member, bytes: member.bytes - 1 }),
  }

  test.each(Object.entries(damage))('%s', async (_, spoil) => {
    const github = memoryStore()
    const member = await store(text(10_000), github)
    await expect(read(spoil(github.assets, member), github)).rejects.toMatchObject({
      code: 'PART_DAMAGED',
      message: expect.stringMatching(/fingerprint\.json/),
    })
  })

  test('a part that is not there', async () => {
    const github = memoryStore()
    const member = await store(text(10_000), github)
    github.assets.delete('fingerprint.json.zst.0004.gpg')
    await expect(read(member, github)).rejects.toThrow('no fingerprint.json.zst.0004.gpg')
  })
})
