import { messageOf } from '@recovery-playbook/failure'
import type { Visit } from '@recovery-playbook/playbook'
import type { Check } from '@recovery-playbook/verdict'
import { loginFormOf, type Page, textOf, titleOf } from './page.ts'
import type { Visitor } from './visitor.ts'

export interface Account {
  readonly name: string
  readonly password: string
}

/** @throws Failure or Error where there is no such account */
export type AccountOf = (visit: Visit) => Promise<Account>

/** Of each visit its own, also where the same page is visited again. */
export function namesOfVisits(visits: readonly Visit[]): string[] {
  const seen = new Map<string, number>()
  return visits.map((visit) => {
    const name =
      visit['log-in'] === undefined ? `visit ${visit.visit ?? ''}` : `log in at ${visit['log-in']}`
    const times = (seen.get(name) ?? 0) + 1
    seen.set(name, times)
    return times === 1 ? name : `${name} (${times})`
  })
}

/** Visits page after page, as one person: who has logged in stays logged in. */
export async function visitAll(
  visits: readonly Visit[],
  person: Visitor,
  accountOf: AccountOf,
): Promise<Check[]> {
  const checks: Check[] = []
  const names = namesOfVisits(visits)
  for (const [index, visit] of visits.entries()) {
    checks.push(await visitOne(names[index] ?? '', visit, person, accountOf))
  }
  return checks
}

async function visitOne(
  name: string,
  visit: Visit,
  person: Visitor,
  accountOf: AccountOf,
): Promise<Check> {
  const hint =
    'Start the application on a restored copy, and look at this page and at what it logs.'
  let account: Account | undefined
  try {
    account = visit['log-in'] === undefined ? undefined : await accountOf(visit)
  } catch (error) {
    const detail = `There is no account to log in with: ${messageOf(error)}`
    return {
      name,
      state: 'NOT PROVED',
      detail,
      hint: 'Name a known account in `as`, and its password in `password-variable`.',
    }
  }
  try {
    const page =
      account === undefined
        ? await person.get(visit.visit ?? '/', visit.timeout)
        : await logIn(visit, person, account)
    const wrong = misfits(visit, page)
    return wrong.length === 0
      ? { name, state: 'PROVED', detail: `${page.status} at ${page.path}, '${titleOf(page)}'` }
      : { name, state: 'FAILED', detail: wrong.join('\n'), hint }
  } catch (error) {
    return { name, state: 'FAILED', detail: messageOf(error), hint }
  }
}

async function logIn(visit: Visit, person: Visitor, account: Account): Promise<Page> {
  const before = await person.get(visit['log-in'] ?? '/', visit.timeout)
  const form = loginFormOf(before)
  if (form === undefined) {
    throw new Error(
      `${before.path} answers ${before.status} ('${titleOf(before)}') and has no form with a name and a password`,
    )
  }
  const { action, fields, nameField, passwordField } = form
  const filled = { ...fields, [nameField]: account.name, [passwordField]: account.password }
  const { pathname, search } = new URL(action, `http://localhost${before.path}`)
  const page = await person.post(pathname + search, filled, visit.timeout)
  if (page.status < 400 && loginFormOf(page) !== undefined) {
    throw new Error(`${page.path} shows the form again: the login was not accepted`)
  }
  return page
}

function misfits(visit: Visit, page: Page): string[] {
  const { status, title, text, 'ends-at': end } = visit
  const [shown, said] = [titleOf(page), textOf(page)]
  return [
    status === undefined
      ? page.status >= 400 && `it answers ${page.status} ('${shown}')`
      : page.status !== status && `it answers ${page.status}, and ${status} was expected`,
    title !== undefined &&
      shown !== title &&
      `its title is '${shown}', and '${title}' was expected`,
    text.length > 0 &&
      !text.some((one) => said.includes(one)) &&
      `it says nothing of ${text.map((one) => `'${one}'`).join(' or ')}`,
    end === undefined &&
      visit.visit !== undefined &&
      !visit.visit.startsWith(page.path) &&
      loginFormOf(page) !== undefined &&
      `it leads to ${page.path}, which asks for a login`,
    end !== undefined && page.path !== end && `it ends at ${page.path}, and ${end} was expected`,
  ].filter((one) => one !== false)
}
