import { z } from 'zod'
import { duration, text } from './fields.ts'

/** What a layer of defence may be, beside recovery points. */
export const layerKinds = [
  'provider-backups',
  'point-in-time-recovery',
  'replication',
  'code-hosting',
  'media-hosting',
  'other',
] as const

/** A claim of people about what else protects them. */
export const layerSchema = z.strictObject({
  name: text.describe('What people call it.'),
  kind: z
    .enum(layerKinds, `Write one of ${layerKinds.join(', ')}.`)
    .describe('What it is, for the audit.'),
  provider: text.optional().describe('Who gives it: railway, cloudinary, github, …'),
  every: duration.optional().describe('How often it saves something, such as 24h.'),
  keeps: duration.optional().describe('How long it keeps what it saved, such as 6d.'),
})

export type Layer = z.output<typeof layerSchema>
