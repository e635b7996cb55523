import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, open, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { withoutArmor } from '../src/foreign/armor.ts'
import { kindOf } from '../src/foreign/kind.ts'
import { tarMembers } from '../src/foreign/tar.ts'
import { unpack } from '../src/index.ts'

let place: string
beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), 'foreign-'))
})
afterAll(() => rm(place, { recursive: true, force: true }))

const shell = (commands: string) =>
  promisify(execFile)('bash', ['-euo', 'pipefail', '-c', commands], { cwd: place })

const opener = {
  open: () => Promise.reject(new Error('nothing is held')),
  openInto: () => Promise.reject(new Error('nothing is held')),
}

async function unpacked(name: string) {
  const directory = await mkdtemp(join(place, 'private-'))
  return await unpack({ path: join(place, name), name, opener, directory })
}

test.each([
  ['gzip', '\x1f\x8b\x08'],
  ['custom', 'PGDMP\x01\x0e'],
  ['OpenPGP', '\x8c\x0d\x04\x09'],
  ['OpenPGP', '\xc3\x0d\x04\x09'],
  ['OpenPGP', '\x85\x01\x8c\x03'],
  ['OpenPGP armor', '-----BEGIN PGP MESSAGE-----\n'],
  ['zstd', '\x28\xb5\x2f\xfd'],
  ['zip', 'PK\x03\x04'],
  ['text', '--\n-- PostgreSQL database dump\n'],
  ['text', '\xc3\xa9 is no packet that a message begins with'.slice(2)],
  ['something unknown', 'a\0b'],
  ['nothing', ''],
])('%s is known by its first bytes', (kind, bytes) => {
  expect(kindOf(Buffer.from(bytes, 'latin1'))).toBe(kind)
})

test.each(['gnu', 'pax', 'ustar'])(
  'a long name and a large folder come out of a tar of %s',
  async (format) => {
    const long = `${'folder/'.repeat(12)}${'n'.repeat(80)}.sql`
    await shell(
      `rm -rf folder; mkdir -p "$(dirname ${long})"; echo 'SELECT 1;' >${long}; tar --format=${format} -cf ${format}.tar folder`,
    )
    await using file = await open(join(place, `${format}.tar`))
    expect(await tarMembers(file)).toEqual([{ name: long, offset: expect.any(Number), bytes: 10 }])
    const { path, layers } = await unpacked(`${format}.tar`)
    expect([await readFile(path, 'utf8'), layers]).toEqual(['SELECT 1;\n', ['tar']])
  },
)

test('a tar is broken whose header has another byte, and one that was cut', async () => {
  await shell(`echo 1 >a; tar -cf a.tar a; head --bytes 600 a.tar >cut.tar; cp a.tar header.tar`)
  await using file = await open(join(place, 'header.tar'), 'r+')
  await file.write('X', 3)
  for (const name of ['cut.tar', 'header.tar']) {
    await expect(unpacked(name)).rejects.toMatchObject({ code: 'PART_DAMAGED' })
  }
})

test.each([
  ['a device', 'mkfifo fifo; tar -cf bad.tar fifo; rm fifo', 'no ordinary file'],
  ['a hard link', 'echo 1 >h1; ln -f h1 h2; tar -cf bad.tar h1 h2', "'h2' is a link"],
  ['an absolute name', `echo 1 >abs; tar -P -cf bad.tar "$PWD/abs"`, 'leads out'],
  [
    'a name with .. in its middle',
    `echo 1 >x; tar -P --transform 's,x,a/../../x,' -cf bad.tar x`,
    'leads out',
  ],
  ['nothing', 'tar -cf bad.tar --files-from /dev/null', 'something unknown'],
])('a tar with %s is refused', async (_, commands, words) => {
  await shell(commands)
  await expect(unpacked('bad.tar')).rejects.toMatchObject({
    code: 'CANNOT_OPEN',
    message: expect.stringContaining(words),
  })
})

test('what lacks its last byte, and what has more behind its end, is no gzip', async () => {
  await shell(
    `seq 100000 | gzip >whole.gz; cp whole.gz short.gz; (cat whole.gz; echo more) >longer.gz`,
  )
  const { length } = await readFile(join(place, 'whole.gz'))
  await truncate(join(place, 'short.gz'), length - 1)
  for (const name of ['short.gz', 'longer.gz']) {
    await expect(unpacked(name)).rejects.toMatchObject({ code: 'PART_DAMAGED' })
  }
  expect((await unpacked('whole.gz')).format).toBe('text')
})

test('what is packed in itself again and again is given up', async () => {
  await shell(`echo 'SELECT 1;' | gzip | gzip | gzip | gzip | gzip >often.gz`)
  await expect(unpacked('often.gz')).rejects.toMatchObject({ code: 'CANNOT_OPEN' })
})

test('a directory with a link in it, or of something else, is no dump', async () => {
  await mkdir(join(place, 'linked'))
  await shell(
    `touch linked/toc.dat; ln -s /etc/passwd linked/1.dat; mkdir -p other; echo 1 >other/1.dat`,
  )
  for (const [name, words] of [
    ['linked', "'1.dat'"],
    ['other', 'no toc.dat'],
  ] as const) {
    await expect(unpacked(name)).rejects.toMatchObject({ message: expect.stringContaining(words) })
  }
})

test.each([1, 5, 4096])(
  'armor comes off wherever its pieces break: every %i bytes',
  async (size) => {
    const content = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 256))
    const lines = content.toString('base64').match(/.{1,64}/g) ?? []
    const armored = `-----BEGIN PGP MESSAGE-----\r\nComment: x\r\n\r\n${lines.join('\r\n')}\r\n=abcd\r\n-----END PGP MESSAGE-----\r\n`
    await writeFile(join(place, 'armored'), armored)
    const file = await open(join(place, 'armored'))
    const pieces: Uint8Array[] = []
    const source = file.createReadStream({ highWaterMark: size }) as AsyncIterable<Buffer>
    for await (const piece of withoutArmor(source)) pieces.push(piece)
    expect(Buffer.concat(pieces).equals(content)).toBe(true)
  },
)
