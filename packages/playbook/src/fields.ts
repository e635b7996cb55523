import { z } from 'zod'
import { parseDuration } from './duration.ts'

/** Written like `30m`; read as milliseconds. */
export const duration = z
  .string('Write a duration, such as 30m, 24h or 7d.')
  .transform((text, context) => {
    try {
      return parseDuration(text, 'duration')
    } catch {
      context.addIssue(`'${text}' is not a duration. Write it like 30m, 24h, 7d or 1h 30m.`)
      return z.NEVER
    }
  })

export const text = z.string('Write text here.').min(1, 'Write something here.')

export const flag = z.boolean('Write true or false.')

/** Of an environment, or a secret's. */
export const variable = z
  .string('Name a variable, such as SECRET_KEY.')
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'Name a variable, such as SECRET_KEY.')

/** Of a page of the application. */
export const path = z
  .string('Write a path from the root, such as /login/.')
  .regex(/^\//, 'Write a path from the root, such as /login/.')

/** Inside the repository: neither absolute nor out of it. */
const inside = (what: string) => {
  const asked = `Write the path of a ${what} inside the repository.`
  return z
    .string(asked)
    .refine((one) => !one.startsWith('/') && !one.split('/').includes('..'), asked)
}

export const directory = inside('directory')
export const file = inside('file').min(1, 'Write the path of a file inside the repository.')

/** `owner/name`. */
export const repository = z
  .string('Write owner/name of a repository.')
  .regex(/^[\w.-]+\/[\w.-]+$/, 'Write owner/name of a repository.')

export const url = z.url({
  protocol: /^https?$/,
  error: 'Write an address that begins with https://.',
})

/** Short forms, for the JSON Schema: a transformation says nothing of what it takes. */
export const shortForms = new WeakMap<object, 'string' | 'boolean'>()

/** What may also be written in a short form, as one text or as true and false. */
export function orShort<Full extends z.ZodType, Kind extends 'string' | 'boolean'>(
  kind: Kind,
  full: Full,
  expand: (value: Kind extends 'string' ? string : boolean) => unknown,
) {
  const either = z.preprocess(
    (value) => (typeof value === kind ? expand(value as never) : value),
    full,
  )
  shortForms.set(either, kind)
  return either
}
