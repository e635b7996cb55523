import { Failure } from '@recovery-playbook/failure'
import { z } from 'zod'
import type { Fingerprint } from './fingerprint.ts'

/** No name of PostgreSQL holds a NUL, nor one of ours. */
const text = z.string().regex(/^[^\0]*$/)
const name = text.min(1)
const count = z.string().regex(/^\d+$/)
const number = z.string().regex(/^-?\d+$/)
const named = { schema: name, name }
const position = z.looseObject({ lastValue: number, isCalled: z.boolean() })
const relation = z.looseObject({ ...named, kind: text })

/** What later versions add is let through: an older one that lacks it is as good as before. */
const shape = z.looseObject({
  algorithm: text,
  server: z.looseObject({
    major: z.int().min(1).max(999),
    version: text,
    encoding: name,
    collation: text,
    ctype: text,
    localeProvider: z.enum(['libc', 'icu', 'builtin']),
    locale: text.nullable(),
    database: name,
    systemIdentifier: count.nullish(),
  }),
  extensions: z.array(z.looseObject({ ...named, version: text })),
  // PostgreSQL's own are never named: a member of them may have power over the server.
  roles: z.array(name.regex(/^(?!pg_)/)),
  tables: z.array(
    z.looseObject({
      ...named,
      kind: z.enum(['table', 'materialized view']),
      columns: z.array(name),
      rows: count,
      hash: z.tuple([number, number]),
    }),
  ),
  sequences: z.array(
    z.looseObject({
      ...named,
      increment: number,
      cycles: z.boolean(),
      before: position,
      after: position,
    }),
  ),
  largeObjects: z.looseObject({ count, hash: number }),
  schema: text,
  unseen: z.looseObject({
    invalidIndexes: z.array(text),
    unvalidatedConstraints: z.array(text),
    unpopulatedViews: z.array(text),
    settings: z.array(z.looseObject({ role: text, name, value: text })),
  }),
  leftOut: z
    .looseObject({
      filters: z.looseObject({
        schemas: z.array(text),
        excludeTables: z.array(text),
        excludeTableData: z.array(text),
      }),
      schemas: z.array(text),
      relations: z.array(relation),
      rows: z.array(relation),
    })
    .optional(),
})

/**
 * A fingerprint out of a sealed half, which anybody can make who holds a public key.
 *
 * @param tag the recovery point's, for the message
 * @throws Failure MANIFEST_FORGED for what no version of ours has written
 */
export function parseFingerprint(content: unknown, tag: string): Fingerprint {
  const parsed = shape.safeParse(content)
  if (parsed.success) return parsed.data as unknown as Fingerprint
  const [issue] = parsed.error.issues
  throw new Failure(
    'MANIFEST_FORGED',
    `The sealed half of ${tag} is no fingerprint: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`.slice(
      0,
      500,
    ),
    {
      hint: 'No export of ours wrote it. Find out who made it; name `signers` where it is sealed for public keys alone.',
    },
  )
}
