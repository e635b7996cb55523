import { randomBytes } from 'node:crypto'
import { childProcesses, unprivilegedIdentity } from '@recovery-playbook/host'
import { openSession, startThrowaway, toolchainFor } from '@recovery-playbook/postgres'
import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/index'
import { asText, type Contexts, type Value } from './expression.ts'
import { freePort } from './free-port.ts'
import { find, pairsOf, textOf, textsOf, valueOf, WorkflowError } from './tokens.ts'

export interface Services extends AsyncDisposable {
  /** `job.services` */
  readonly context: Value
}

/**
 * Stands for `services`: a throwaway PostgreSQL on 127.0.0.1 for each that is a `postgres` image.
 *
 * @throws WorkflowError for another image, or a major that is not installed
 */
export async function startServices(
  path: string,
  job: TemplateToken,
  contexts: Contexts,
  directory: string,
): Promise<Services> {
  await using started = new AsyncDisposableStack()
  const context: Record<string, Value> = {}
  for (const { key, value: service } of pairsOf(find(job, 'services'))) {
    const refuse = (why: string) =>
      new WorkflowError(path, key, `services.${key.toString()}: ${why}`)
    const image = textOf(path, find(service, 'image'), { contexts })
    const [, major] = /^(?:docker\.io\/)?(?:library\/)?postgres:(\d+)$/.exec(image) ?? []
    if (major === undefined) throw refuse(`${image}: only postgres:<major> is supported here`)
    const environment = textsOf(path, find(service, 'env'), { contexts })
    const strange = Object.keys(environment).find((name) => !imageVariables.includes(name))
    if (strange !== undefined) throw refuse(`env.${strange}: not supported here`)
    const options = textOf(path, find(service, 'options'), { contexts })
    if (options.replaceAll(/--health-[a-z]+[ =]("[^"]*"|\S+)/g, '').trim() !== '') {
      throw refuse(`options: ${options}: only --health-… is understood here`)
    }
    const [port, ...more] = [valueOf(path, find(service, 'ports'), { contexts }) ?? []].flat()
    const [, asked, inside] = /^(?:(\d+):)?(5432)(?:\/tcp)?$/.exec(asText(port ?? null)) ?? []
    if (inside === undefined || more.length > 0) throw refuse('ports must be 5432 or N:5432')
    const tcpPort = asked === undefined ? await freePort() : Number(asked)
    started.use(await startPostgres(Number(major), environment, tcpPort, directory))
    context[key.toString()] = { id: key.toString(), network: '', ports: { 5432: String(tcpPort) } }
  }
  const all = started.move()
  return { context, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

const imageVariables = ['POSTGRES_USER', 'POSTGRES_DB', 'POSTGRES_PASSWORD']

/** With the role and the database that the image would make. */
async function startPostgres(
  major: number,
  environment: Readonly<Record<string, string>>,
  tcpPort: number,
  parentDirectory: string,
): Promise<AsyncDisposable> {
  const processes = childProcesses()
  const toolchain = await toolchainFor(major, processes, process.env.PATH ?? '', 'server')
  const identity = unprivilegedIdentity()
  const order = { toolchain, processes, parentDirectory, identity, tcpPort }
  const cluster = await startThrowaway(order)
  const { POSTGRES_USER: user = 'postgres', POSTGRES_DB: database = user } = environment
  const { POSTGRES_PASSWORD: password = randomBytes(9).toString('hex') } = environment
  await using session = await openSession(toolchain.psql, cluster.superuser, processes)
  const name = (text: string) => `"${text.replaceAll('"', '""')}"`
  const text = `'${password.replaceAll("'", "''")}'`
  await session.execute(`CREATE ROLE ${name(user)} SUPERUSER LOGIN PASSWORD ${text}`)
  if (database !== 'postgres') {
    await session.execute(`CREATE DATABASE ${name(database)} OWNER ${name(user)}`)
  }
  return cluster
}
