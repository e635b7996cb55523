import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { directoryStore, prepareDirectory, type Run } from '../src/index.ts'
import { describeReleaseStore } from './conformance.ts'

describeReleaseStore('A directory', async () => {
  const root = await mkdtemp(join(tmpdir(), 'directory-store-'))
  await prepareDirectory(root)
  let time = Date.parse('2026-11-24T12:00:00Z')
  const now = () => new Date((time += 1000))
  const runOf = (id: number) => ({ repository: 'acme/journal', id, attempt: 1 })
  const isOver = ({ id }: Run) => Promise.resolve(id === 1)
  const folders = async (kind: string) =>
    (await readdir(join(root, kind))).map((name) => join(root, kind, name))
  return {
    store: directoryStore(root, { now }),
    storeOf: (run) => directoryStore(root, { now, run, isOver }),
    runs: { ended: runOf(1), going: runOf(2) },
    async removeAsset(name) {
      const all = [...(await folders('drafts')), ...(await folders('releases'))]
      await Promise.all(all.map((folder) => rm(join(folder, name), { force: true })))
    },
    async addAsset(name, bytes) {
      for (const folder of await folders('drafts')) await writeFile(join(folder, name), bytes)
    },
    async [Symbol.asyncDispose]() {
      await rm(root, { recursive: true, force: true })
    },
  }
})
