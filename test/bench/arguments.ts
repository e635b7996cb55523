import { parseArgs } from 'node:util'

export interface Arguments {
  /** About how large the sample database is on the server's disk, in MB. */
  readonly megabytes: number
  /** How often each variant is measured; the median counts. */
  readonly repeat: number
  /** MB a second of a slow link to the server; 0 to leave it out. */
  readonly link: number
  /** One JSON object alone on standard output. */
  readonly json: boolean
}

const usage = 'npm run bench -- [--megabytes 1000] [--repeat 3] [--link 20|0] [--json]'

/** @throws Error that names the argument and shows the usage */
export function readArguments(words: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...words],
    options: {
      megabytes: { type: 'string', default: '1000' },
      repeat: { type: 'string', default: '3' },
      link: { type: 'string', default: '20' },
      json: { type: 'boolean', default: false },
    },
  })
  return {
    megabytes: positive('megabytes', values.megabytes),
    repeat: positive('repeat', values.repeat),
    link: values.link === '0' ? 0 : positive('link', values.link),
    json: values.json,
  }
}

function positive(name: string, text: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number > 0) return number
  throw new Error(`--${name} ${text}: not a positive whole number. Usage: ${usage}`)
}
