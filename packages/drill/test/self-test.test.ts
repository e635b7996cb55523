import { expect, test } from '@jest/globals'
import { Failure } from '@recovery-playbook/failure'
import type { RecoveryPoint } from '../src/index.ts'
import { judgeSelfTest, tryDamages } from '../src/self-test.ts'

const part = { name: 'database.dump.zst.0001.gpg', bytes: 3, sha256: 'a'.repeat(64) }
const other = { ...part, name: 'globals.sql.zst.0001.gpg' }
const point = {
  manifest: {
    tag: 'backup-1',
    members: [
      { name: 'database.dump', parts: [part] },
      { name: 'globals.sql', parts: [other] },
    ],
  },
  release: { assets: [part, other], download: () => Promise.resolve(Buffer.from('abc')) },
} as unknown as RecoveryPoint

const stranger = { open: () => Promise.reject(new Error('x')), openInto: () => Promise.resolve() }

test('a prover that opens whatever it gets is found out, and nothing is proved by it', async () => {
  const credulous = await tryDamages(point, () => Promise.resolve(), stranger)
  expect(credulous.missed).toEqual([
    ...[
      'a flipped byte',
      'a flipped byte with a forged digest',
      'two swapped parts',
      'a wrong key',
    ],
  ])
  expect(credulous.found).toEqual(['a missing part'])
  expect(judgeSelfTest([credulous])).toMatchObject({
    state: 'FAILED',
    detail: expect.stringContaining('a wrong key'),
    hint: expect.stringContaining('Believe no verdict'),
  })
})

test('what is refused for a wrong reason counts as not found', async () => {
  const confused = () =>
    Promise.reject(new Failure('DISK_FULL', 'No room.', { hint: 'Make some.' }))
  expect((await tryDamages(point, confused, stranger)).missed).toContain('a flipped byte')
})
