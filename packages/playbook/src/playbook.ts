import { z } from 'zod'
import { applicationSchema } from './application.ts'
import { parseCalendarSpan } from './calendar-span.ts'
import { duration, file, flag, orShort, repository, text, url, variable } from './fields.ts'
import type { Guarantee } from './guarantee.ts'
import { layerSchema } from './layers.ts'
import { usualMajorChanges } from './major-changes.ts'
import { readYaml } from './read-yaml.ts'
import { type Scenario, usualGuarantees } from './scenario.ts'

/** Where it lies in the repository that it is about. */
export const usualPlaybookPath = '.github/recovery-playbook.yml'

const patterns = z
  .array(text, 'Write a list of patterns.')
  .default([])
  .describe('Patterns as pg_dump takes them.')

export const databaseSchema = z.strictObject({
  url: variable.default('DATABASE_PUBLIC_URL').describe('The secret with its connection URL.'),
  schemas: patterns.describe('Schemas that are exported alone; patterns as pg_dump takes them.'),
  'exclude-tables': patterns.describe('Tables that are left out, as patterns of pg_dump.'),
  'exclude-table-data': patterns.describe(
    'Tables whose rows are left out, as patterns of pg_dump.',
  ),
})

const databaseName = z.string().min(1).max(100)

const membersSchema = z.strictObject({
  'code-bundle': flag.default(false).describe('The history of the code, as a git bundle.'),
  configuration: z
    .array(variable, 'Write a list of variables.')
    .default([])
    .describe('Variables of the application that a recovery point takes along.'),
})

const encryptionSchema = z.strictObject({
  passphrase: variable.default('BACKUP_PASSPHRASE').describe('The secret with the passphrase.'),
  'public-keys': file.optional().describe('A file of the repository with OpenPGP public keys.'),
  'private-key': variable
    .optional()
    .describe('The secret with the private key of drills, where public keys alone are used.'),
  'signing-key': variable.optional().describe('The secret with the key that signs manifests.'),
  signers: file
    .optional()
    .describe('A file of the repository with the public keys whose signatures are demanded.'),
})

const storeSchema = z.strictObject({
  repository: repository
    .optional()
    .describe('The repository that keeps recovery points; by default the one of the workflow.'),
  token: variable.optional().describe('The secret with a token for it.'),
  'allow-public-repository': flag.default(false),
})

const mirrorSchema = z
  .strictObject({
    to: text.describe("Another repository as owner/name, or a directory's path."),
    token: variable.optional().describe('The secret with a token for it.'),
  })
  .describe('A further copy, verified by itself.')

const count = z
  .union([z.int().min(0).max(999_999), z.literal('unlimited')], {
    error: 'Write how many to keep, such as 7, or unlimited.',
  })
  .optional()

const retentionSchema = z.strictObject({
  'keep-last': count.describe('So many of the newest.'),
  'keep-within': z
    .string('Write a span such as 30d, 6m or 1y6m.')
    .refine(
      (one) => isSpan(one),
      'Write years, months, days and hours in this order: 30d, 6m, 1y6m. For two weeks write 14d.',
    )
    .optional()
    .describe('All of the last 30d, 6m, 1y6m; counted from the newest.'),
  'keep-daily': count.describe('The newest of each of so many days.'),
  'keep-weekly': count.describe('The newest of each of so many weeks.'),
  'keep-monthly': count.describe('The newest of each of so many months.'),
  'keep-yearly': count.describe('The newest of each of so many years.'),
  'prune-tags': flag
    .default(false)
    .describe('Whether the tag of a removed recovery point goes too.'),
})

function isSpan(text: string): boolean {
  try {
    parseCalendarSpan(text, 'keep-within')
    return true
  } catch {
    return false
  }
}

const tagsSchema = z.strictObject({
  'major-changes': z
    .array(text, 'Write a list of globs.')
    .default([...usualMajorChanges])
    .describe('Paths by glob: a push that touches one is tagged. A leading ! leaves out.'),
  'history-document': file
    .optional()
    .describe('A document whose tag history table is kept in step by a pull request.'),
})

/** `0` is no duration, and a promise. */
const loss = z
  .union([duration, z.literal(0), z.literal('0')], {
    error: 'Write a duration, such as 24h or 7d, or 0 for nothing lost.',
  })
  .transform(Number)

const guaranteeOf = (scenario: Scenario) => {
  const { recoveryTime, dataLoss } = usualGuarantees[scenario]
  return z
    .strictObject({
      'recovery-time': duration
        .default(recoveryTime)
        .describe('Recovery time objective (RTO), such as 30m.'),
      'data-loss': loss.default(dataLoss).describe('Recovery point objective (RPO), such as 24h.'),
    })
    .transform((keys): Guarantee => ({
      recoveryTime: keys['recovery-time'],
      dataLoss: keys['data-loss'],
    }))
    .prefault({})
}

const guaranteesSchema = z.strictObject({
  'code-rollback': guaranteeOf('code-rollback'),
  'database-restore': guaranteeOf('database-restore'),
  'environment-rebuild': guaranteeOf('environment-rebuild'),
  catastrophe: guaranteeOf('catastrophe'),
})

const contactSchema = orShort(
  'string',
  z.strictObject({
    name: text.describe('Who.'),
    reach: text.optional().describe('How: a telephone number, an address.'),
    for: text.optional().describe('What they can do.'),
    after: duration
      .optional()
      .describe('Escalation: when nobody before them answered for so long.'),
  }),
  (name) => ({ name }),
)

const usualStatusPages = [
  'https://www.githubstatus.com/api/v2/status.json',
  'https://status.cloudinary.com/api/v2/status.json',
] as const

/** What a playbook file holds; every key may be left out, and an empty file is a playbook. */
export const playbookSchema = z.strictObject({
  application: text.optional().describe('What the application is called.'),
  owner: text.optional().describe('Who answers for this playbook.'),
  document: file.optional().describe('The human document, rendered between markers.'),
  databases: z
    .record(databaseName, databaseSchema)
    .default({})
    .describe('Each by the name that its recovery points carry.'),
  members: membersSchema.prefault({}).describe('What a recovery point takes beside the data.'),
  encryption: encryptionSchema.prefault({}),
  store: storeSchema.prefault({}),
  mirrors: z.array(mirrorSchema, 'Write a list of mirrors.').default([]),
  retention: retentionSchema.prefault({}),
  tags: tagsSchema.prefault({}),
  guarantees: guaranteesSchema.prefault({}).describe('What is promised for each scenario.'),
  drill: applicationSchema
    .optional()
    .describe('How the application is set up, looked at and visited on restored data.'),
  layers: z
    .array(layerSchema, 'Write a list of layers.')
    .default([])
    .describe('Layers of defence beside recovery points, which the audit holds against facts.'),
  contacts: z.array(contactSchema, 'Write a list of contacts.').default([]),
  'status-pages': z
    .array(url, 'Write a list of addresses.')
    .default([...usualStatusPages])
    .describe("Addresses that say how providers are, as Statuspage's /api/v2/status.json."),
})

export type Playbook = z.output<typeof playbookSchema>
export type Contact = Playbook['contacts'][number]
export type PlaybookDatabase = Playbook['databases'][string]

/**
 * @param name the file's path, for messages
 * @throws Failure INPUT_INVALID naming each line and column that does not fit, and what is allowed there
 */
export const parsePlaybook = (text: string, name = usualPlaybookPath): Playbook =>
  readYaml(text, playbookSchema, { name })
