import { parseRepository } from '@recovery-playbook/github'
import { githubClient } from '@recovery-playbook/host'
import type { LocalGithub } from '@recovery-playbook/local-github'

/** A published release that a test damages and then puts back as it was. */
export interface StoredRelease {
  readonly tag: string
  read(name: string): Promise<Buffer>
  /** Adds an asset, or puts another one in its place. */
  write(name: string, bytes: Uint8Array): Promise<void>
  remove(name: string): Promise<void>
  /** The release itself: its tag, whether it is a draft. */
  edit(changes: { tag_name?: string; draft?: boolean }): Promise<void>
  /** Every asset, the tag and the state are again what they were when it was opened. */
  putBack(): Promise<void>
}

export async function openRelease(github: LocalGithub, tag: string): Promise<StoredRelease> {
  const request = githubClient(github.token, github.apiUrl)
  const repository = parseRepository(github.repository)
  const { data: release } = await request('GET /repos/{owner}/{repo}/releases/tags/{tag}', {
    ...repository,
    tag,
  })
  const uploadUrl = release.upload_url.replace(/\{.*\}$/, '')
  const id = { ...repository, release_id: release.id }

  async function assets() {
    const { data } = await request('GET /repos/{owner}/{repo}/releases/{release_id}/assets', id)
    return new Map(data.map((asset) => [asset.name, asset]))
  }

  async function read(name: string): Promise<Buffer> {
    const asset_id = (await assets()).get(name)?.id
    if (asset_id === undefined) throw new Error(`${tag} has no ${name}`)
    const { data } = await request('GET /repos/{owner}/{repo}/releases/assets/{asset_id}', {
      ...repository,
      asset_id,
      headers: { accept: 'application/octet-stream' },
    })
    return Buffer.from(data as unknown as ArrayBuffer)
  }

  async function remove(name: string): Promise<void> {
    const asset_id = (await assets()).get(name)?.id
    if (asset_id === undefined) return
    const route = 'DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}'
    await request(route, { ...repository, asset_id })
  }

  async function write(name: string, bytes: Uint8Array): Promise<void> {
    await remove(name)
    await request(`POST ${uploadUrl}?name=${name}`, {
      data: bytes,
      headers: { 'content-type': 'application/octet-stream', 'content-length': bytes.length },
    })
  }

  const edit: StoredRelease['edit'] = async (changes) => {
    await request('PATCH /repos/{owner}/{repo}/releases/{release_id}', { ...id, ...changes })
  }

  const before = await assets()
  const contents = new Map<string, Buffer>()
  for (const name of before.keys()) contents.set(name, await read(name))

  return {
    ...{ tag, read, write, remove, edit },
    async putBack() {
      const now = await assets()
      for (const name of now.keys()) if (!before.has(name)) await remove(name)
      for (const [name, { digest }] of before) {
        if (now.get(name)?.digest !== digest) await write(name, contents.get(name) ?? Buffer.of())
      }
      await edit({ tag_name: tag, draft: false })
    },
  }
}
