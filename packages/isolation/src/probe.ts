import {
  childEnvironment,
  endingInWords,
  type Identity,
  type Processes,
  run,
} from '@recovery-playbook/processes'
import type { Rung } from './rungs.ts'

/** What an isolated program sees of itself, in lines of a word and a value. */
const script = `
  echo uid $(id -u)
  echo privileges $(grep NoNewPrivs: /proc/self/status | tr -dc 0-9)
  echo capabilities $(grep CapEff: /proc/self/status | cut -f2)
  echo interfaces $(tail -n +3 /proc/net/dev | cut -d: -f1)
  echo processes $(ls /proc | grep -c '^[0-9]')`

interface Probing {
  readonly processes: Processes
  readonly identity: Identity | undefined
}

/** @returns what is wrong with it; undefined when it isolates */
export async function tryRung(
  { wrap }: Rung,
  { processes, identity }: Probing,
): Promise<string | undefined> {
  const command = {
    program: '/bin/sh',
    arguments: ['-c', script],
    environment: childEnvironment,
    ...(identity && { identity }),
  }
  const answer = await run(processes, wrap(command))
  if (answer.code !== 0) return answer.stderr.trim().split('\n')[0] ?? endingInWords(answer)
  const seen = new Map(
    answer.stdout
      .split('\n')
      .map((line) => line.split(' '))
      .map(([word = '', ...values]) => [word, values.join(' ')]),
  )
  if (seen.get('interfaces') !== 'lo') return `it sees ${seen.get('interfaces') ?? 'a network'}`
  if (seen.get('privileges') !== '1') return 'it may gain privileges'
  if (!/^0*$/.test(seen.get('capabilities') ?? 'unknown')) return 'it has capabilities'
  if (seen.get('uid') === '0') return 'it runs as root'
  // Itself and what it has just started.
  if (Number(seen.get('processes')) > 8) return 'it sees other processes'
  return undefined
}
