import { Failure, messageOf } from '@recovery-playbook/failure'
import { type GithubRequest, parseRepository } from '@recovery-playbook/github'
import type { Runner } from '@recovery-playbook/host'
import { keepInStep } from '@recovery-playbook/tag-history'
import type { History } from './inputs.ts'

/** Rows for the document's tag history. The tag is there already, whatever happens here. */
export async function keepDocument(
  { document: path, token }: History,
  runner: Runner,
  request: GithubRequest,
): Promise<void> {
  const repository = parseRepository(runner.context.repository)
  const asProposer = runner.github(token)
  const order = { request, asProposer, repository, path, now: runner.clock.now() }
  await runner.chapter(`Keep ${path} in step`, () =>
    keepInStep(order).then(
      (step) => {
        if (step.kind === 'in step') runner.info(`${path} has every tag.`)
        else if (step.kind === 'proposed') runner.info(`${step.url} adds ${step.added.join(', ')}.`)
        else
          runner.info(
            `${path} lacks ${step.added.join(', ')}; the last pull request is not a week old yet.`,
          )
      },
      (error: unknown) => {
        const hint = error instanceof Failure ? ` ${error.hint}` : ''
        runner.warn(
          `${path} is not kept in step. ${messageOf(error)}${hint} The \`history-token\` needs contents and pull requests, both to write.`,
        )
      },
    ),
  )
}
