import { open as openFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  assertSealedHalf,
  beginReading,
  findZstd,
  type Manifest,
  type Member,
  type MemberName,
  parseSealedHalf,
  type PartOpener,
} from '@recovery-playbook/archive'
import { Failure } from '@recovery-playbook/failure'
import { type Fingerprint, parseFingerprint, rolesMissingIn } from '@recovery-playbook/postgres'
import type { Processes } from '@recovery-playbook/processes'
import type { RecoveryPoint } from './find-recovery-point.ts'

export interface OpenedMembers {
  readonly fingerprint: Fingerprint
  /** Path of the dump, in pg_dump's custom format. */
  readonly archive: string
}

interface Opening {
  readonly opener: PartOpener
  /** A private one, for the dump, and parts on the way to it. */
  readonly directory: string
  readonly processes: Processes
  /** Where the program zstd is. */
  readonly searchPath: string
  /** Parts that are downloaded ahead. */
  readonly jobs: number
  readonly info: (line: string) => void
}

/**
 * The sealed half first, since it says whether the manifest is to be believed; then the dump into a
 * private file. Both are downloaded from the start, and when one of them fails, the other is given up.
 */
export async function openMembers(point: RecoveryPoint, opening: Opening): Promise<OpenedMembers> {
  const { manifest } = point
  const { directory, processes, searchPath, info } = opening
  const reading = (name: MemberName) => readingOf(point, opening, name)
  let done = 0
  const dump = reading('database.dump')
  const onPart = () => {
    done += 1
    info(`${done} of ${dump.member.parts.length} parts opened`)
  }
  const zstd = await findZstd(processes, searchPath)
  await using sealedHalf = beginReading(reading('fingerprint.json'))
  await using dumped = beginReading({ ...dump, onPart })
  const fingerprint = believed(manifest, await sealedHalf.text())

  const archive = join(directory, dump.member.name)
  await using file = await openFile(archive, 'wx', 0o600)
  await dumped.into(file, zstd)
  // The first recovery points had none.
  if (manifest.members.some(({ name }) => name === 'globals.sql')) {
    await using globals = beginReading(reading('globals.sql'))
    assertRoles(await globals.text(), fingerprint, manifest.tag)
  }
  for (const { name } of manifest.members.filter((member) => !databases.has(member.name))) {
    await rm(await openMember(point, opening, name))
  }
  return { fingerprint, archive }
}

/** Members that a restore of the database needs; the others have to open as well. */
const databases: ReadonlySet<MemberName> = new Set([
  'database.dump',
  'globals.sql',
  'fingerprint.json',
])

/** One member that the database does not need, into a private file of its name. */
export async function openMember(
  point: RecoveryPoint,
  opening: Pick<Opening, 'opener' | 'directory' | 'processes' | 'searchPath'>,
  name: MemberName,
): Promise<string> {
  const zstd = await findZstd(opening.processes, opening.searchPath)
  const path = join(opening.directory, name)
  await using file = await openFile(path, 'wx', 0o600)
  await using reading = beginReading(readingOf(point, { ...opening, jobs: 1 }, name))
  await reading.into(file, zstd)
  return path
}

/** The sealed half alone: what the data was, and whether the manifest is to be believed. */
export async function openSealedHalf(
  point: RecoveryPoint,
  opening: Pick<Opening, 'opener' | 'directory'>,
): Promise<Fingerprint> {
  await using reading = beginReading(readingOf(point, { ...opening, jobs: 1 }, 'fingerprint.json'))
  return believed(point.manifest, await reading.text())
}

function believed(manifest: Manifest, text: string): Fingerprint {
  const half = parseSealedHalf(text, manifest.tag)
  assertSealedHalf(manifest, half)
  return parseFingerprint(half.fingerprint, manifest.tag)
}

const readingOf = (
  { manifest, release }: RecoveryPoint,
  { opener, directory, jobs }: Pick<Opening, 'opener' | 'directory' | 'jobs'>,
  name: MemberName,
) => ({
  member: memberOf(manifest.members, name, manifest.tag),
  source: release,
  opener,
  scratch: directory,
  parallel: jobs,
})

/** For people, and executed by no drill: it has to make every role that the data belongs or is granted to. */
function assertRoles(globals: string, { roles }: Fingerprint, tag: string): void {
  const missing = rolesMissingIn(globals, roles)
  if (missing.length === 0) return
  throw new Failure(
    'RECOVERY_POINT_INCOMPLETE',
    `globals.sql of ${tag} does not make these roles: ${missing.join(', ')}.`,
    { hint: 'Roles changed while it was exported, or it was damaged. Export a new one now.' },
  )
}

function memberOf(members: readonly Member[], name: MemberName, tag: string): Member {
  const member = members.find((one) => one.name === name)
  if (member !== undefined) return member
  throw new Failure('RECOVERY_POINT_INCOMPLETE', `${tag} has no ${name}.`, {
    hint: 'It cannot be restored. Name an older one, and export a new one now.',
  })
}
