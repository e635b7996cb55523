import { messageOf } from '@recovery-playbook/failure'

/** @throws Error when there is no answer in so many milliseconds */
export type FetchText = (url: string, milliseconds: number) => Promise<string>

export interface ProviderStatus {
  /** The page's host, or its address where it has none. */
  readonly provider: string
  /** As the provider says it, or why it is unknown: text from outside. */
  readonly words: string
}

const patience = 5_000

/**
 * How providers say that they are, all asked at once. An unknown status never fails anything: it says so.
 *
 * @param urls of Statuspage's `/api/v2/status.json`, or of anything that answers alike
 */
export const providerStatuses = (
  urls: readonly string[],
  fetchText: FetchText,
): Promise<ProviderStatus[]> =>
  Promise.all(
    urls.map(async (url) => ({
      provider: hostOf(url),
      words: await fetchText(url, patience).then(wordsIn, (error: unknown) => unknown(error)),
    })),
  )

const hostOf = (url: string) => (URL.canParse(url) ? new URL(url).host : url).slice(0, 200)

const unknown = (error: unknown) =>
  `unknown: it could not be asked (${messageOf(error).slice(0, 200)})`

/** Statuspage: `{ status: { indicator: 'none', description: 'All Systems Operational' } }`. */
function wordsIn(text: string): string {
  const { status } = recordIn(parsed(text))
  if (typeof status === 'string' && status !== '') return status.slice(0, 200)
  const { description, indicator } = recordIn(status)
  const words = [description, indicator].find((word) => typeof word === 'string' && word !== '')
  return typeof words === 'string' ? words.slice(0, 200) : 'unknown: its answer has another shape'
}

const recordIn = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
