import { say } from '@recovery-playbook/alarm'
import type { GithubRequest, Repository } from '@recovery-playbook/github'
import { answerIn, type Found } from './answer.ts'
import { bodyOf, keyCheckLabel } from './issue.ts'
import { type KeyCheck, keyChecksOf } from './key-checks.ts'

/** Markdown, made harmless by whoever wrote it. */
export interface KeyCheckTexts {
  readonly title: string
  /** How to look and how to answer, with the newest recovery point: it is kept up to date until then. */
  readonly body: string
  /** The comment that closes the issue. */
  readonly opened: (answer: Found, quarter: string) => string
}

/**
 * Asks once a quarter, and looks for the answer. One that failed asks on, also in the next quarter. Two
 * runs may look at the same time, and both find none: each looks again after it has opened an issue, and
 * the later one is closed.
 *
 * @param quarter the present one
 * @returns the latest key check, as it is now
 * @throws what GitHub refuses, as Octokit says it
 */
export async function keepKeyCheck(
  request: GithubRequest,
  repository: Repository,
  { database, quarter }: { readonly database: string; readonly quarter: string },
  texts: KeyCheckTexts,
): Promise<KeyCheck> {
  const [latest, ...others] = await keyChecksOf(request, repository, database)
  const known = latest === undefined ? undefined : await look(latest)
  const isAsked = known?.quarter === quarter || known?.answer?.word === 'failed'
  const kept = known !== undefined && isAsked ? known : await open()
  for (const one of [known, ...others])
    if (one?.isOpen === true && one.number !== kept.number) await closeFor(kept, one)
  return kept

  async function look(issue: KeyCheck): Promise<KeyCheck> {
    const { number, isOpen, isTouched } = issue
    const wasOpened = issue.answer?.word === 'opened'
    if (wasOpened && !isTouched) return issue
    const answer = await answerIn(request, repository, number)
    // Also of an issue that is closed: another person's copy may have failed since.
    const isLater = (answer?.at ?? '') > (issue.answer?.at ?? '')
    const isRevoked = wasOpened && isLater && answer?.word === 'failed'
    if (wasOpened && !isRevoked) return issue
    const closes = answer?.word === 'opened'
    // Before the issue is closed: without a reason that would be worse than later.
    if (closes) await say(request, repository, number, texts.opened(answer, issue.quarter))
    const body = bodyOf({ ...issue, answer }, texts.body)
    if (closes) await change(number, { body, state: 'closed', state_reason: 'completed' })
    else if (isRevoked) await change(number, { body, state: 'open' })
    else if (body.trim() !== issue.body.replaceAll('\r', '').trim()) await change(number, { body })
    return { ...issue, answer, body, isOpen: (isOpen && !closes) || isRevoked }
  }

  async function open(): Promise<KeyCheck> {
    const marked = { database, quarter, answer: undefined }
    const body = bodyOf(marked, texts.body)
    const { data } = await request('POST /repos/{owner}/{repo}/issues', {
      ...repository,
      ...{ title: texts.title, body, labels: [keyCheckLabel] },
    })
    const { number, html_url: url, created_at: openedAt } = data
    const opened = { ...marked, number, url, body, openedAt, isOpen: true, isTouched: false }
    const all = await keyChecksOf(request, repository, database)
    const first = all.find((one) => one.quarter === quarter) ?? opened
    if (first.number >= number) return opened
    await closeFor(first, opened)
    return first
  }

  async function closeFor(asking: KeyCheck, { number }: KeyCheck): Promise<void> {
    await say(request, repository, number, `This is asked in #${asking.number} now.`)
    await change(number, { state: 'closed', state_reason: 'not_planned' })
  }

  async function change(
    issue_number: number,
    fields: {
      body?: string
      state?: 'open' | 'closed'
      state_reason?: 'completed' | 'not_planned'
    },
  ): Promise<void> {
    const route = 'PATCH /repos/{owner}/{repo}/issues/{issue_number}'
    await request(route, { ...repository, issue_number, ...fields })
  }
}
