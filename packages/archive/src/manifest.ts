import { Failure } from '@recovery-playbook/failure'
import { z } from 'zod'
import { memberNames } from './members.ts'

export const publicManifestName = 'manifest.json'

/** A detached OpenPGP signature over the manifest's bytes, where a signing key is configured. */
export const manifestSignatureName = 'manifest.json.sig'

/** The newest manifest format that this code writes, and the only one that it reads. */
const formatVersion = 1

const instant = z.iso.datetime()
const digest = z.string().regex(/^[0-9a-f]{64}$/)
const size = z.int().nonnegative()

const part = z.strictObject({
  /** An asset's name; nothing that could leave a directory. */
  name: z.string().regex(/^[a-z][a-z.]*\.[0-9]{4}\.gpg$/),
  /** Bytes of the sealed asset. */
  bytes: size,
  /** SHA-256 of the sealed asset. */
  sha256: digest,
})

const member = z.strictObject({
  name: z.enum(memberNames),
  encoding: z.literal('zstd'),
  /** Bytes of the member itself, neither compressed nor sealed. */
  bytes: size,
  parts: z.array(part).min(1),
})

const manifest = z.strictObject({
  format: z.literal(formatVersion),
  tag: z.string(),
  /** Which database of the repository this is. */
  database: z.string(),
  repository: z.string(),
  /** The commit of the application that this recovery point belongs to. */
  commit: z.string().regex(/^[0-9a-f]{40,64}$/),
  /** When the data was as it is in here: the snapshot's transaction time, by the server's clock. */
  snapshotAt: instant,
  /** The recovery point before this one: what a disaster just before this snapshot would have left. */
  previous: z.strictObject({ tag: z.string(), snapshotAt: instant }).nullable(),
  run: z.strictObject({ id: z.string(), attempt: z.string() }),
  postgres: z.strictObject({
    major: z.int(),
    server: z.string(),
    pgDump: z.string(),
    /** How to make the new database; earlier versions did not say it. */
    encoding: z.string().optional(),
    locale: z
      .strictObject({
        provider: z.enum(['libc', 'icu', 'builtin']),
        collation: z.string(),
        ctype: z.string(),
        /** Of the providers 'icu' and 'builtin'. */
        name: z.string().nullable(),
      })
      .optional(),
  }),
  /** What opens every part of it: the passphrase, OpenPGP keys by the ids of their subkeys, or both. */
  sealedFor: z.strictObject({
    passphrase: z.boolean(),
    keyIds: z.array(z.string().regex(/^[0-9A-F]{16}$/)),
  }),
  /** Filters left something out of the dump. What, stands in the sealed half: it names tables. */
  partial: z.literal(true).optional(),
  /** Bytes of the database on the server's disk. */
  databaseBytes: size,
  members: z.array(member).min(1),
})

export type Part = z.infer<typeof part>
export type Member = z.infer<typeof member>

/** What a recovery point says about itself in the open: no table name, no count of rows, no key. */
export type Manifest = z.infer<typeof manifest>

export const renderManifest = (content: Omit<Manifest, 'format'>): string =>
  `${JSON.stringify(manifest.parse({ format: formatVersion, ...content }), undefined, 2)}\n`

/** @throws Failure MANIFEST_UNKNOWN */
export function parseManifest(text: string, tag: string): Manifest {
  const content = parseJson(text)
  const version = z.looseObject({ format: z.unknown() }).safeParse(content).data?.format
  if (typeof version === 'number' && version !== formatVersion) {
    throw new Failure(
      'MANIFEST_UNKNOWN',
      `${tag} has a manifest of format ${version}; this version reads format ${formatVersion}.`,
      { hint: 'Use the version of this action that made the recovery point, or a newer one.' },
    )
  }
  const parsed = manifest.safeParse(content)
  if (parsed.success) return parsed.data
  throw new Failure(
    'MANIFEST_UNKNOWN',
    `${publicManifestName} of ${tag} is not a manifest: ${z.prettifyError(parsed.error).replaceAll('\n', ' ').slice(0, 500)}`,
    { hint: 'It may be damaged. Name an older recovery point, and export a new one now.' },
  )
}

/** Undefined where the text is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
