import type { ApplicationOrder } from '@recovery-playbook/drill'
import { httpThroughSocket, relayProgram, type Runner } from '@recovery-playbook/host'
import type { Inputs } from './inputs.ts'

/** What a drill needs to set the application up, to start it and to visit it. */
export async function applicationIn(
  { application }: Inputs,
  runner: Runner,
  directory: string,
): Promise<ApplicationOrder | undefined> {
  if (application === undefined) return undefined
  const { context, clock, environment, identity, stopped } = runner
  return {
    application,
    workspace: context.workspace,
    relay: await relayProgram(directory, identity),
    http: (request) => httpThroughSocket(request, stopped),
    environment,
    mask: (secret) => {
      runner.mask(secret)
    },
    clock,
  }
}
