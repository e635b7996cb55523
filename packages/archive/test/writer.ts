import { childProcesses } from '@recovery-playbook/host'
import { endingInWords, type Running } from '@recovery-playbook/processes'

/** A shell script that writes a member's content, as pg_dump does. */
export const writer = (script: string, onStart?: (started: Running) => void) => (into: Running) => {
  const started = childProcesses().start({
    program: '/bin/bash',
    arguments: ['--norc', '-c', script],
    environment: { PATH: process.env.PATH ?? '' },
    output: into,
  })
  onStart?.(started)
  const succeeded = started.ending.then((ending) => {
    if (ending.code !== 0) throw new Error(`the dump ended with ${endingInWords(ending)}`)
  })
  succeeded.catch(() => undefined)
  return {
    succeeded,
    stop: () => {
      started.kill('SIGTERM')
    },
  }
}
