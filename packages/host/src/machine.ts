import { availableParallelism, totalmem } from 'node:os'
import type { Machine } from '@recovery-playbook/postgres'

/** What this machine can give to a throwaway server. */
export const machine = (): Machine => ({ memory: totalmem(), cpus: availableParallelism() })
