import { z } from 'zod'
import { directory, duration, orShort, path, text, variable } from './fields.ts'
import { readYaml } from './read-yaml.ts'

const minute = 60_000

/** A command, as a shell reads it, or one with a limit of its own. */
const command = orShort(
  'string',
  z.strictObject({ run: text, timeout: duration.default(15 * minute) }),
  (run) => ({ run }),
)

/** `> 0`, `= 12`, or a value that the answer has to equal. */
const expectation = z.union([text, z.number(), z.boolean()]).transform((value) => {
  const [, operator = '=', operand = String(value)] =
    /^(=|!=|<=|>=|<|>)\s*(.+)$/.exec(String(value)) ?? []
  return { operator: operator as '=' | '!=' | '<' | '<=' | '>' | '>=', operand }
})

const check = z
  .strictObject({
    name: text,
    /** A command, as a shell reads it, in the application's directory. */
    run: text.optional(),
    /** A query with one row of one column. */
    sql: text.optional(),
    expect: expectation.optional(),
    /** What the query gives is a time, at most so long before the snapshot. */
    'younger-than': duration.optional(),
    timeout: duration.default(5 * minute),
  })
  .superRefine((one, context) => {
    const judges = [one.expect, one['younger-than']].filter((each) => each !== undefined)
    if ((one.run === undefined) === (one.sql === undefined)) {
      context.addIssue('A check has either `run` or `sql`.')
    } else if (one.sql !== undefined && judges.length !== 1) {
      context.addIssue('A check with `sql` has either `expect` or `younger-than`.')
    } else if (one.run !== undefined && judges.length > 0) {
      context.addIssue(
        'What a command finds is its exit code: `expect` and `younger-than` belong to `sql`.',
      )
    }
  })

const djangoKeys = z.strictObject({
  /** The interpreter that set-up made. */
  python: text.default('.venv/bin/python'),
  manage: text.default('manage.py'),
  database: text.default('default'),
  /** The command that loads what an empty database needs; false for none. */
  'initial-data': z.union([text, z.literal(false)]).default('load_initial_data'),
  static: z.boolean().default(true),
  /** Whether the test suite is run; it makes a database of its own, and says nothing about the data. */
  tests: z.boolean().default(false),
  timeout: duration.default(10 * minute),
})
/** `true` is a mapping with nothing in it, `false` is none. */
const django = orShort('boolean', djangoKeys.optional(), (asked) =>
  asked ? {} : undefined,
).transform((keys) => keys ?? (false as const))

const serve = z.strictObject({
  /** The command; the variable PORT names the port of 127.0.0.1 to listen on. */
  run: text,
  port: z.int().min(1).max(65_535).default(8000),
  ready: path.default('/'),
  timeout: duration.default(minute),
})

const visit = z
  .strictObject({
    visit: path.optional(),
    /** A page with a form that takes a name and a password. */
    'log-in': path.optional(),
    /** `synthetic`: an account that the drill makes in the restored copy, with `django`. */
    as: text.default('synthetic'),
    /** The variable with the password of a known account: of `drill-env`, or of the step. */
    'password-variable': variable.optional(),
    status: z.int().min(100).max(599).optional(),
    title: text.optional(),
    /** What the page says; of several, one is enough: what a feature answers, or how it degrades. */
    text: orShort('string', z.array(text), (only) => [only]).default([]),
    /** Where it leads, after every redirect. */
    'ends-at': path.optional(),
    timeout: duration.default(minute / 2),
  })
  .superRefine((one, context) => {
    if ((one.visit === undefined) === (one['log-in'] === undefined)) {
      context.addIssue('An entry of `visits` has either `visit` or `log-in`.')
    } else if (
      one['log-in'] !== undefined &&
      one.as !== 'synthetic' &&
      one['password-variable'] === undefined
    ) {
      context.addIssue(`Name the variable with the password of ${one.as} in \`password-variable\`.`)
    }
  })

const keys = z.strictObject({
  directory: directory.default(''),
  'set-up': z.array(command).default([]),
  /** Stand-ins for the application's configuration. */
  'drill-env': z.record(variable, z.coerce.string()).default({}),
  /** Whether the real values of `configuration.env` are used. */
  'live-configuration': z.boolean().default(false),
  /** Variables that `configuration.env` has to hold. */
  configuration: z.array(variable).default([]),
  django: django.default(false),
  checks: z.array(check).default([]),
  serve: serve.optional(),
  visits: z.array(visit).default([]),
})

/** How an application is set up, looked at and visited in a drill. */
export const applicationSchema = keys.superRefine(fitsTogether)

export type Application = z.output<typeof applicationSchema>
export type ApplicationCheck = Application['checks'][number]
export type Django = Exclude<Application['django'], false>
export type Serve = NonNullable<Application['serve']>
export type Visit = Application['visits'][number]
export type SetUpCommand = Application['set-up'][number]
export type Expectation = z.output<typeof expectation>

/**
 * The application as the input `application` describes it, in the form that a playbook file has.
 *
 * @throws Failure INPUT_INVALID naming each line that does not fit
 */
export const parseApplication = (text: string, name = 'application'): Application =>
  readYaml(text, applicationSchema, { name })

function fitsTogether(application: z.output<typeof keys>, context: z.RefinementCtx): void {
  const { django, serve, visits, checks } = application
  checks.forEach(({ name }, index) => {
    if (checks.findIndex((one) => one.name === name) === index) return
    context.addIssue({
      code: 'custom',
      path: ['checks', index, 'name'],
      message: `Another check is called '${name}': give each a name of its own.`,
    })
  })
  if (visits.length > 0 && serve === undefined) {
    context.addIssue({
      code: 'custom',
      path: ['visits'],
      message: 'Nothing is visited without `serve`.',
    })
  }
  visits.forEach((one, index) => {
    if (one['log-in'] === undefined || one.as !== 'synthetic' || django !== false) return
    context.addIssue({
      code: 'custom',
      path: ['visits', index, 'log-in'],
      message: 'Only with `django` can the drill make an account; name a known one in `as`.',
    })
  })
}
