import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { releaseOfAssets } from '../src/index.ts'

test('a folder that somebody downloaded into is read, and nothing is written into it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assets-'))
  try {
    await writeFile(join(folder, 'database.dump.zst.0001.gpg'), 'sealed')
    const release = await releaseOfAssets(folder, 'backup-2026-11-24-database')
    expect(release.assets.map(({ name, bytes }) => [name, bytes])).toEqual([
      ['database.dump.zst.0001.gpg', 6],
    ])
    await expect(release.annotate('PROVED')).rejects.toThrow('has no notes')
    expect(await readdir(folder)).toEqual(['database.dump.zst.0001.gpg'])
  } finally {
    await rm(folder, { recursive: true })
  }
})
