import { outsideMirror } from '@recovery-playbook/drill'
import { messageOf } from '@recovery-playbook/failure'
import { fileOnDefaultBranch, parseRepository } from '@recovery-playbook/github'
import { armored, type Runner } from '@recovery-playbook/host'
import {
  contactInWords,
  findPlaybook,
  type FoundPlaybook,
  type Guarantee,
  parseDuration,
  type Playbook,
  type Scenario,
} from '@recovery-playbook/playbook'
import type { Inputs } from '../inputs.ts'
import { linesOf, wordsOf } from './given.ts'

/**
 * A pull request could loosen what it is held against: what holds merges is read from the default branch
 * alone, whatever is checked out.
 */
export function playbookOf(
  runner: Runner,
  token: string,
  mode: Inputs['mode'],
): Promise<FoundPlaybook> {
  return findPlaybook({
    given: runner.input('playbook'),
    workspace: mode === 'restore' ? runner.context.workspace : undefined,
    onDefaultBranch: (path) =>
      // Assets in a folder are for the day when there is no GitHub.
      runner.input('directory') === ''
        ? onDefaultBranch(runner, token, path)
        : onDefaultBranch(runner, token, path).catch((error: unknown) => {
            runner.warn(
              `The playbook is not read, and what it promises is not known: what inputs do not say is as usual. ${messageOf(error)}`,
            )
            return undefined
          }),
  })
}

const onDefaultBranch = (runner: Runner, token: string, path: string) =>
  fileOnDefaultBranch(runner.github(token), parseRepository(runner.context.repository), path)

/** Armored keys of those whose signatures are demanded; undefined where none is. */
export async function signersIn(
  runner: Runner,
  token: string,
  mode: Inputs['mode'],
  { encryption }: Playbook,
): Promise<string | undefined> {
  const given = runner.input('signers') || (encryption.signers ?? '')
  if (given === '') return undefined
  if (mode !== 'restore' && runner.input('signers') === '') {
    const text = await onDefaultBranch(runner, token, given)
    if (text !== undefined) return text
  }
  return armored(given, 'signers')
}

/** A catastrophe takes the account with it: what it is recovered from is a mirror of another owner. */
export function keeperIn(runner: Runner, { store, mirrors }: Playbook, scenario: Scenario) {
  const { repository } = runner.context
  const outside =
    scenario === 'catastrophe'
      ? outsideMirror(mirrors, parseRepository(repository).owner)
      : undefined
  return parseRepository(runner.input('repository') || (outside ?? store.repository ?? repository))
}

/** Whom an alarm tells, and what it shows them. */
export function peopleIn(
  runner: Runner,
  playbook: Playbook,
): Pick<Inputs, 'contacts' | 'statusPages'> {
  const contacts = linesOf(runner.input('contacts'))
  const pages = wordsOf(runner.input('status-pages'))
  return {
    contacts: contacts.length > 0 ? contacts : playbook.contacts.map(contactInWords),
    statusPages: pages.length > 0 ? pages : playbook['status-pages'],
  }
}

/** Whether inputs promise less than what stands in the playbook. */
export function isLoosened(
  { recoveryTime, dataLoss }: Guarantee,
  { playbook, writes }: FoundPlaybook,
  scenario: Scenario,
): boolean {
  const promised = playbook.guarantees[scenario]
  const isBroken = (key: string, given: number, written: number) =>
    given > written && writes('guarantees', scenario, key)
  return (
    isBroken('recovery-time', recoveryTime, promised.recoveryTime) ||
    isBroken('data-loss', dataLoss, promised.dataLoss)
  )
}

export function guaranteeIn(runner: Runner, usual: Guarantee): Guarantee {
  const duration = (name: string, otherwise: number) => {
    const text = runner.input(name)
    return text === '' ? otherwise : parseDuration(text, name)
  }
  return {
    recoveryTime: duration('max-recovery-time', usual.recoveryTime),
    dataLoss: duration('max-data-loss', usual.dataLoss),
  }
}
