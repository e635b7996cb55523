import { Readable } from 'node:stream'
import {
  type Manifest,
  type Member,
  partBytesFor,
  publicManifestName,
  renderManifest,
  renderSealedHalf,
  storeMember,
} from '@recovery-playbook/archive'
import { findRecoveryPoint, openMembers, type RecoveryPoint } from '@recovery-playbook/drill'
import { openerFor, sealerFor } from '@recovery-playbook/encryption'
import { type GithubRequest, parseRepository, type Repository } from '@recovery-playbook/github'
import {
  childProcesses,
  githubClient,
  machine,
  systemClock,
  temporaryDirectory,
  unprivilegedIdentity,
} from '@recovery-playbook/host'
import {
  dumpDatabase,
  exportSnapshot,
  type Fingerprint,
  openSession,
  restoreDatabase,
  startThrowaway,
  toolchainFor,
} from '@recovery-playbook/postgres'
import { githubReleases } from '@recovery-playbook/release-store'

interface Forgery {
  readonly apiUrl: string
  readonly token: string
  readonly repository: string
  readonly passphrase: string
  /** What is done to the data inside the newest recovery point. */
  readonly sql: string
  /** Bytes of compressed content in each new part; by default as an export of ordinary size. */
  readonly partBytes?: number
}

/**
 * Changes the data inside a published recovery point and seals everything anew with the right
 * passphrase: every digest, seal and manifest is right, and only the fingerprint can tell. It is what
 * a backup looks like when something went wrong between the database and the archive.
 */
export async function forge(forgery: Forgery): Promise<void> {
  const request = githubClient(forgery.token, forgery.apiUrl)
  const repository = parseRepository(forgery.repository)
  const store = githubReleases(request, repository, systemClock.sleep)
  const point = await findRecoveryPoint(store, 'default', '')
  await using directory = await temporaryDirectory('/tmp')
  const { fingerprint, archive } = await openMembers(point, {
    open: openerFor(forgery.passphrase).open,
    directory: directory.path,
    jobs: 2,
    info: () => undefined,
  })
  const release = await changeableRelease(request, repository, point)
  const { seal } = await sealerFor(forgery.passphrase)
  const storing = {
    seal,
    sink: release,
    partBytes: forgery.partBytes ?? partBytesFor(0),
    parallel: 2,
  }

  await using changed = await restoreAndChange(archive, fingerprint, directory.path, forgery.sql)
  const dump = await storeMember({ ...storing, name: 'database.dump', content: changed.dump() })
  const { format: _, ...old } = point.manifest
  const manifest = { ...old, members: [dump] }
  const half = renderSealedHalf({ manifest, fingerprint })
  const content = Readable.from([Buffer.from(half)])
  const sealedHalf = await storeMember({ ...storing, name: 'fingerprint.json', content })
  await release.upload(publicManifestName, manifestText(manifest, sealedHalf))
}

const manifestText = (manifest: Omit<Manifest, 'format'>, sealedHalf: Member) =>
  Buffer.from(renderManifest({ ...manifest, members: [...manifest.members, sealedHalf] }))

/** The published release without the assets that are made anew. */
async function changeableRelease(
  request: GithubRequest,
  repository: Repository,
  { manifest }: RecoveryPoint,
) {
  const { data: release } = await request('GET /repos/{owner}/{repo}/releases/tags/{tag}', {
    ...repository,
    tag: manifest.tag,
  })
  for (const { name, id } of release.assets) {
    if (!name.endsWith('.gpg') && name !== publicManifestName) continue
    await request('DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}', {
      ...repository,
      asset_id: id,
    })
  }
  const uploadUrl = release.upload_url.replace(/\{.*\}$/, '')
  return {
    upload: (name: string, bytes: Uint8Array) =>
      request(`POST ${uploadUrl}?name=${name}`, {
        data: bytes,
        headers: { 'content-type': 'application/octet-stream', 'content-length': bytes.length },
      }),
  }
}

async function restoreAndChange(
  archive: string,
  fingerprint: Fingerprint,
  directory: string,
  sql: string,
) {
  const processes = childProcesses()
  const searchPath = process.env.PATH ?? ''
  const { major } = fingerprint.server
  const toolchain = await toolchainFor(major, processes, searchPath, 'server')
  const open = new AsyncDisposableStack()
  const cluster = open.use(
    await startThrowaway({
      toolchain,
      processes,
      parentDirectory: directory,
      identity: unprivilegedIdentity(),
      machine: machine(),
    }),
  )
  const order = { cluster, fingerprint, archive, jobs: 2, processes }
  const { superuser } = await restoreDatabase(order)
  await using session = await openSession(toolchain.psql, superuser, processes)
  await session.execute(sql)
  const snapshot = open.use(await exportSnapshot(toolchain.psql, superuser, processes))
  return {
    dump: () => dumpDatabase({ toolchain, connection: superuser, snapshot, processes }),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}
