import { expect, test } from '@jest/globals'
import { childProcesses, unprivilegedIdentity } from '@recovery-playbook/host'
import { checklist } from '../src/checklist.ts'
import type { Drill } from '../src/drill.ts'
import { isolate } from '../src/isolated.ts'

const processes = childProcesses()

/** A machine that lets nobody have a namespace. */
const drill = (allowNotIsolated: boolean) =>
  ({
    processes: {
      start: (command) =>
        processes.start(
          /unshare|sudo/.test(command.program) ? { ...command, program: '/bin/false' } : command,
        ),
    },
    searchPath: '',
    identity: unprivilegedIdentity(),
    allowNotIsolated,
  }) as Pick<Drill, 'processes' | 'searchPath' | 'identity' | 'allowNotIsolated'> as Drill

test('where nothing isolates, nothing is restored, and the remedy is said', async () => {
  const list = checklist(['isolated', 'restored'])
  await expect(isolate(drill(false), list)).rejects.toThrow('isolated')
  expect(list.checks()).toMatchObject([
    {
      state: 'NOT PROVED',
      detail: expect.stringMatching(/^NOT ISOLATED, so nothing was restored/),
      hint: expect.stringMatching(/as root, with sudo.*`allow-not-isolated: true`/),
    },
    { state: 'NOT PROVED', detail: 'Not reached.' },
  ])
})

test('where that is allowed, it does not decide, and it is said', async () => {
  const list = checklist(['isolated'])
  await isolate(drill(true), list)
  expect(list.checks()).toMatchObject([
    { state: 'SKIPPED', detail: expect.stringMatching(/^NOT ISOLATED, as was allowed/) },
  ])
})
