import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { startChild } from './child.ts'
import { parsed, uploadUrl } from './client.ts'

const run = promisify(execFile)
let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'local-github-cli-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

test('a script reads one line of JSON, serves itself with it, and ends the server with SIGTERM', async () => {
  const server = await startChild(join(directory, 'state'))
  expect(server.repository).toBe('acme/journal')
  expect(new Set([server.apiUrl, server.uploadUrl, server.assetUrl]).size).toBe(3)
  const response = await fetch(`${server.apiUrl}/repos/acme/journal`, {
    headers: { authorization: `token ${server.token}` },
  })
  expect(response.status).toBe(200)
  expect(await server.stop()).toBe(0)
  expect(server.lines).toHaveLength(1)
})

test('without a directory it says how it is called', async () => {
  const cli = new URL('../src/cli.ts', import.meta.url).pathname
  const failed = run(process.execPath, [cli])
  await expect(failed).rejects.toMatchObject({ code: 2, stdout: '' })
})

test('a backup goes up and comes down with nothing but curl', async () => {
  const server = await startChild(join(directory, 'state'))
  try {
    const base = `${server.apiUrl}/repos/${server.repository}`
    const curl = async (...args: string[]) => {
      const authorization = `Authorization: Bearer ${server.token}`
      return (await run('curl', ['-sSf', '-H', authorization, ...args])).stdout
    }
    const json = (value: unknown) => ['-d', JSON.stringify(value)]
    const release = parsed(await curl(`${base}/releases`, ...json({ tag_name: 'v1' })))
    const [sent, received] = [join(directory, 'sent'), join(directory, 'received')]
    await writeFile(sent, Buffer.alloc(3_000_000, 'backup'))
    const type = 'Content-Type: application/octet-stream'
    const asset = parsed(
      await curl('-H', type, '--data-binary', `@${sent}`, `${uploadUrl(release)}?name=a.bin`),
    )
    await curl('-L', '-H', 'Accept: application/octet-stream', '-o', received, asset.url)
    await run('cmp', [sent, received])
  } finally {
    await server.stop()
  }
})
