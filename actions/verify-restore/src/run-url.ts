import type { Runner } from '@recovery-playbook/host'

/** The page of this run. */
export const runUrl = ({ context }: Runner): string =>
  `${context.serverUrl}/${context.repository}/actions/runs/${context.runId}`
