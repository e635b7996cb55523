import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { setTimeout as after } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import { type Member, readMember, sha256, storeMember } from '../src/index.ts'

/** Seals nothing: what is tested here is the order and completeness of the bytes. */
async function* unsealed(plain: AsyncIterable<Uint8Array>) {
  yield* plain
}

function memoryStore(delay = () => 0) {
  const assets = new Map<string, Uint8Array>()
  return {
    assets,
    upload: async (name: string, bytes: Uint8Array) => {
      await after(delay())
      assets.set(name, Buffer.from(bytes))
    },
    download: async (name: string) => {
      await after(delay())
      const bytes = assets.get(name)
      if (bytes === undefined) throw new Error(`no ${name}`)
      return bytes
    },
  }
}

const store = (content: Readable, sink: ReturnType<typeof memoryStore>, partBytes = 1000) =>
  storeMember({ name: 'database.dump', content, seal: unsealed, sink, partBytes, parallel: 3 })

async function read(member: Member, source: ReturnType<typeof memoryStore>) {
  const pieces: Uint8Array[] = []
  const open = (sealed: Uint8Array) => Promise.resolve(sealed)
  await readMember({ member, source, open, parallel: 3 }, async (content) => {
    for await (const piece of content) pieces.push(piece)
  })
  return Buffer.concat(pieces)
}

describe('a member', () => {
  test.each([0, 1, 999, 1000, 1001, 250_000])(
    'of %d bytes comes back as it went in',
    async (size) => {
      const github = memoryStore(() => Math.random() * 3)
      const content = randomBytes(size)
      const member = await store(
        Readable.from([content.subarray(0, 7), content.subarray(7)]),
        github,
      )
      expect(member.bytes).toBe(size)
      expect((await read(member, github)).equals(content)).toBe(true)
    },
  )

  test('is listed part by part with the size and digest of what was stored, in order', async () => {
    const github = memoryStore(() => Math.random() * 3)
    const member = await store(Readable.from([randomBytes(12_500)]), github)
    expect(member.parts.map(({ name }) => name)).toEqual(
      member.parts.map((_, index) => `database.dump.zst.${String(index + 1).padStart(4, '0')}.gpg`),
    )
    for (const part of member.parts) {
      const stored = github.assets.get(part.name) ?? new Uint8Array()
      expect([part.bytes, part.sha256]).toEqual([stored.length, sha256(stored)])
    }
  })

  test('is not stored at all, for the caller, when its source fails in the middle', async () => {
    const source = Readable.from(
      (function* () {
        yield randomBytes(50_000)
        throw new Error('pg_dump was killed')
      })(),
    )
    await expect(store(source, memoryStore())).rejects.toThrow('pg_dump was killed')
  })

  test('is not stored at all, for the caller, when an upload fails, and its source is closed', async () => {
    const source = Readable.from(
      (function* () {
        for (;;) yield randomBytes(10_000)
      })(),
    )
    const github = memoryStore()
    const failing = {
      ...github,
      upload: (name: string, bytes: Uint8Array) =>
        name.includes('0005') ? Promise.reject(new Error('422')) : github.upload(name, bytes),
    }
    await expect(store(source, failing)).rejects.toThrow('422')
    expect(source.destroyed).toBe(true)
  })
})

describe('what comes back damaged is never used', () => {
  const damage: Record<string, (assets: Map<string, Uint8Array>, member: Member) => Member> = {
    'one byte flipped': (assets, member) => {
      const bytes = assets.get('database.dump.zst.0002.gpg')
      if (bytes !== undefined) bytes[10] = (bytes[10] ?? 0) ^ 1
      return member
    },
    'one part cut short': (assets, member) => {
      const bytes = assets.get('database.dump.zst.0003.gpg')
      assets.set('database.dump.zst.0003.gpg', bytes?.subarray(0, -1) ?? new Uint8Array())
      return member
    },
    'two parts swapped': (assets, member) => {
      const [first, second] = ['database.dump.zst.0001.gpg', 'database.dump.zst.0002.gpg'] as const
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
    const member = await store(Readable.from([randomBytes(5_000)]), github)
    await expect(read(spoil(github.assets, member), github)).rejects.toMatchObject({
      code: 'PART_DAMAGED',
      message: expect.stringMatching(/database\.dump/),
    })
  })

  test('a part that is not there', async () => {
    const github = memoryStore()
    const member = await store(Readable.from([randomBytes(5_000)]), github)
    github.assets.delete('database.dump.zst.0004.gpg')
    await expect(read(member, github)).rejects.toThrow('no database.dump.zst.0004.gpg')
  })
})
