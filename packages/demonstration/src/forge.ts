import { readFile } from 'node:fs/promises'
import {
  compressOutput,
  compressText,
  findZstd,
  keyCheckName,
  type Manifest,
  type Member,
  partBytesFor,
  publicManifestName,
  renderManifest,
  renderSealedHalf,
  type SealedContent,
  storeMember,
} from '@recovery-playbook/archive'
import { findRecoveryPoint, openMembers, type RecoveryPoint } from '@recovery-playbook/drill'
import { openerFor, recipientsOf, sealerFor } from '@recovery-playbook/encryption'
import {
  paced,
  type GithubRequest,
  parseRepository,
  type Repository,
} from '@recovery-playbook/github'
import {
  childProcesses,
  githubClient,
  machine,
  systemClock,
  temporaryDirectory,
  unprivilegedIdentity,
} from '@recovery-playbook/host'
import {
  type Connection,
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
  /** By the name that the export gave it. */
  readonly database?: string
  /** What is done to the data inside the newest recovery point. */
  readonly sql: string
}

interface Forger {
  /**
   * @param sql what is done to the data that the recovery point held when it was opened
   * @param partBytes of compressed content in each new part; by default as an ordinary export's
   * @param codeBundle what `code.bundle` then holds; without it there is none
   */
  forge(sql: string, partBytes?: number, codeBundle?: Uint8Array): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Changes the data inside a published recovery point and seals everything anew with the right
 * passphrase: every digest, seal and manifest is right, and only the fingerprint can tell. It is what
 * a backup looks like when something went wrong between the database and the archive.
 */
export async function forge({ sql, ...place }: Forgery): Promise<void> {
  await using forger = await openForger(place)
  await forger.forge(sql)
}

/** Restores the newest recovery point once, for any number of forgeries of it. */
export async function openForger(place: Omit<Forgery, 'sql'>): Promise<Forger> {
  const request = paced(githubClient(place.token, place.apiUrl), systemClock)
  const repository = parseRepository(place.repository)
  const store = githubReleases(request, repository, { pause: systemClock.sleep })
  const point = await findRecoveryPoint(store, { database: 'default', ...place }, '')
  await using opened = new AsyncDisposableStack()
  const directory = opened.use(await temporaryDirectory('/tmp'))
  const { fingerprint, archive } = await openMembers(point, {
    opener: openerFor({ passphrases: [place.passphrase] }),
    directory: directory.path,
    processes: childProcesses(),
    searchPath: process.env.PATH ?? '',
    jobs: 2,
    info: () => undefined,
  })
  const restored = opened.use(await restore(archive, fingerprint, directory.path))
  const recipients = await recipientsOf({ passphrase: place.passphrase }, systemClock.now())
  const { seal } = await sealerFor(recipients)

  async function forge(
    sql: string,
    partBytes = partBytesFor(0),
    codeBundle?: Uint8Array,
  ): Promise<void> {
    const release = await changeableRelease(request, repository, point)
    const storing = { seal, sink: release, partBytes, parallel: 2, scratch: directory.path }
    await using changed = await restored.change(sql)
    const dump = await storeMember({ ...storing, name: 'database.dump', content: changed.dump() })
    const { format: _, ...old } = point.manifest
    const code =
      codeBundle === undefined
        ? []
        : [
            await storeMember({
              ...{ ...storing, name: 'code.bundle', content: await compressText(codeBundle) },
            }),
          ]
    const manifest = { ...old, members: [dump, ...code, ...old.members.filter(isKept)] }
    const half = renderSealedHalf({ manifest, fingerprint })
    const content = await compressText(half)
    const sealedHalf = await storeMember({ ...storing, name: 'fingerprint.json', content })
    await release.upload(publicManifestName, manifestText(manifest, sealedHalf))
  }

  const everything = opened.move()
  return { forge, [Symbol.asyncDispose]: async () => everything.disposeAsync() }
}

const manifestText = (manifest: Omit<Manifest, 'format'>, sealedHalf: Member) =>
  Buffer.from(renderManifest({ ...manifest, members: [...manifest.members, sealedHalf] }))

/** Who may read the data is not changed with it. */
const isKept = ({ name }: { readonly name: string }) => name.startsWith('globals.sql')

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
    if (name === keyCheckName) continue
    if (!(name.endsWith('.gpg') && !isKept({ name })) && name !== publicManifestName) continue
    await request('DELETE /repos/{owner}/{repo}/releases/assets/{asset_id}', {
      ...repository,
      asset_id: id,
    })
  }
  const uploadUrl = release.upload_url.replace(/\{.*\}$/, '')
  return {
    upload: async (name: string, content: SealedContent) =>
      request(`POST ${uploadUrl}?name=${name}`, {
        data: content instanceof Uint8Array ? content : await readFile(content.path),
        headers: { 'content-type': 'application/octet-stream' },
      }),
  }
}

async function restore(archive: string, fingerprint: Fingerprint, directory: string) {
  const processes = childProcesses()
  const searchPath = process.env.PATH ?? ''
  const zstd = await findZstd(processes, searchPath)
  const { major } = fingerprint.server
  const toolchain = await toolchainFor(major, processes, searchPath, 'server')
  const cluster = await startThrowaway({
    toolchain,
    processes,
    parentDirectory: directory,
    identity: unprivilegedIdentity(),
    machine: machine(),
  })
  const order = { cluster, fingerprint, archive, jobs: 2, processes }
  const { superuser: untouched } = await restoreDatabase(order)
  let copies = 0

  async function execute(connection: Connection, sql: string): Promise<void> {
    await using session = await openSession(toolchain.psql, connection, processes)
    await session.execute(sql)
  }

  return {
    async change(sql: string) {
      copies += 1
      const name = `changed_${copies}`
      await execute(cluster.superuser, `CREATE DATABASE ${name} TEMPLATE "${untouched.database}"`)
      const connection = cluster.connectionFor(name)
      await execute(connection, sql)
      const snapshot = await exportSnapshot(toolchain.psql, connection, processes)
      return {
        dump: () =>
          compressOutput(
            (into) => dumpDatabase({ toolchain, connection, snapshot, processes }, into),
            zstd,
          ),
        [Symbol.asyncDispose]: () => snapshot[Symbol.asyncDispose](),
      }
    },
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  }
}
