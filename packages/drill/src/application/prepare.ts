import { mkdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import {
  makeWorkingCopy,
  type Place,
  sandbox,
  setUp,
  type Variables,
  type WorkingCopy,
} from '@recovery-playbook/application'
import { parseConfiguration } from '@recovery-playbook/configuration'
import { Failure } from '@recovery-playbook/failure'
import type { Isolation } from '@recovery-playbook/isolation'
import type { Check, State } from '@recovery-playbook/verdict'
import type { Drill } from '../drill.ts'
import type { RecoveryPoint } from '../find-recovery-point.ts'
import { openMember, openSealedHalf } from '../open-members.ts'
import { type ApplicationOrder, type Findings, look } from './order.ts'

export interface Preparing extends ApplicationOrder {
  /** Of the code; absent for the recovery point's own. */
  readonly commit?: string | undefined
  readonly drill: Drill
  readonly point: RecoveryPoint
  readonly isolation: Isolation
}

/** An application that is set up, and has no data yet. */
export interface Prepared {
  readonly place: Place
  /** Newer code, where going back to older code has to undo what the newer did to the database. */
  readonly newer?: Place
  /** Real values of the configuration: nothing may show them. */
  readonly secrets: readonly string[]
}

/**
 * Clones the code, reads the configuration, and sets the application up: with a network, and so before
 * there is any data on this machine.
 *
 * @returns undefined where it could not be set up; the findings say why
 */
export async function prepareApplication(
  preparing: Preparing,
  findings: Findings,
): Promise<Prepared | undefined> {
  const { application, drill, point, isolation, clock, relay } = preparing
  const { processes, searchPath, identity } = drill
  const commit = preparing.commit ?? point.manifest.commit
  const parent = join(drill.directory, 'application')
  await mkdir(parent, { mode: 0o711 })
  let copy: WorkingCopy | undefined
  let secrets: readonly string[] = []
  let configuration: Variables = application['drill-env']

  await look(findings, 'code', 'Check out the code', async () => {
    if (!isolation.isolated) throw notIsolated()
    const [source, inWords] = await sourceOf(preparing, parent)
    const copying = { processes, searchPath, identity, parent, name: 'code', commit, source }
    copy = await makeWorkingCopy(copying).catch((error: unknown) => {
      throw 'bundle' in source ? ofThePoint(error) : error
    })
    const { directory } = application
    const there = await stat(join(copy.directory, directory)).catch(() => undefined)
    if (there?.isDirectory() !== true) {
      copy = undefined
      throw noDirectory(directory)
    }
    return { name: 'code', state: 'PROVED', detail: `${commit} was checked out ${inWords}.` }
  })
  await look(findings, 'configuration', 'Read the configuration', async () => {
    const { check, variables } = await readLive(preparing, parent)
    // A shorter one, such as 0, would make everything unreadable.
    secrets = Object.values(variables).filter(({ length }) => length >= shortestSecret)
    secrets.forEach(preparing.mask)
    if (application['live-configuration']) configuration = { ...configuration, ...variables }
    return check
  })
  if (copy === undefined) return undefined
  const place: Place = {
    sandbox: sandbox({ processes, isolation, identity, relay, clock, secrets }),
    directory: join(copy.directory, application.directory),
    surroundings: {
      ...ordinary,
      PATH: pathFrom(searchPath),
      HOME: copy.home,
      TMPDIR: copy.home,
      ...certificates(preparing),
    },
    configuration,
  }
  const state = await look(findings, 'set up', 'Set up the application', () =>
    setUp(application, place, drill.info),
  )
  return isReady(state) ? { place, secrets } : undefined
}

const isReady = (state: State) => ['PROVED', 'SKIPPED'].includes(state)

/**
 * The recovery point's own code beside older code, set up in the same way: only what made a change to the
 * database knows how to undo it.
 */
export async function prepareNewer(
  preparing: Preparing,
  { place }: Prepared,
  findings: Findings,
): Promise<Place | undefined> {
  const { application, drill, point, workspace } = preparing
  const { processes, searchPath, identity } = drill
  const parent = join(drill.directory, 'application')
  let newer: Place | undefined
  await look(findings, 'newer code', 'Set up the newer code', async () => {
    const { commit } = point.manifest
    const copying = { processes, searchPath, identity, parent, name: 'newer', commit }
    const copy = await makeWorkingCopy({ ...copying, source: { workspace } })
    const surroundings = { ...place.surroundings, HOME: copy.home }
    newer = { ...place, surroundings, directory: join(copy.directory, application.directory) }
    return setUp(application, newer, drill.info)
  })
  return newer
}

/** Characters of a value that is masked. */
const shortestSecret = 4

const ordinary = { LANG: 'C.UTF-8', TZ: 'UTC' }

type Source = { readonly bundle: string } | { readonly workspace: string }

/** The bundle that the recovery point carries; without one, the clone of this run. */
async function sourceOf(
  { drill, point, workspace, commit }: Preparing,
  directory: string,
): Promise<[Source, string]> {
  if (commit !== undefined) return [{ workspace }, 'from the clone of this run']
  const hasBundle = point.manifest.members.some(({ name }) => name === 'code.bundle')
  if (hasBundle) {
    if (!point.manifest.sealedFor.passphrase && drill.verifySignature === undefined) {
      throw nobodyVouches(point)
    }
    // Code is executed: the manifest has to be believed before.
    await openSealedHalf(point, drill)
    const bundle = await openMember(point, { ...drill, directory }, 'code.bundle')
    return [{ bundle }, 'from the bundle in the recovery point']
  }
  if (drill.scenario !== 'catastrophe') return [{ workspace }, 'from the clone of this run']
  throw new Failure(
    'RECOVERY_POINT_INCOMPLETE',
    `${point.manifest.tag} carries no code, and the repository is taken for gone.`,
    {
      hint: 'Export with `code-bundle: true`, and actions/checkout with `fetch-depth: 0` before it.',
    },
  )
}

/** The real configuration: complete and readable, whether or not the drill may use it. */
async function readLive({ drill, point, application }: Preparing, directory: string) {
  const name = 'configuration'
  const wanted = application.configuration
  const isThere = point.manifest.members.some((member) => member.name === 'configuration.env')
  if (!isThere) {
    const detail = `${point.manifest.tag} carries no configuration.`
    const isAlone = drill.scenario === 'catastrophe'
    const needed = isAlone || wanted.length > 0 || application['live-configuration']
    const hint =
      'Name the variables in the input `configuration` of pg-export-release, and give them to its env.'
    const check: Check = needed
      ? { name, state: 'FAILED', detail, hint }
      : { name, state: 'SKIPPED', detail: `${detail} The drill uses its stand-ins.` }
    return { check, variables: {} as Variables }
  }
  const path = await openMember(point, { ...drill, directory }, 'configuration.env')
  // In memory alone: what is set up next has a network.
  const text = await readFile(path, 'utf8').finally(() => rm(path, { force: true }))
  const variables = parsed(text)
  const missing = wanted.filter((one) => (variables[one] ?? '') === '')
  const use = application['live-configuration']
    ? 'The drill uses it.'
    : 'The drill uses its stand-ins.'
  const check: Check =
    missing.length === 0
      ? {
          name,
          state: 'PROVED',
          detail: `${Object.keys(variables).length} variables can be read. ${use}`,
        }
      : {
          name,
          state: 'FAILED',
          detail: `The recovery point lacks ${missing.join(', ')}.`,
          hint: 'Add them to the input `configuration` of pg-export-release, and export again.',
        }
  return { check, variables }
}

function parsed(text: string): Variables {
  try {
    return parseConfiguration(text)
  } catch (error) {
    throw ofThePoint(error)
  }
}

/** What the recovery point itself holds is at fault, and not the machine. */
const ofThePoint = (error: unknown) =>
  error instanceof Failure
    ? new Failure('RECOVERY_POINT_INCOMPLETE', error.message, { hint: error.hint, cause: error })
    : error

const pathFrom = (searchPath: string) => `${searchPath}:/usr/local/bin:/usr/bin:/bin`

/** Files with certificates, without which nothing can be fetched behind some proxies; no secrets. */
const certificateFiles = [
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'PIP_CERT',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'NODE_EXTRA_CA_CERTS',
]

const certificates = ({ environment }: ApplicationOrder): Variables =>
  Object.fromEntries(
    certificateFiles.flatMap((name) => {
      const value = environment[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )

const nobodyVouches = ({ manifest: { tag } }: RecoveryPoint) =>
  new Failure(
    'NOT_PROVED',
    `${tag} is sealed for keys alone and no signer is named: anybody can have made the code in it, so none of it is started.`,
    { hint: 'Sign what is exported (`signing-key`), and name the `signers` here.' },
  )

const noDirectory = (directory: string) =>
  new Failure('INPUT_INVALID', `The code has no directory '${directory}'.`, {
    hint: 'Name the directory of the application, from the root of the repository, in `directory`.',
  })

const notIsolated = () =>
  new Failure(
    'NOT_PROVED',
    'This machine cannot isolate programs, so no code of the application was started.',
    {
      hint: 'Run the drill as root, with sudo without a password as on GitHub’s runners, or where unprivileged user namespaces are allowed.',
    },
  )
