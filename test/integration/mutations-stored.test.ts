import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { openForger } from '@recovery-playbook/demonstration'
import { editManifest, exchange, exchangeMeasures } from '../support/edited-manifest.ts'
import { newPassphrase, openScene, type Scene } from '../support/scene.ts'
import { openRelease, type StoredRelease } from '../support/stored-release.ts'
import { expectVerdict } from '../support/verdict.ts'

const [first, second, third] = [1, 2, 3].map((number) => `database.dump.zst.000${number}.gpg`) as [
  string,
  string,
  string,
]
const roles = 'globals.sql.zst.0001.gpg'
const sealedHalf = 'fingerprint.json.zst.0001.gpg'
const noRestore = 'This recovery point cannot be restored. Name an older one, and export a new one'
const forged = 'ind out who can write to the repository'

let scene: Scene
let older: StoredRelease
let stored: StoredRelease

beforeAll(async () => {
  scene = await openScene()
  older = await openRelease(scene.github, await scene.publish())
  const tag = await scene.publish()
  // Sealed anew, in small parts: an ordinary part holds more than this whole database.
  const { github, passphrase } = scene
  await using forger = await openForger({ ...github, passphrase })
  await forger.forge('SELECT 1', 64 * 1024)
  stored = await openRelease(github, tag)
})

afterEach(async () => {
  await stored.putBack()
  await older.putBack()
})

afterAll(() => scene[Symbol.asyncDispose]())

test('an untouched recovery point of many parts comes back', async () => {
  const drill = await scene.drill()
  expectVerdict(drill, 'PROVED', stored.tag)
  expect(Number(/\| parts \| (\d+) \|/.exec(drill.summary)?.[1])).toBeGreaterThan(4)
})

test('a passphrase that nobody knows any more is noticed before the disaster', async () => {
  const drill = await scene.drill({ passphrase: newPassphrase() })
  expectVerdict(
    drill,
    'NOT PROVED',
    `The passphrase does not open ${sealedHalf}`,
    'give the passphrase that was in force when it was made',
  )
})

test.each([first, second, roles, sealedHalf])('one byte that rots in %s', async (name) => {
  await stored.write(name, flipped(await stored.read(name)))
  expectVerdict(await scene.drill(), 'FAILED', `${name} is not what was stored`, noRestore)
})

test('one byte changed by somebody who also corrects the manifest', async () => {
  const bytes = flipped(await stored.read(second))
  await stored.write(second, bytes)
  await editManifest(stored, ({ part }) => Object.assign(part(second), measured(bytes)))
  expectVerdict(await scene.drill(), 'FAILED', 'members differ from the sealed half', forged)
})

test.each([first, third, sealedHalf])('a lost %s', async (name) => {
  await stored.remove(name)
  const words = `${stored.tag} lacks 1 of its parts, or has them in another size: ${name}.`
  expectVerdict(await scene.drill(), 'FAILED', words, 'It cannot be restored')
})

test('two parts of the dump that changed places', async () => {
  await exchange(stored, second, third)
  expectVerdict(await scene.drill(), 'FAILED', second)
})

test('two parts of the dump that changed places, with a manifest that says so', async () => {
  await exchange(stored, second, third)
  await editManifest(stored, ({ part }) => {
    exchangeMeasures(part(second), part(third))
  })
  expectVerdict(await scene.drill(), 'FAILED', 'members differ from the sealed half', forged)
})

test('a part of the dump in the place of the sealed half', async () => {
  await exchange(stored, first, sealedHalf)
  expectVerdict(await scene.drill(), 'FAILED', `lacks 2 of its parts`, first, sealedHalf)
})

test('a part of the dump in the place of the sealed half, with a manifest that says so', async () => {
  await exchange(stored, first, sealedHalf)
  await editManifest(stored, ({ part }) => {
    exchangeMeasures(part(first), part(sealedHalf))
  })
  expectVerdict(
    await scene.drill(),
    'FAILED',
    'fingerprint.json is not what was stored: it should have',
  )
})

test('the whole dump in the place of the sealed half, with a manifest that says so', async () => {
  await exchange(older, first, sealedHalf)
  await editManifest(older, ({ manifest: { members }, part }) => {
    exchangeMeasures(part(first), part(sealedHalf))
    const [dump, half] = [members[0], members.at(-1)].map((member) => member?.bytes)
    Object.assign(members[0] ?? {}, { bytes: half })
    Object.assign(members.at(-1) ?? {}, { bytes: dump })
  })
  const words = `What manifest.json of ${older.tag} lists as its sealed half is none.`
  expectVerdict(await scene.drill({ 'recovery-point': older.tag }), 'FAILED', words, forged)
})

test('the sealed half cut out of the manifest', async () => {
  await editManifest(stored, ({ manifest }) => manifest.members.pop())
  expectVerdict(await scene.drill(), 'FAILED', `${stored.tag} has no fingerprint.json`)
})

test('the roles cut out of the manifest', async () => {
  await editManifest(stored, ({ manifest }) => manifest.members.splice(1, 1))
  expectVerdict(await scene.drill(), 'FAILED', 'members differ from the sealed half', forged)
})

test('the last part of the dump cut out of the release and of the manifest', async () => {
  await editManifest(stored, ({ manifest }) => manifest.members[0]?.parts.pop())
  expectVerdict(await scene.drill(), 'FAILED', 'members differ from the sealed half', forged)
})

test('a manifest that was made younger, to look fresh', async () => {
  await editManifest(stored, ({ manifest }) => (manifest.snapshotAt = new Date().toISOString()))
  expectVerdict(await scene.drill(), 'FAILED', 'snapshotAt differ from the sealed half', forged)
})

test('a manifest that hides the gap to the recovery point before', async () => {
  await editManifest(stored, ({ manifest }) => (manifest.previous = null))
  expectVerdict(await scene.drill(), 'FAILED', 'previous differ from the sealed half', forged)
})

test('an older recovery point replayed under the newest tag', async () => {
  await stored.write('manifest.json', await older.read('manifest.json'))
  const words = `The release ${stored.tag} carries the manifest of ${older.tag}.`
  expectVerdict(await scene.drill(), 'FAILED', words, forged)
})

test('an older recovery point replayed under the newest tag, with a manifest that says so', async () => {
  for (const name of [first, roles, sealedHalf]) await stored.write(name, await older.read(name))
  await stored.write('manifest.json', await older.read('manifest.json'))
  await editManifest(stored, ({ manifest }) => (manifest.tag = stored.tag))
  expectVerdict(await scene.drill(), 'FAILED', 'tag differ from the sealed half', forged)
})

test('a manifest of a version that this code does not know', async () => {
  await editManifest(stored, ({ manifest }) => Object.assign(manifest, { format: 2 }))
  expectVerdict(
    await scene.drill(),
    'NOT PROVED',
    `${stored.tag} has a manifest of format 2; this version reads format 1.`,
    'Use the version of this action that made the recovery point, or a newer one',
  )
})

test.each([
  ['of which the end is lost', (text: string) => text.slice(0, -20)],
  ['that holds nothing', () => '{}'],
  [
    'that names a part outside of the release',
    (text: string) => text.replace(first, `../${first}`),
  ],
])('a manifest %s', async (_, damage) => {
  const text = (await stored.read('manifest.json')).toString('utf8')
  await stored.write('manifest.json', Buffer.from(damage(text)))
  const words = `manifest.json of ${stored.tag} is not a manifest`
  expectVerdict(await scene.drill(), 'NOT PROVED', words, 'export a new one now')
})

const measured = (bytes: Buffer) => ({
  bytes: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
})

function flipped(bytes: Buffer): Buffer {
  const middle = bytes.length >> 1
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 1, middle)
  return bytes
}
